"""What a start needs, and what refuses it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.daemon import SETTINGS, Daemon
from tests.acceptance.jobs import at_start, job


def test_sexton_starts_in_a_folder_that_it_cannot_write(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("where", command="pwd")).start(cwd=Path("/proc"))
    assert daemon.ended("where")["tail"] == ["/proc"]
    assert daemon.stop() == 0


def test_the_second_sexton_on_one_state_names_the_first(make: Callable[..., Daemon]) -> None:
    daemon = make(job("load", "touch ran")).start()
    daemon.config.write_text(daemon.config.read_text().replace("s.sock", "other.sock") + 'schedule = "@reboot"\n')
    second = daemon.run()
    assert (second.returncode, second.stdout) == (75, "")
    assert f"process {daemon.pid} holds it" in second.stderr
    assert daemon.ask("status")["info"]["pid"] == daemon.pid
    assert not (daemon.home / "ran").exists()


def test_the_second_sexton_on_one_socket_is_refused(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("load", "true")).start()
    daemon.ended("load")
    daemon.config.write_text(daemon.config.read_text().replace("state/state.db", "other/state.db"))
    second = daemon.run()
    assert (second.returncode, second.stdout) == (78, "")
    assert "socket: " in second.stderr
    assert daemon.ask("status")["info"]["pid"] == daemon.pid


@pytest.mark.parametrize(
    ("key", "place"), [("state", "sqlite:///state/state.db"), ("log_dir", "log"), ("socket", "run/s.sock")]
)
def test_a_place_that_cannot_be_written_is_refused_by_its_key(
    make: Callable[..., Daemon], key: str, place: str
) -> None:
    daemon = make(at_start("load", "touch ran"))
    (daemon.home / "file").write_text("no folder\n")
    wrong = place.replace("state/", "file/").replace("run/", "file/").replace("log", "file/log")
    assert f'{key} = "{place}"' in SETTINGS
    daemon.config.write_text(daemon.config.read_text().replace(f'"{place}"', f'"{wrong}"'))
    refused = daemon.run()
    assert (refused.returncode, refused.stdout) == (78, "")
    assert refused.stderr.startswith(f"{daemon.config}: {key}: cannot write to {daemon.home}/file")
    assert refused.stderr.endswith(f"; set `{key}`\n")
    assert not (daemon.home / "ran").exists()
    assert (daemon.home / "file").read_text() == "no folder\n"


def test_a_state_that_is_no_database_is_refused_and_left_alone(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("load", "touch ran"))
    (daemon.home / "state").mkdir()
    (daemon.home / "state/state.db").write_text("precious\n" * 100)
    refused = daemon.run()
    assert refused.returncode == 78
    assert "state: " in refused.stderr
    assert (daemon.home / "state/state.db").read_text() == "precious\n" * 100
    assert not (daemon.home / "ran").exists()
