"""The log of a service over the socket: whole, its tail, and on and on, across rotations."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.harness import Client, Daemon, Got, request, service_view

PATH = "/api/v1/services/web/log"


def ask(daemon: Daemon, path: str) -> Got:
    with daemon.client() as client:
        return client.ask(path)


@pytest.fixture
def log(daemon: Daemon, tmp_path: Path) -> Path:
    path = tmp_path / "web.log"
    path.write_bytes(b"one\ntwo\nthree\n")
    daemon.control.service_views["web"] = service_view("web", log=str(path))
    return path


@pytest.fixture
def follower(daemon: Daemon, log: Path) -> Iterator[Client]:
    """A client that follows the log and has read what there was."""
    assert log.exists()
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1&tail=1"))
        assert client.read_head()[0] == 200
        assert client.read_chunk() == b"three\n"
        yield client


def wake(daemon: Daemon) -> None:
    daemon.set_service(daemon.control.service_views["web"])


@pytest.mark.parametrize(
    ("query", "body"), [("", b"one\ntwo\nthree\n"), ("?tail=2", b"two\nthree\n"), ("?tail=0", b"")]
)
@pytest.mark.usefixtures("log")
def test_the_log_is_sent_whole_or_its_last_lines(daemon: Daemon, query: str, body: bytes) -> None:
    got = ask(daemon, f"{PATH}{query}")
    assert (got.body, got.headers["content-length"]) == (body, str(len(body)))


def test_a_service_that_was_never_started_has_no_log(daemon: Daemon) -> None:
    daemon.control.service_views["web"] = service_view("web", "stopped")
    got = ask(daemon, PATH)
    assert (got.status, b"web has no log yet" in got.body) == (404, True)


def test_a_follower_gets_what_is_added(daemon: Daemon, log: Path, follower: Client) -> None:
    with log.open("ab") as file:
        file.write(b"four\n")
    wake(daemon)
    assert follower.read_chunk() == b"four\n"


def test_a_follower_stays_when_the_service_ends_and_is_started_again(
    daemon: Daemon, log: Path, follower: Client
) -> None:
    daemon.set_service(service_view("web", "stopped", log=str(log)))
    with log.open("ab") as file:
        file.write(b"again\n")
    wake(daemon)
    assert follower.read_chunk() == b"again\n"


def test_a_follower_gets_the_end_of_the_old_file_and_all_of_the_new_one_when_it_was_rotated(
    daemon: Daemon, log: Path, follower: Client
) -> None:
    for number in range(5):
        with log.open("ab") as file:
            file.write(b"end %d\n" % number)
        log.rename(log.with_suffix(".log.1"))
        log.write_bytes(b"new %d\n" % number)
        wake(daemon)
        assert follower.read_chunk() == b"end %d\n" % number
        assert follower.read_chunk() == b"new %d\n" % number


def test_a_follower_begins_anew_when_the_file_became_shorter(daemon: Daemon, log: Path, follower: Client) -> None:
    log.rename(log.with_suffix(".log.1"))
    log.write_bytes(b"a long line\n")
    wake(daemon)
    assert follower.read_chunk() == b"a long line\n"
    os.truncate(log, 0)
    log.write_bytes(b"anew\n")
    wake(daemon)
    assert follower.read_chunk() == b"anew\n"


def test_a_follower_goes_on_with_the_new_file_when_the_service_was_given_another(
    daemon: Daemon, log: Path, follower: Client
) -> None:
    other = log.with_name("other.log")
    other.write_bytes(b"elsewhere\n")
    daemon.set_service(service_view("web", log=str(other)))
    assert follower.read_chunk() == b"elsewhere\n"


def test_a_follower_keeps_its_file_while_nothing_is_in_its_place(daemon: Daemon, log: Path, follower: Client) -> None:
    with log.open("ab") as file:
        file.write(b"still\n")
        log.unlink()
    wake(daemon)
    assert follower.read_chunk() == b"still\n"


def test_a_follower_is_cut_off_when_the_new_file_is_a_link(daemon: Daemon, log: Path, follower: Client) -> None:
    link = log.with_name("link.log")
    link.symlink_to(log)
    daemon.set_service(service_view("web", log=str(link)))
    assert follower.at_end()
    assert "cannot open the log" in daemon.reports[0]


def test_a_follower_waits_for_the_log_when_the_service_was_never_started(daemon: Daemon, tmp_path: Path) -> None:
    daemon.control.service_views["web"] = service_view("web", "stopped")
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1"))
        assert client.read_head()[0] == 200
        path = tmp_path / "web.log"
        path.write_bytes(b"late\n")
        daemon.set_service(service_view("web", log=str(path)))
        assert client.read_chunk() == b"late\n"


@pytest.mark.usefixtures("log")
def test_a_follower_that_was_cut_off_goes_on_at_its_place(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1&tail=2"))
        file, _, offset = client.read_head()[1]["sexton-log-place"].rpartition("-")
        assert client.read_chunk() == b"two\nthree\n"
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1&tail=2&from={file}-{int(offset) + 4}"))
        client.read_head()
        assert client.read_chunk() == b"three\n"
