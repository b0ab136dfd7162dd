"""SIGKILL of the daemon between any two steps of a run's life (promise 1).

After the restart no run happened twice, none is left going, the cut one is `lost`, and no survivor lives.
"""

import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.daemon import LIMIT, Daemon, marked, sexton
from tests.acceptance.jobs import FAR_OFF

STEPS = 24  # that one run and the run after it take; the first test holds it to that

FIRST = """
[jobs.first]
schedule = "@reboot"
command = 'sh -c "echo $SEXTON_JOB $SEXTON_RUN_ID >>ledger"'
[jobs.second]
after = { job = "first", on = "any" }
command = 'sh -c "echo $SEXTON_JOB $SEXTON_RUN_ID $SEXTON_UPSTREAM_OUTCOME >>ledger"'
"""
LATER = FIRST.replace('schedule = "@reboot"\n', "")  # so that the restart itself asks for no run


def ledger(home: Path) -> list[list[str]]:
    """What the jobs' processes themselves say of having run."""
    file = home / "ledger"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def rows(home: Path) -> dict[int, tuple[str, str, str | None]]:
    database = sqlite3.connect(home / "state/state.db")
    try:
        found = database.execute("SELECT id, job, state, outcome FROM run").fetchall()
    finally:
        database.close()
    return {run_id: (job, state, outcome) for run_id, job, state, outcome in found}


def test_the_steps_are_as_many_as_are_tested(make: Callable[..., Daemon]) -> None:
    daemon = make(FIRST)
    assert daemon.killed_at(0) == 0
    steps = (daemon.home / "steps").read_text().splitlines()
    assert Counter(steps)["Claim is durable"] == Counter(steps)["End is durable"] == 2
    assert len(steps) == STEPS


@pytest.mark.parametrize("number", range(1, STEPS + 1))
def test_nothing_runs_twice_or_is_left_going_when_sexton_was_killed_at_a_step(
    make: Callable[..., Daemon], number: int
) -> None:
    daemon = make(FIRST)
    assert daemon.killed_at(number) == -9
    before = rows(daemon.home)
    daemon.write(LATER)
    assert daemon.once().returncode == 0
    after = rows(daemon.home)

    ran = ledger(daemon.home)
    assert max(Counter(run_id for _, run_id, *_ in ran).values(), default=1) == 1
    assert all(state == "ended" for _, state, _ in after.values())
    for run_id, (_, state, outcome) in before.items():
        expected = {"claimed": ("lost",), "queued": ("succeeded",), "ended": (outcome,)}[state]
        assert after[run_id][2] in expected
    for run_id, (job, _, outcome) in after.items():
        times = sum(entry[:2] == [job, str(run_id)] for entry in ran)
        assert times <= 1 if outcome == "lost" else times == 1
    assert {entry[1] for entry in ran} <= {str(run_id) for run_id in after}  # nothing ran without its row
    assert Counter(job for job, _, _ in after.values()) in ({}, {"first": 1, "second": 1})
    assert marked(daemon.home) == []


TRIED = """
[jobs.tried]
schedule = "@reboot"
retry    = { attempts = 2, delay = "50ms" }
command  = 'sh -c "echo $SEXTON_RUN_ID $SEXTON_ATTEMPT >>ledger; test $SEXTON_ATTEMPT = 2"'
"""
TRIED_LATER = TRIED.replace('schedule = "@reboot"\n', "")
TRIED_STEPS = 24  # of two attempts


def test_the_steps_of_two_attempts_are_as_many_as_are_tested(make: Callable[..., Daemon]) -> None:
    daemon = make(TRIED)
    assert daemon.killed_at(0) == 0
    steps = (daemon.home / "steps").read_text().splitlines()
    assert Counter(steps)["Claim is durable"] == Counter(steps)["End is durable"] == 2
    assert len(steps) == TRIED_STEPS


