"""More output than anybody takes: nothing is lost from the logs, nobody else waits."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import at_start, job
from tests.acceptance.ledger import rows

FLOOD = 50_000_000
LINE = "x" * 99
WRITE = f"import os; [os.write(1, b'{LINE}\\n' * 10_000) for _ in range(50)]"
LATE = 2.0  # seconds that a start may be late on a machine that is busy with other things too


def moment(run: dict[str, Any], key: str) -> datetime:
    return datetime.fromisoformat(run[key])


def lateness(run: dict[str, Any]) -> float:
    return (moment(run, "started") - moment(run, "fire_time")).total_seconds()


def test_a_flood_is_kept_whole_while_other_jobs_start_on_time(make: Callable[..., Daemon]) -> None:
    daemon = make(
        job("flood", command=[sys.executable, "-c", WRITE]) + job("tick", command="true", schedule="@every 100ms")
    )
    with open(os.devnull, "wb") as nowhere:
        daemon.start(stdout=nowhere.fileno())
    daemon.cli("trigger", "flood")
    flood = daemon.ended("flood")
    assert (flood["outcome"], flood["log_bytes"], flood["log_lost_bytes"]) == ("succeeded", FLOOD, 0)
    with open(flood["log"], "rb") as log:
        assert all(line == f"{LINE}\n".encode() for line in log)
    daemon.wait_for(r"tick: run \d+ succeeded")
    ran = [run for run in daemon.runs("tick") if run["started"]]
    assert any(moment(flood, "started") < moment(run, "fire_time") < moment(flood, "ended") for run in ran)
    assert max(map(lateness, ran)) < LATE


def never_read() -> tuple[int, int]:
    reader, writer = os.pipe()
    return writer, reader


def reader_gone() -> tuple[int, int]:
    reader, writer = os.pipe()
    os.close(reader)
    return writer, -1


@pytest.mark.parametrize("outlet", [never_read, reader_gone])
def test_nothing_waits_when_standard_output_takes_nothing(
    make: Callable[..., Daemon], outlet: Callable[[], tuple[int, int]]
) -> None:
    """Ten megabytes go to a pipe that nobody reads; what it cost is counted where everybody can see it."""
    size = 10_000_000
    daemon = make(at_start("flood", f"yes {LINE} | head -c {size}") + job("after", "true", after="flood"))
    writer, reader = outlet()
    daemon.start(stdout=writer)
    os.close(writer)
    daemon.ended("after")
    (flood,) = daemon.runs("flood")
    assert (flood["outcome"], flood["log_bytes"], Path(flood["log"]).stat().st_size) == ("succeeded", size, size)
    dropped = daemon.ask("status")["info"]["relay_dropped_bytes"]
    assert size // 2 < dropped <= 2 * size
    assert "did not reach standard output" in daemon.cli("status").stdout
    assert daemon.stop() == 0
    if reader >= 0:
        os.close(reader)


def test_sexton_ends_in_time_when_nobody_reads_what_it_says(make: Callable[..., Daemon]) -> None:
    """Neither its children's output nor its own log finds a reader."""
    daemon = make("".join(at_start(f"flood-{n}", f"yes {LINE} | head -c 3000000") for n in range(3)))
    writer, reader = never_read()
    merged = ("sh", "-c", 'exec "$0" -m sexton "$@" 2>&1', sys.executable)
    daemon.launch("--once", launcher=merged, stdout=writer)
    os.close(writer)
    assert daemon.end() == 0
    os.close(reader)
    assert [(row["outcome"], row["log_bytes"]) for row in rows(daemon.home)] == [("succeeded", 3_000_000)] * 3


def test_sexton_runs_when_its_standard_streams_are_closed(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("speak", "echo hello; echo world >&2"))
    closed = ("sh", "-c", 'exec "$0" -m sexton "$@" <&- >&- 2>&-', sys.executable)
    daemon.launch("--once", launcher=closed)
    assert daemon.end() == 0
    (log,) = (daemon.home / "log/jobs/speak").iterdir()
    assert log.read_bytes() == b"hello\nworld\n"
