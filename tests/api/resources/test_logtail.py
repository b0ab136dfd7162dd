"""The end of a log as it goes on, for clients that know no offsets."""

from pathlib import Path

import pytest

from tests.api.harness import Client, Daemon


@pytest.fixture
def log(daemon: Daemon, tmp_path: Path) -> Path:
    path = tmp_path / "web.log"
    path.write_bytes(b"x" * 3000 + b"end\n")
    daemon.control.fake_programs.put("web", log=str(path))
    return path


def grow(daemon: Daemon) -> None:
    """Wake who follows, as when the log has grown."""
    daemon.call(lambda: [wake() for wake in daemon.control.fake_programs.wakes])


def begin(client: Client, path: str = "/logtail/web") -> None:
    client.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    status, headers = client.read_head()
    assert (status, headers["transfer-encoding"]) == (200, "chunked")


@pytest.mark.parametrize("path", ["/logtail/web", "/logtail/web/stdout", "/logtail/web%3Aweb/stdout"])
def test_it_begins_a_little_before_the_end_and_goes_on(daemon: Daemon, log: Path, path: str) -> None:
    with daemon.client() as client:
        begin(client, path)
        assert client.read_chunk() == b"x" * 1020 + b"end\n"
        with log.open("ab") as file:
            file.write(b"more\n")
        grow(daemon)
        assert client.read_chunk() == b"more\n"
    daemon.until_alone()
    assert daemon.control.fake_programs.wakes == []


def test_a_short_log_is_shown_from_its_beginning(daemon: Daemon, log: Path) -> None:
    log.write_bytes(b"short\n")
    with daemon.client() as client:
        begin(client)
        assert client.read_chunk() == b"short\n"


def test_a_rotation_is_followed(daemon: Daemon, log: Path) -> None:
    with daemon.client() as client:
        begin(client)
        client.read_chunk()
        log.rename(log.with_suffix(".log.1"))
        log.write_bytes(b"new\n")
        grow(daemon)
        assert client.read_chunk() == b"new\n"


def test_a_file_that_became_shorter_is_begun_anew_and_that_is_said(daemon: Daemon, log: Path) -> None:
    with daemon.client() as client:
        begin(client)
        client.read_chunk()
        log.write_bytes(b"again\n")
        grow(daemon)
        assert client.read_chunk() == b"==> File truncated <==\n"
        grow(daemon)
        assert client.read_chunk() == b"again\n"


@pytest.mark.parametrize(
    "path", ["/logtail/nope", "/logtail/web/nope", "/logtail/web/stderr", "/logtail/idle", "/mainlogtail"]
)
def test_what_has_no_log_is_not_found(daemon: Daemon, log: Path, path: str) -> None:
    daemon.control.fake_programs.put("idle", log=str(log.with_name("idle.log")))
    with daemon.client() as client:
        assert client.ask(path).status == 404


def test_sextons_own_log_goes_on_too(daemon: Daemon, log: Path) -> None:
    programs = daemon.control.fake_programs
    assert programs.plan.supervisord is not None
    programs.plan = programs.plan._replace(supervisord=programs.plan.supervisord._replace(logfile=str(log)))
    with daemon.client() as client:
        begin(client, "/mainlogtail")
        assert client.read_chunk().endswith(b"end\n")
