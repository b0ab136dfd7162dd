"""History over restarts: what ran, what it took, and when it is forgotten."""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import at_start, job
from tests.acceptance.ledger import age, rows

BURN = """
import time
memory = bytearray(80_000_000)
memory[::4096] = b"x" * len(memory[::4096])
while time.process_time() < 0.5:
    pass
"""
# Retention begins ten seconds after a start; here at once.
PROMPT = "from sexton.engine import housekeeping; housekeeping.SETTLE = 0; from sexton.cli.main import main; main()"


def test_history_and_the_last_run_survive_a_restart(make: Callable[..., Daemon]) -> None:
    daemon = make(job("load", "echo a word; exit 3") + job("other", "true")).start()
    daemon.cli("trigger", "load", "--wait", check=False)
    daemon.cli("trigger", "other", "--wait")
    before = daemon.runs()
    assert daemon.stop() == 0
    daemon.start()
    assert daemon.runs() == before
    assert [(run["job"], run["outcome"], run["tail"]) for run in before] == [
        ("load", "failed", ["a word"]),
        ("other", "succeeded", []),
    ]
    assert [view["last"] for view in daemon.ask("status")["jobs"]] == before
    assert daemon.cli("logs", "load").stdout == "a word\n"
    daemon.cli("trigger", "load", "--wait", check=False)
    assert [run["id"] for run in daemon.runs()] == [1, 2, 3]


def test_a_run_is_billed_for_the_time_and_memory_that_it_took(make: Callable[..., Daemon]) -> None:
    daemon = make(
        at_start("burn", command=[sys.executable, "-c", BURN])
        + at_start("parent", f"'{sys.executable}' -c '{BURN}'; exit 0")
        + at_start("idle", "true")
    )
    assert daemon.once().returncode == 0
    taken = {row["job"]: (row["cpu"] / 1e6, row["max_rss"] / 1e6) for row in rows(daemon.home)}
    for name in ("burn", "parent"):  # a shell's children count as its own
        cpu, memory = taken[name]
        assert 0.5 <= cpu < 1.0
        assert 80 <= memory < 120
    cpu, memory = taken["idle"]
    assert cpu < 0.3
    assert memory < 20


def test_old_runs_and_old_logs_are_forgotten_each_in_its_time(make: Callable[..., Daemon]) -> None:
    """Of the failed runs that are left without their files the last lines are still there."""
    jobs = "".join(at_start(name, f"echo {name}; exit 1") for name in ("ancient", "old", "young"))
    daemon = make(jobs, 'keep = { runs = "90d", logs = "30d" }')
    assert daemon.once().returncode == 1
    files = {row["job"]: Path(row["log"]) for row in rows(daemon.home)}
    for name, days in (("ancient", 91), ("old", 31), ("young", 29)):
        age(daemon.home, name, timedelta(days=days))
        os.utime(files[name], times=(0, files[name].stat().st_mtime - days * 86400))
    daemon.write(jobs.replace('schedule = "@reboot"', ""), 'keep = { runs = "90d", logs = "30d" }')
    daemon.start(launcher=(sys.executable, "-c", PROMPT))
    said = sorted(daemon.wait_for("pruned|removed").partition("sexton: ")[2] for _ in range(2))
    assert said == ["pruned 1 runs from the history", "removed 2 log files (12 bytes)"]
    assert {name for name, file in files.items() if file.exists()} == {"young"}
    assert sorted((run["job"], run["tail"]) for run in daemon.runs()) == [("old", ["old"]), ("young", ["young"])]
    gone = daemon.cli("logs", "old", check=False)
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "old" in gone.stderr


def test_the_oldest_logs_go_when_all_are_larger_than_keep_says(make: Callable[..., Daemon]) -> None:
    jobs = "".join(at_start(name, "head -c 400 /dev/zero") for name in ("first", "second", "third"))
    daemon = make(jobs)
    assert daemon.once().returncode == 0
    files = {row["job"]: Path(row["log"]) for row in rows(daemon.home)}
    for hours, name in enumerate(("third", "first", "second")):
        os.utime(files[name], times=(0, files[name].stat().st_mtime - 3600 * hours))
    daemon.write(jobs.replace('schedule = "@reboot"', ""), 'keep = { size = "1kB" }')
    daemon.start(launcher=(sys.executable, "-c", PROMPT))
    daemon.wait_for(r"removed 1 log files \(400 bytes\)")
    assert [name for name, file in files.items() if file.exists()] == ["first", "third"]
