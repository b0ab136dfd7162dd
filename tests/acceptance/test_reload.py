"""Reload of a running Sexton: all or nothing, by signal, by command, and by itself when a file changes."""

import os
import signal
from collections.abc import Callable

from tests.acceptance.daemon import Daemon

KEEPS = '[services.keeps]\ncommand = "sleep 1000"\nstart_seconds = "10ms"\n'
CHANGES = '[services.changes]\ncommand = "sleep 1001"\nstart_seconds = "10ms"\n'
HTTP_OFF = 'http = ""\n'


def started(make: Callable[..., Daemon], settings: str = HTTP_OFF) -> Daemon:
    daemon = make(KEEPS + CHANGES, settings).start()
    daemon.wait_for_each("keeps: running", "changes: running")
    return daemon


def test_services_that_did_not_change_keep_their_processes(make: Callable[..., Daemon]) -> None:
    daemon = started(make)
    before = daemon.pids()
    daemon.write(KEEPS + CHANGES.replace("1001", "1002") + KEEPS.replace("keeps", "comes"), HTTP_OFF)
    assert daemon.cli("reload").stdout == "reloaded: jobs unchanged; services 1 new, 1 changed\n"
    daemon.wait_for("comes: running")
    after = daemon.pids()
    assert after["keeps"] == before["keeps"]
    assert after["changes"] != before["changes"]
    daemon.write(KEEPS, HTTP_OFF)
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("comes: stopped")
    assert daemon.pids() == {"keeps": before["keeps"]}
    assert daemon.stop() == 0


def test_a_broken_file_changes_nothing_and_says_why(make: Callable[..., Daemon]) -> None:
    daemon = started(make)
    before = daemon.pids()
    daemon.write(KEEPS.replace("command", "comand"), HTTP_OFF)
    done = daemon.cli("reload", check=False)
    assert done.returncode == 78
    assert "unknown key `comand`; did you mean `command`?" in done.stderr
    daemon.wait_for("reload: nothing was changed")
    assert daemon.pids() == before
    assert daemon.stop() == 0


def test_a_changed_file_is_noticed_when_the_plan_says_so(make: Callable[..., Daemon]) -> None:
    settings = f"{HTTP_OFF}watch = true\n"
    daemon = started(make, settings)
    daemon.write(KEEPS, settings)
    daemon.wait_for("reloaded: jobs unchanged; services 1 gone")
    replacement = daemon.home / "new.toml"  # as an editor does: a new file takes the name of the old
    replacement.write_text(daemon.config.read_text() + CHANGES)
    os.replace(replacement, daemon.config)
    daemon.wait_for("reloaded: jobs unchanged; services 1 new")
    assert daemon.stop() == 0


def test_a_socket_that_somebody_removed_is_made_anew(make: Callable[..., Daemon]) -> None:
    daemon = started(make)
    (daemon.home / "run/s.sock").unlink()
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("s.sock was gone and is made anew")
    assert len(daemon.pids()) == 2
    assert daemon.stop() == 0
    assert not (daemon.home / "run/s.sock").exists()
