"""What a run's process finds in its environment."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import at_start, job
from tests.acceptance.ledger import iso, output, rows, set_watermark

PRINT_ALL = ["env", "-0"]


def environment(run: dict[str, Any]) -> dict[str, str]:
    """What `env -0` wrote into the log of a run."""
    entries = os.fsdecode(output(run)).split("\0")
    return {name: value for name, _, value in (entry.partition("=") for entry in entries if entry)}


def own(found: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name.startswith("SEXTON_")}


def test_the_containers_environment_reaches_a_job_with_who_it_is(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("show", command=PRINT_ALL))
    for fence in ("1", "2"):
        assert daemon.once(GREETING="hello\nto = you", EMPTY="", BYTES="\udcff\udc80").returncode == 0
        run = rows(daemon.home)[-1]
        found = environment(run)
        assert (found["GREETING"], found["EMPTY"], found["BYTES"]) == ("hello\nto = you", "", "\udcff\udc80")
        assert own(found) == {
            "SEXTON_INSTANCE": (daemon.home / "state/state.id").read_text().strip(),
            "SEXTON_SOCKET": str(daemon.home / "run/s.sock"),
            "SEXTON_JOB": "show",
            "SEXTON_RUN_ID": str(run["id"]),
            "SEXTON_ATTEMPT": "1",
            "SEXTON_FENCE": fence,
            "SEXTON_FIRE_TIME": iso(run["fire_time"]),
        }


def test_a_scheduled_run_knows_its_fire_time_and_the_one_before(make: Callable[..., Daemon]) -> None:
    daemon = make(job("show", schedule="0 8 1 * *", command=PRINT_ALL))
    daemon.once()
    set_watermark(daemon.home, "show", datetime.now(UTC) - timedelta(days=100))
    run = daemon.start().ended("show")
    found = own(environment(run))
    fired = datetime.fromisoformat(found["SEXTON_FIRE_TIME"])
    before = (fired - timedelta(days=15)).replace(day=1)
    assert (fired.day, fired.hour, fired.minute) == (1, 8, 0)
    assert timedelta(0) < datetime.now(UTC) - fired < timedelta(days=32)
    assert datetime.fromisoformat(found["SEXTON_INTERVAL_START"]) == before
    assert found["SEXTON_INTERVAL_END"] == found["SEXTON_FIRE_TIME"] == run["slot"] == run["fire_time"]


def test_an_after_job_knows_the_run_that_called_for_it(make: Callable[..., Daemon]) -> None:
    daemon = make(
        at_start("first", "echo said; exit 3") + job("next", after={"job": "first", "on": "any"}, command=PRINT_ALL)
    )
    assert daemon.once().returncode == 1
    first, follower = rows(daemon.home)
    found = own(environment(follower))
    assert (found["SEXTON_UPSTREAM_JOB"], found["SEXTON_UPSTREAM_RUN_ID"]) == ("first", str(first["id"]))
    assert (found["SEXTON_UPSTREAM_OUTCOME"], found["SEXTON_UPSTREAM_LOG"]) == ("failed", first["log"])
    assert (found["SEXTON_JOB"], found["SEXTON_RUN_ID"]) == ("next", str(follower["id"]))
    assert found["SEXTON_FIRE_TIME"] == iso(first["fire_time"])
    assert output(first) == b"said\n"
    assert "SEXTON_INTERVAL_START" not in found


def test_env_wins_over_env_file_and_that_over_the_container(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("show", command=PRINT_ALL, env_file="job.env", env={"A": "env", "N": 5}))
    (daemon.home / "job.env").write_text("# for the job\nexport A=file\nB='from $file'\n")
    assert daemon.once(A="container", B="container", C="container").returncode == 0
    found = environment(rows(daemon.home)[0])
    assert {name: found[name] for name in "ABCN"} == {"A": "env", "B": "from $file", "C": "container", "N": "5"}
