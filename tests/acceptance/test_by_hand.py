"""What people ask of a running Sexton: trigger and cancel, and the exit codes that they get."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import job, tidy

IN_2025 = "0 0 8 * * * 2025"  # it is over, so that what a person asks for is all that runs


def test_trigger_starts_an_idle_job_and_is_refused_by_a_busy_one(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(job("load", "echo up; read x <gate")).start()
    assert "run 1 of load" in daemon.cli("trigger", "load").stdout
    daemon.wait_for(r"\| up")
    refused = daemon.cli("trigger", "load", check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "load is busy: run 1 is going" in refused.stderr
    gate.let_pass()
    assert (daemon.ended("load")["kind"], len(daemon.runs())) == ("manual", 1)
    assert daemon.cli("trigger", "load").returncode == 0


def test_trigger_with_wait_tells_how_the_run_ended(make: Callable[..., Daemon]) -> None:
    daemon = make(job("well", "true") + job("badly", "echo why; exit 7")).start()
    done = daemon.cli("trigger", "well", "--wait")
    assert "run 1 of well succeeded" in done.stdout
    done = daemon.cli("trigger", "badly", "--wait", check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "run 2 of badly failed" in done.stdout
    assert "exit code 7" in done.stdout
    assert "  why\n" in done.stdout


def test_trigger_names_a_job_that_is_not_there(make: Callable[..., Daemon]) -> None:
    daemon = make(job("load", "true")).start()
    done = daemon.cli("trigger", "laod", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no job 'laod'" in done.stderr


def test_cancel_ends_a_run_once(make: Callable[..., Daemon], gate: Gate) -> None:
    """Asked again while it is being stopped it agrees, asked of a run that has ended it refuses."""
    daemon = make(job("load", tidy("echo tidying; read x <gate; exit 0"))).start()
    daemon.cli("trigger", "load")
    daemon.wait_for(r"\| up")
    assert daemon.cli("cancel", "1").stdout == "run 1 of load is stopping\n"
    daemon.wait_for(r"\| tidying")
    assert daemon.cli("cancel", "1").stdout == "run 1 of load is stopping\n"
    gate.let_pass()
    run = daemon.ended("load")
    assert (run["outcome"], run["reason"], run["exit_code"]) == ("cancelled", "cancelled by hand", 0)
    refused = daemon.cli("cancel", "1", check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "run 1 of load has ended already (cancelled)" in refused.stderr
    assert daemon.runs() == [run]


def test_cancel_names_a_run_that_is_not_there(make: Callable[..., Daemon]) -> None:
    daemon = make(job("load", "true")).start()
    done = daemon.cli("cancel", "9", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no run 9" in done.stderr


def test_a_run_that_waits_for_room_can_be_cancelled(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(job("first", "echo up; read x <gate") + job("second", "touch ran"), "max_parallel = 1").start()
    daemon.cli("trigger", "first")
    daemon.wait_for(r"\| up")
    assert daemon.cli("trigger", "second").stdout == "run 2 of second is queued\n"
    daemon.cli("cancel", "2")
    gate.let_pass()
    daemon.ended("first")
    (run,) = daemon.runs("second")
    assert (run["outcome"], run["reason"], run["started"]) == ("cancelled", "cancelled by hand", None)
    assert not (daemon.home / "ran").exists()


def test_the_command_line_says_so_when_no_sexton_is_there(make: Callable[..., Daemon]) -> None:
    done = make("").cli("status", check=False)
    assert (done.returncode, done.stdout) == (69, "")
    assert "cannot reach Sexton" in done.stderr


def test_who_waits_for_a_run_is_told_how_it_ended_when_sexton_is_stopped(make: Callable[..., Daemon]) -> None:
    daemon = make(job("slow", "echo up; exec sleep 1000")).start()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(daemon.cli, "trigger", "slow", "--wait", check=False)
        daemon.wait_for(r"\| up")
        assert daemon.stop() == 0
        told = waiting.result()
    assert told.returncode == 1
    assert "cancelled" in told.stdout


def test_a_run_can_stand_for_a_fire_time_once_and_be_given_variables(make: Callable[..., Daemon]) -> None:
    daemon = make(job("load", "echo $SEXTON_FIRE_TIME $DAY; exit $CODE", schedule=IN_2025)).start()
    at = ("trigger", "load", "--at", "2025-11-20T08:00", "--wait", "--env", "DAY=a b=c", "--env", "CODE=0")
    assert "succeeded" in daemon.cli(*at).stdout
    refused = daemon.cli(*at, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "2025-11-20T08:00:00Z of load has run 1 already (succeeded)" in refused.stderr
    (run,) = daemon.runs()
    assert (run["slot"], run["tail"]) == ("2025-11-20T08:00:00Z", ["2025-11-20T08:00:00Z a b=c"])
    assert run["env"] == ["CODE", "DAY"]
    for wrong in (("--env", "DAY"), ("--env", "SEXTON_JOB=x"), ("--at", "noon"), ("--key", "ü")):
        assert daemon.cli("trigger", "load", *wrong, check=False).returncode in (1, 2)
    assert len(daemon.runs()) == 1
    assert daemon.stop() == 0


def test_the_same_key_is_answered_with_the_same_run_over_a_restart(make: Callable[..., Daemon]) -> None:
    daemon = make(job("load", "true")).start()
    assert "run 1 of load succeeded" in daemon.cli("trigger", "load", "--key", "order-17", "--wait").stdout
    daemon.kill()
    daemon.start()
    assert "run 1 of load succeeded" in daemon.cli("trigger", "load", "--key", "order-17", "--wait").stdout
    assert len(daemon.runs()) == 1
    assert daemon.stop() == 0


def test_a_drain_lets_runs_end_starts_none_and_is_not_remembered(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(job("load", "echo up; read x <gate") + job("next", "true", after="load")).start()
    daemon.cli("trigger", "load")
    daemon.wait_for(r"\| up")
    assert daemon.cli("drain").stdout == "draining: 1 run is going\n"
    assert daemon.cli("trigger", "next", check=False).returncode == 75
    assert "DRAINING" in daemon.cli("status").stdout
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(daemon.cli, "drain", "--wait")
        gate.let_pass()
        assert waiting.result().stdout == "drained: no run is going\n"
    assert [run["state"] for run in daemon.runs("next")] == ["queued"]
    assert daemon.stop() == 0
    daemon.start()
    assert daemon.ended("next")["outcome"] == "succeeded"
    assert daemon.cli("drain", "--off").stdout == "runs are started again\n"
    assert daemon.stop() == 0


def test_a_backfill_runs_what_has_no_run_and_goes_on_after_a_kill(make: Callable[..., Daemon], gate: Gate) -> None:
    script = "echo $SEXTON_FIRE_TIME; test -e free || { echo up; read x <gate; }"
    daemon = make(job("load", script, schedule=IN_2025) + job("mail", "true", after="load")).start()
    walk = ("backfill", "load", "--from", "2025-11-01", "--to", "2025-11-06")
    dry = daemon.cli(*walk, "--dry-run", "--backwards").stdout.splitlines()
    assert (dry[0], len(dry), daemon.runs()) == ("1/5  would run 2025-11-05T08:00:00Z", 5, [])
    with ThreadPoolExecutor(1) as pool:
        walking = pool.submit(daemon.cli, *walk, "--max-parallel", "2", check=False)
        daemon.wait_for(r"\| up")
        daemon.wait_for(r"\| up")
        daemon.kill()
        assert walking.result().returncode == 69
    (daemon.home / "free").touch()
    daemon.start()
    told = daemon.cli(*walk, "--json").stdout.splitlines()
    assert sum("passed" in line for line in told) == 2
    ended = sorted((run["slot"][8:10], run["outcome"]) for run in daemon.runs("load"))
    assert ended == [(day, "lost" if day < "03" else "succeeded") for day in ("01", "02", "03", "04", "05")]
    again = daemon.cli(*walk, "--reprocess", "failed", "--max-parallel", "5")
    assert again.stdout.count("succeeded after") == 2
    slots = sorted(run["slot"] for run in daemon.runs("load")[5:])
    assert slots == ["2025-11-01T08:00:00Z#2", "2025-11-02T08:00:00Z#2"]
    assert daemon.stop() == 0