@pytest.mark.parametrize("number", range(1, TRIED_STEPS + 1))
def test_no_attempt_is_made_twice_or_forgotten_when_sexton_was_killed_at_a_step(
    make: Callable[..., Daemon], number: int
) -> None:
    daemon = make(TRIED)
    assert daemon.killed_at(number) == -9
    before = rows(daemon.home)
    daemon.write(TRIED_LATER)
    daemon.once()
    after = rows(daemon.home)
    ran = ledger(daemon.home)
    assert max(Counter(map(tuple, ran)).values(), default=1) == 1
    assert sorted(attempt for _, attempt in ran) in ([], ["1"], ["1", "2"])
    assert list(after) == list(before)
    for run_id, (_, state, outcome) in before.items():
        assert after[run_id][1:] == ("ended", {"claimed": "lost", "queued": "succeeded", "ended": outcome}[state])
        assert state != "queued" or ran == [[str(run_id), "1"], [str(run_id), "2"]]


@pytest.mark.parametrize("number", range(1, STEPS // 2 + 1))
def test_a_lost_run_runs_once_more_and_never_a_third_time_when_sexton_was_killed_at_a_step(
    make: Callable[..., Daemon], number: int
) -> None:
    again = FIRST.replace("[jobs.second]", 'on_lost = "rerun"\n[jobs.second]')
    daemon = make(again)
    assert daemon.killed_at(number) == -9
    lost = [run_id for run_id, (job, state, _) in rows(daemon.home).items() if (job, state) == ("first", "claimed")]
    daemon.write(again.replace('schedule = "@reboot"\n', ""))
    assert daemon.killed_at(number) in (-9, 0, 1)
    daemon.once()
    after = rows(daemon.home)
    first = [outcome for job, state, outcome in after.values() if job == "first"]
    assert all(state == "ended" for _, state, _ in after.values())
    assert len(first) <= 2
    assert first[:1] == (["lost"] if lost else first[:1])
    assert first != ["lost"]  # it ran again, or that was lost too
    ran = Counter(run_id for job, run_id, *_ in ledger(daemon.home) if job == "first")
    assert max(ran.values(), default=1) == 1


def test_a_survivor_is_ended_before_its_run_is_lost_when_sexton_was_killed(make: Callable[..., Daemon]) -> None:
    """A stubborn child in a session of its own, and what it forked, live on without Sexton; a restart ends them."""
    stubborn = 'trap "" TERM; setsid sleep 1000 & echo up; while :; do sleep 1000 & wait; done'
    job = f"[jobs.stubborn]\nschedule = '@reboot'\nshell = true\ncommand = '''{stubborn}'''\nstop.timeout = '200ms'\n"
    daemon = make(job).start()
    daemon.wait_for(r"\| up")
    daemon.kill()
    survivors = set(marked(daemon.home))
    assert len(survivors) >= 2
    daemon.write(job.replace("schedule = '@reboot'", ""))
    daemon.start()
    daemon.wait_for(r"stubborn: run 1 is lost")
    assert not survivors & set(marked(daemon.home))
    (run,) = daemon.runs()
    assert (run["outcome"], run["state"]) == ("lost", "ended")
    assert run["tail"] == ["up"]  # what it had written is kept, and shown
    assert daemon.stop() == 0


@pytest.mark.parametrize("seed", range(6))
def test_no_slot_runs_twice_when_sexton_is_killed_at_random_moments(make: Callable[..., Daemon], seed: int) -> None:
    """Killed by the clock rather than by the step, in the middle of whatever it does, six times over."""
    job = """
[jobs.tick]
schedule = "@every 50ms"
command = 'sh -c "echo $SEXTON_JOB $SEXTON_RUN_ID $SEXTON_FIRE_TIME >>ledger"'
"""
    daemon = make(job)
    for kill in range(3):
        daemon.start()
        for _ in range(1 + (seed * 7 + kill * 3) % 5):
            daemon.wait_for(r"tick: run \d+ (started|succeeded)")
        daemon.kill()
    daemon.write(job.replace("@every 50ms", FAR_OFF))
    done = subprocess.run(
        (*sexton(), "run", str(daemon.config), "--once"),
        cwd=daemon.home,
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0
    ran = ledger(daemon.home)
    assert len({fire_time for _, _, fire_time in ran}) == len(ran) == len({run_id for _, run_id, _ in ran})
    after = rows(daemon.home)
    assert all(state == "ended" for _, state, _ in after.values())
    assert {int(run_id) for _, run_id, _ in ran} <= set(after)
