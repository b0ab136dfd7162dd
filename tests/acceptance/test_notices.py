"""Notices by a real Sexton through real children: none lost and none made up, wherever it is killed."""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.daemon import Daemon, marked
from tests.servers.smtp import MailServer

STEPS = 20  # of a run that fails, and of telling it

SINK = """
[sinks.own]
command = ["sh", "-c", "cat >>told; echo >>told"]
"""
FAILS = """
[jobs.first]
schedule = "@reboot"
command  = 'sh -c "echo last words; exit 3"'
notify   = "own"
"""
LATER = FAILS.replace('schedule = "@reboot"\n', "")  # so that the restart itself asks for no run


def told(home: Path) -> list[dict[str, Any]]:
    """What the sink was given, oldest first."""
    file = home / "told"
    return [json.loads(line) for line in file.read_text().splitlines() if line] if file.exists() else []


def test_a_failure_is_told_before_sexton_goes_with_the_end_of_the_log(make: Callable[..., Daemon]) -> None:
    daemon = make(SINK + FAILS)
    assert daemon.once().returncode == 1
    (order,) = told(daemon.home)
    notice = order["notice"]
    assert (notice["job"], notice["outcome"], notice["exit_code"], notice["tail"]) == (
        "first",
        "failed",
        3,
        "last words",
    )


def test_the_steps_are_as_many_as_are_tested(make: Callable[..., Daemon]) -> None:
    daemon = make(SINK + FAILS)
    assert daemon.killed_at(0) == 1
    steps = (daemon.home / "steps").read_text().splitlines()
    assert Counter(steps)["Delivered is durable"] == 1
    assert len(steps) == STEPS


@pytest.mark.parametrize("number", range(1, STEPS + 1))
def test_no_notice_is_lost_or_made_up_when_sexton_was_killed_at_a_step(
    make: Callable[..., Daemon], number: int
) -> None:
    daemon = make(SINK + FAILS)
    assert daemon.killed_at(number) == -9
    daemon.write(SINK + LATER)
    daemon.once()
    runs = daemon_runs(daemon.home)
    found = told(daemon.home)
    assert {order["notice"]["run"] for order in found} == set(runs)
    assert {(order["notice"]["run"], order["notice"]["outcome"]) for order in found} == set(runs.items())
    assert len({order["id"] for order in found}) == len(runs)
    assert len(found) <= 2 * len(runs)  # accepted, and killed before that was written down
    assert marked(daemon.home) == []


def daemon_runs(home: Path) -> dict[int, str]:
    database = sqlite3.connect(home / "state/state.db")
    try:
        return dict(database.execute("SELECT id, outcome FROM run").fetchall())
    finally:
        database.close()


def test_a_crontabs_mailto_gives_real_mail(make: Callable[..., Daemon]) -> None:
    with MailServer() as server:
        host, port = server.address.split(":")
        sink = f'[sinks.mailto]\nmail = {{ to = "nobody@x", host = "{host}", port = {port}, tls = "none" }}\n'
        daemon = make(sink, 'include = ["crontab"]\n')
        (daemon.home / "crontab").write_text("MAILTO=ops@example.com\n@reboot echo 'hello from cron'\n@reboot true\n")
        assert daemon.once().returncode == 0
        mail = server.mail().raw.decode()
    assert "To: ops@example.com" in mail
    assert "Subject: Cron <" in mail
    assert "> echo 'hello from cron'" in mail
    assert "Output:" in mail


def test_a_sink_is_tried_by_hand_and_shows_how_it_does(make: Callable[..., Daemon]) -> None:
    refuses = '[sinks.bad]\ncommand = ["sh", "-c", "echo no such number >&2; exit 75"]\n'
    daemon = make(SINK + refuses + FAILS.replace('"own"', '["own", "bad"]'))
    daemon.start()
    assert daemon.cli("sinks", "test", "own").stdout.startswith("own has accepted it, in ")
    tested = daemon.cli("sinks", "test", "bad", check=False)
    assert (tested.returncode, tested.stderr) == (1, "sexton: bad did not accept it: no such number\n")
    views = {view["name"]: view for view in daemon.ask("sinks")["sinks"]}
    assert (views["own"]["state"], views["bad"]["state"]) == ("ok", "failing")
    (waiting,) = daemon.ask("outbox")["notices"]
    assert (waiting["sink"], waiting["title"]) == ("bad", "first failed: exit code 3")
    assert "sink:bad: no such number; 1 notice is waiting" in daemon.cli("health", check=False).stdout
    assert daemon.cli("outbox", "drop", str(waiting["id"])).stdout == "1 notice dropped\n"
    assert daemon.stop() == 0


def test_another_image_of_sexton_goes_on_with_what_is_on_its_way(make: Callable[..., Daemon]) -> None:
    slow = '[sinks.own]\ncommand = ["sh", "-c", "cat >>told; echo >>told; cat gate"]\n'
    daemon = make(slow + FAILS)
    os.mkfifo(daemon.home / "gate")
    daemon.start()
    with open(daemon.home / "gate", "w"):  # once the sink's command has opened it, too: it is on its way
        daemon.cli("reexec")
        daemon.wait_for("took over in place")
    assert daemon.stop() == 0
    assert len(told(daemon.home)) == 1
    assert states(daemon.home) == ["delivered"]


def states(home: Path) -> list[str]:
    database = sqlite3.connect(home / "state/state.db")
    try:
        return [state for (state,) in database.execute("SELECT state FROM outbox")]
    finally:
        database.close()


def test_a_secret_of_a_sink_is_in_nothing_that_sexton_writes_or_shows(make: Callable[..., Daemon]) -> None:
    secret = f"canary{os.urandom(12).hex()}"
    table = '[secrets]\nurl = { file = "url" }\n[sinks.own]\nwebhook = { url = "secret:url", allow_private = true }\n'
    daemon = make(table + FAILS)
    (daemon.home / "url").write_text(f"http://user:{secret}@127.0.0.1:9/{secret}\n")
    daemon.start()
    tested = daemon.cli("sinks", "test", "own", check=False)
    assert tested.returncode == 1
    shown = [daemon.cli(verb, "--json").stdout for verb in ("sinks", "outbox", "events")]
    shown += [tested.stdout, tested.stderr, daemon.cli("health", "--json", check=False).stdout]
    assert daemon.stop() == 0
    assert [text for text in shown if secret in text] == []
    files = [file for file in daemon.home.rglob("*") if file.is_file() and file.name != "url"]
    assert [file.name for file in files if secret.encode() in file.read_bytes()] == []
    assert not any(secret in line for line in daemon.said)
