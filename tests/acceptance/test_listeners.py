"""Listeners, real ones: those of the documents, word for word, and what people see of those that go wrong."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.daemon import LIMIT, Daemon
from tests.acceptance.gate import Gate

PAGE = (Path(__file__).parents[2] / "docs" / "listeners.md").read_text("utf-8")
COMMANDS = {"sh": "/bin/sh", "python": sys.executable, "perl": "perl"}


def written(language: str) -> str:
    """The listener in that language on the page."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def listener(command: str, events: str, **keys: object) -> str:
    more = "".join(f"{key} = {value}\n" for key, value in keys.items())
    return f"[listeners.ear]\ncommand = '{command}'\nevents = {events}\n{more}"


@pytest.mark.parametrize("language", COMMANDS)
def test_the_listeners_of_the_documents_hear_ticks(make: Callable[..., Daemon], tmp_path: Path, language: str) -> None:
    (tmp_path / "ear").write_text(written(language))
    assert len(written(language).splitlines()) <= 10
    daemon = make(listener(f"{COMMANDS[language]} {tmp_path}/ear", '"TICK_1"')).start()
    for _ in range(3):
        daemon.wait_for(r"ear +\| .*when:\d+")
    (listed,) = daemon.ask("events", "--dead-letters")["listeners"]
    assert listed["delivered"] >= 2
    assert (listed["failed"], listed["trouble"]) == (0, "")
    assert daemon.stop() == 0


@pytest.mark.parametrize("language", ["python", "perl"])
def test_letters_of_several_bytes_confuse_no_listener(
    make: Callable[..., Daemon], tmp_path: Path, language: str
) -> None:
    (tmp_path / "ear").write_text(written(language))
    talker = "[services.talker]\ncommand = ['sh', '-c', 'sleep 2; while :; do echo Malmö ö; sleep 1; done']\n"
    talker += 'log = { events = "stdout" }\n'
    table = listener(f"{COMMANDS[language]} {tmp_path}/ear", '["PROCESS_LOG", "TICK_1"]', env='{ PYTHONUTF8 = "1" }')
    daemon = make(talker + table).start()
    for _ in range(2):
        daemon.wait_for(r"ear +\| Malmö ö")
        daemon.wait_for(r"ear +\| .*when:\d+")
    assert daemon.ask("events", "--dead-letters")["listeners"][0]["trouble"] == ""


def test_a_listener_that_breaks_the_protocol_is_shown_and_replaced(make: Callable[..., Daemon]) -> None:
    script = 'sh -c "echo hello; exec sleep 600"'
    daemon = make(listener(script, '"TICK_1"', backoff='{ delay = "10s" }')).start()
    daemon.wait_for("ear: it said b'hello.n'; READY and a line feed is meant; it is being ended")
    daemon.wait_for("ear: it said b'hello.n'.*; trying again in 10s")
    assert "READY and a line feed is meant" in daemon.cli("status").stdout
    health = daemon.cli("health", check=False)
    assert health.returncode == 1
    assert "listener:ear" in health.stdout


def test_events_that_are_not_accepted_are_shown_as_dead_letters(make: Callable[..., Daemon], tmp_path: Path) -> None:
    (tmp_path / "ear").write_text(written("sh").replace("2\\nOK", "4\\nFAIL"))
    retry = '{ attempts = 2, delay = "10ms" }'
    daemon = make(listener(f"sh {tmp_path}/ear", '"SUPERVISOR_STATE_CHANGE"', retry=retry)).start()
    daemon.wait_for("SUPERVISOR_STATE_CHANGE_RUNNING, is a dead letter after 2 deliveries: it did not answer OK")
    shown = daemon.cli("events", "--dead-letters").stdout
    assert "ear: 0 delivered, 2 failed, 0 dropped, 0 coalesced, 1 given up" in shown
    assert "SUPERVISOR_STATE_CHANGE_RUNNING (event 0), 2 deliveries" in shown


TALKER = """[services.talker]
shell = true
command = "printf '<!--XSUPERVISOR:BEGIN-->half '; read x <gate; printf 'and half<!--XSUPERVISOR:END-->'; sleep 60"
log = { capture = "1kB" }
"""


def test_listeners_and_messages_go_on_over_a_reexec(make: Callable[..., Daemon], tmp_path: Path, gate: Gate) -> None:
    (tmp_path / "ear.py").write_text(written("python"))
    events = '["TICK_1", "PROCESS_COMMUNICATION"]'
    daemon = make(TALKER + listener(f"{sys.executable} {tmp_path}/ear.py", events)).start()
    daemon.wait_for(r"ear +\| .*when:\d+")
    pids = [service["pid"] for service in daemon.ask("status")["services"]]
    daemon.cli("reexec")
    for _ in range(2):
        daemon.wait_for(r"ear +\| .*when:\d+")
    gate.let_pass()
    daemon.wait_for(r"ear +\| PROCESS_COMMUNICATION_STDOUT processname:talker")
    daemon.wait_for(r"ear +\| half and half")
    assert [service["pid"] for service in daemon.ask("status")["services"]] == pids
    (listed,) = daemon.ask("events", "--dead-letters")["listeners"]
    assert (listed["failed"], listed["trouble"]) == (0, "")


LOADED = """
import runpy, sys
sys.argv = ["sexton", "run", sys.argv[1]]
try:
    runpy.run_module("sexton", run_name="__main__")
finally:
    words = ("listener", "event_tree", "backlog", "passage", "payload", "ticks", "member", "capture")
    own = [name for name in sys.modules if name.startswith("sexton.") and any(word in name for word in words)]
    print("loaded:", *sorted(own), flush=True)
"""


def test_a_daemon_without_listeners_loads_nothing_of_them(make: Callable[..., Daemon], tmp_path: Path) -> None:
    program = tmp_path / "loaded.py"
    program.write_text(LOADED)
    home = make(
        '[services.web]\ncommand = "sleep 0.5"\nstart_seconds = "10ms"\nrestart = "never"\ncritical = true\n'
    ).home
    command = [sys.executable, str(program), str(home / "sexton.toml")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=home, timeout=LIMIT, check=False)
    (said,) = re.findall("^loaded:(.*)$", done.stdout, re.MULTILINE)
    routes_and_intervals = {"sexton.api.resources.listeners", "sexton.core.schedules.ticks"}
    assert {*said.split()} <= routes_and_intervals
