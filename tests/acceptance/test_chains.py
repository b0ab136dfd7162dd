"""Runs that follow other runs, and runs that would meet their own job's last one."""

from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start, job, service
from tests.acceptance.ledger import outcomes, output, rows

UPSTREAM = "echo $SEXTON_UPSTREAM_JOB $SEXTON_UPSTREAM_RUN_ID $SEXTON_UPSTREAM_OUTCOME"


def test_a_chain_runs_in_order_when_each_link_succeeds(make: Callable[..., Daemon]) -> None:
    daemon = make(
        job("third", UPSTREAM, after={"job": "second", "on": "any"})
        + job("second", UPSTREAM, after="first")
        + at_start("first", "true")
        + job("never", "true", after={"job": "first", "on": "failed"})
    )
    assert daemon.once().returncode == 0
    assert outcomes(daemon.home) == [(name, "succeeded") for name in ("first", "second", "third")]
    assert [output(row) for row in rows(daemon.home)[1:]] == [b"first 1 succeeded\n", b"second 2 succeeded\n"]
    assert [row["slot"] for row in rows(daemon.home)[1:]] == ["after:1", "after:2"]


def test_a_chain_goes_on_across_a_failure_as_on_says(make: Callable[..., Daemon]) -> None:
    daemon = make(
        at_start("load", "exit 4")
        + job("publish", "true", after="load")
        + job("alarm", UPSTREAM, after={"job": "load", "on": "failed"})
        + job("tidy", UPSTREAM, after={"job": "alarm", "on": ["failed", "succeeded"]})
        + job("both", UPSTREAM, after=["alarm", "publish"])
    )
    assert daemon.once().returncode == 1
    assert outcomes(daemon.home) == [("load", "failed"), ("alarm", "succeeded"), ("tidy", "succeeded")]
    assert output(rows(daemon.home, "tidy")[0]) == b"alarm 2 succeeded\n"


def test_a_timeout_is_a_failure_and_a_cancelled_run_is_none(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(
        at_start("slow", "read x <gate", timeout="100ms")
        + job("stopped", "echo up; read x <gate")
        + job("alarm", UPSTREAM, after={"job": "slow", "on": "failed"})
        + job("siren", UPSTREAM, after={"job": "stopped", "on": "failed"})
        + job("epilogue", UPSTREAM, after={"job": "stopped", "on": "any"})
    ).start()
    assert daemon.ended("alarm")["tail"] == ["slow 1 timeout"]
    daemon.cli("trigger", "stopped")
    daemon.wait_for(r"\| up")
    daemon.cli("cancel", "3")
    assert daemon.ended("epilogue")["tail"] == ["stopped 3 cancelled"]
    assert len(daemon.runs("alarm")) == 1
    assert daemon.runs("siren") == []


def test_a_fire_time_is_skipped_with_a_row_when_the_last_run_is_still_going(
    make: Callable[..., Daemon], gate: Gate
) -> None:
    daemon = make(job("tick", "read x <gate", schedule="@every 50ms")).start()
    daemon.wait_for(r"tick: skipped")
    daemon.wait_for(r"tick: skipped")
    gate.let_pass()
    first = daemon.ended("tick")
    assert first["outcome"] == "succeeded"
    later = [
        run for run in daemon.runs("tick") if run["id"] > first["id"]
    ]  # on a busy machine one may be missed before
    skipped, other, *_ = (run for run in later if run["outcome"] == "skipped")
    for run in (skipped, other):
        assert run["reason"] == f"run {first['id']} was still going"
        assert run["slot"] == run["fire_time"]
        assert (run["started"], run["log"], run["count"]) == (None, None, 1)
    assert len({run["fire_time"] for run in (first, skipped, other)}) == 3


def test_a_job_after_two_runs_once_when_sexton_is_killed_between_their_ends(
    make: Callable[..., Daemon], gate: Gate
) -> None:
    daemon = make(
        at_start("root", "test ! -e once && touch once")
        + job("quick", "true", after="root")
        + job("slow", "echo up; read x <gate", after="root")
        + job("both", UPSTREAM, after=["quick", {"job": "slow", "on": "lost"}])
    ).start()
    daemon.wait_for(r"quick: run \d+ succeeded")
    daemon.kill()
    daemon.start()
    daemon.wait_for(r"both: run \d+ succeeded")
    (run,) = daemon.runs("both")
    assert run["tail"] == [f"slow {daemon.runs('slow')[0]['id']} lost"]
    assert daemon.stop() == 0


def test_a_job_runs_when_a_service_is_given_up(make: Callable[..., Daemon]) -> None:
    daemon = make(
        service("db", "exit 3", budget={"restarts": 1, "within": "1h"}, backoff={"delay": "10ms"})
        + job("alarm", "echo $SEXTON_EVENT_SERVICE is $SEXTON_EVENT_STATE", on={"service": "db", "state": "FATAL"})
    ).start()
    run = daemon.ended("alarm")
    assert (run["kind"], run["tail"]) == ("event", ["db is fatal"])
    assert run["slot"].startswith("event:db:fatal:")
    assert daemon.stop() == 0
