"""The engine against two judges over simulated hours: a naive model that foresees every row of an undisturbed plan,
and the promises that hold whatever disturbs it: crashes, survivors, restarts, a disk that refuses, too little room.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.config.after import OUTCOMES
from sexton.model.job import CatchUp, Overlap, Retry
from sexton.model.ledger import Claim, Closed, End, Enlist, Queued, Row
from sexton.model.run import Outcome
from sexton.model.units import HOUR, MINUTE, SECOND, Instant
from tests.engine.stage import Stage, job
from tests.fakes import WALL

CALLED = (Outcome.SKIPPED, Outcome.MISSED)


class Habit(NamedTuple):
    """What a job does: how often it fires (minutes), how its runs go, and which `on` word its after-job has.

    Lengths have odd seconds, so that no two things of one job fall on the same instant.
    """

    every: int
    lasts: int  # minutes and 7 seconds
    code: int
    timeout: int | None  # minutes and 3 seconds
    word: str
    follower_lasts: int  # minutes and 11 seconds
    attempts: int = 1  # with 13 seconds between them
    good_from: int | None = None  # the first attempt that succeeds

    def end(self, start: Instant) -> tuple[Instant, str]:
        """When a run that starts at `start` ends, and how."""
        lasts = self.lasts * MINUTE + 7 * SECOND
        limit = lasts if self.timeout is None else self.timeout * MINUTE + 3 * SECOND
        for attempt in range(1, self.attempts + 1):
            good = self.good_from is not None and attempt >= self.good_from
            how = "timeout" if limit < lasts else "failed" if self.code and not good else "succeeded"
            start += min(lasts, limit)
            if how == "succeeded" or attempt == self.attempts:
                return start, how
            start += 13 * SECOND
        raise AssertionError("a run has an attempt")

    def going(self, start: Instant, now: Instant) -> str:
        """The state of the row at `now` of a run that started and has not ended."""
        lasts = self.lasts * MINUTE + 7 * SECOND
        length = lasts if self.timeout is None else min(lasts, self.timeout * MINUTE + 3 * SECOND)
        return "claimed" if (now - start) % (length + 13 * SECOND) < length else "queued"


HABITS = st.builds(
    Habit,
    st.sampled_from([5, 10, 15, 60]),
    st.integers(0, 25),
    st.integers(0, 1),
    st.none() | st.integers(0, 25),
    st.sampled_from(["succeeded", "failed", "any", "timeout", "cancelled", "lost"]),
    st.integers(0, 25),
    st.integers(1, 3),
    st.none() | st.integers(1, 3),
)


def staged(
    habits: Sequence[Habit],
    catch_up: CatchUp = CatchUp.LAST,
    overlap: Overlap = Overlap.SKIP,
    *,
    max_parallel: int = 64,
    slots: int = 64,
) -> Stage:
    jobs = []
    for number, habit in enumerate(habits):
        timeout = None if habit.timeout is None else habit.timeout * MINUTE + 3 * SECOND
        every = f"@every {habit.every}m"
        retry = Retry(habit.attempts, 13 * SECOND, 1)
        jobs.append(
            job(
                f"job{number}",
                every,
                timeout=timeout,
                catch_up=catch_up,
                priority=number % 2,
                retry=retry,
                overlap=overlap,
            )
        )
        jobs.append(job(f"next{number}", after={f"job{number}": habit.word}, pool="few", overlap=overlap))
    stage = Stage(*jobs, max_parallel=max_parallel, pools={"few": slots})
    for number, habit in enumerate(habits):
        stage.live(f"job{number}", lasts=habit.lasts * MINUTE + 7 * SECOND, code=habit.code, good_from=habit.good_from)
        stage.live(f"next{number}", lasts=habit.follower_lasts * MINUTE + 11 * SECOND)
    return stage


# The naive model

Fact = tuple[Instant, str]  # when a row was made, and its outcome (or that it is still going)


def foreseen(habit: Habit, now: Instant) -> tuple[list[Fact], list[Fact]]:
    """The rows of a job and of its after-job until `now`."""
    rows: list[Fact] = []
    called: list[Instant] = []
    free = WALL
    for fire_time in range(WALL + habit.every * MINUTE, now + 1, habit.every * MINUTE):
        if fire_time < free:
            rows.append((fire_time, "skipped"))
            continue
        free, how = habit.end(fire_time)
        rows.append((fire_time, how if free <= now else habit.going(fire_time, now)))
        if free <= now and Outcome(how) in OUTCOMES[habit.word]:
            called.append(free)
    return rows, followed(called, habit.follower_lasts * MINUTE + 11 * SECOND, now)


def followed(called: Sequence[Instant], lasts: int, now: Instant) -> list[Fact]:
    rows: list[Fact] = []
    free = WALL
    for call in called:
        if call < free:
            rows.append((call, "skipped"))
            continue
        free = call + lasts
        rows.append((call, "succeeded" if free <= now else "claimed"))
    return rows


def facts(rows: Sequence[Row]) -> list[Fact]:
    return [(row.created, str(row.outcome or row.state)) for row in rows]


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(HABITS, min_size=1, max_size=3), st.integers(0, 200))
def test_the_ledger_is_what_a_naive_model_foresees_when_nothing_goes_wrong(habits: list[Habit], minutes: int) -> None:
    stage = staged(habits)
    stage.start()
    stage.loop.advance(minutes * MINUTE)
    for number, habit in enumerate(habits):
        rows, next_rows = foreseen(habit, stage.clock.wall)
        assert facts(stage.rows(f"job{number}")) == rows
        assert facts(stage.rows(f"next{number}")) == next_rows
    assert stage.logs.errors() == []


# The promises

ACTIONS = st.one_of(
    st.tuples(st.just("pass"), st.integers(1, 90)),
    st.tuples(st.just("crash"), st.integers(0, 90)),
    st.tuples(st.just("reboot"), st.integers(0, 90)),
    st.tuples(st.just("stop"), st.integers(0, 90)),
    st.tuples(st.just("disk fails"), st.integers(0, 3)),
    st.tuples(st.just("disk stalls"), st.integers(1, 40)),
    st.tuples(st.just("trigger"), st.integers(0, 2)),
)
REFUSED: Sequence[type | tuple[type, ...]] = (Claim, End, (Closed, Queued), (Claim, Closed, End, Enlist, Queued))


def act(stage: Stage, action: str, number: int) -> None:
    """One disturbance, or some time without one."""
    match action:
        case "pass":
            stage.loop.advance(number * MINUTE)
        case "crash" | "reboot":
            if action == "reboot":
                stage.spawner.alive.clear()
            stage.clock.advance(number * MINUTE)
            stage.start()
        case "stop":
            stage.stop()
            stage.pass_time(9 * SECOND)
            assert (stage.finished, stage.spawner.alive) == (1, {})
            stage.clock.advance(number * MINUTE)
            stage.start()
        case "disk fails":
            kinds = REFUSED[number]
            stage.store.failing = lambda change: isinstance(change, kinds)
            stage.loop.advance(7 * MINUTE)
            stage.store.failing = lambda change: False
        case "disk stalls":
            stage.store.hold()
            stage.loop.advance(number * MINUTE)
            stage.store.release()
            stage.loop.advance(0)
        case "trigger":
            stage.trigger(f"job{number % (len(stage.plan.jobs) // 2)}")


def covered(rows: Sequence[Row], every: int) -> list[Instant]:
    """The fire times that the rows stand for."""
    found: list[Instant] = []
    for row in rows:
        if row.fire_time is not None and not row.slot.startswith("manual"):
            times = range(row.fire_time, (row.last or row.fire_time) + 1, every)
            assert len(times) == row.number
            found += times
    return sorted(found)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(
    st.lists(HABITS, min_size=1, max_size=3),
    st.lists(ACTIONS, max_size=10),
    st.sampled_from(CatchUp),
    st.sampled_from([1, 2, 64]),
    st.sampled_from(Overlap),
    st.sampled_from([1, 64]),
)
def test_the_promises_hold_whatever_happens(
    habits: list[Habit], actions: list[tuple[str, int]], catch_up: CatchUp, room: int, overlap: Overlap, slots: int
) -> None:
    stage = staged(habits, catch_up, overlap, max_parallel=room, slots=slots)
    stage.start()
    for action, number in actions:
        act(stage, action, number)
        assert len(stage.world.runs) <= room
        assert sum(run.job.pool == "few" for run in stage.world.runs) <= slots
        if overlap is not Overlap.ALLOW:
            assert all(len(entry.going) <= 1 for entry in stage.world.jobs.values())
    stage.loop.advance(4 * HOUR)
    every_start_has_one_row(stage)
    for number, habit in enumerate(habits):
        every_fire_time_is_decided_once(stage, f"job{number}", habit.every * MINUTE)
        every_end_called_for_its_after_job(stage, number, habit)
    nothing_is_left_open(stage)
    if not any(action in ("crash", "reboot") for action, _ in actions):
        assert "lost" not in {row.outcome for row in stage.rows()}


def every_start_has_one_row(stage: Stage) -> None:
    started = [(int(env["SEXTON_RUN_ID"]), int(env["SEXTON_ATTEMPT"])) for env in stage.spawner.started]
    assert len(started) == len(set(started))
    ids = {run_id for run_id, _ in started}
    assert sorted(started) == [(run_id, n) for run_id in sorted(ids) for n in range(1, started_of(started, run_id) + 1)]
    rows = {row.id: row for row in stage.rows()}
    assert ids <= {row.id for row in rows.values() if row.claimed is not None}
    for name in stage.plan.jobs:
        fences = [int(e["SEXTON_FENCE"]) for e in stage.spawner.started if e["SEXTON_JOB"] == name]
        assert fences == sorted(set(fences))


def started_of(started: Sequence[tuple[int, int]], run_id: int) -> int:
    """How many attempts of the run were started."""
    return sum(each == run_id for each, _ in started)


def every_fire_time_is_decided_once(stage: Stage, name: str, every: int) -> None:
    watermark = stage.watermark(name)
    assert covered(stage.rows(name), every) == [*range(WALL + every, watermark + 1, every)]
    waiting = stage.world.jobs[name].busy or stage.engine.room.waiting
    assert waiting or watermark > stage.clock.wall - every


def every_end_called_for_its_after_job(stage: Stage, number: int, habit: Habit) -> None:
    called = [
        f"after:{row.id}"
        for row in stage.rows(f"job{number}")
        if row.outcome in OUTCOMES[habit.word] and row.outcome not in CALLED and row.claimed is not None
    ]
    assert sorted(row.slot for row in stage.rows(f"next{number}")) == sorted(called)


def nothing_is_left_open(stage: Stage) -> None:
    going = {entry.run.id for entry in stage.world.runs}
    jobs = stage.world.jobs.values()
    waiting = {wanted.run_id for entry in jobs for wanted in entry.pending}
    waiting |= {run_id for entry in jobs for run_id in entry.resting}
    assert {row.id for row in stage.store.rows(states=("claimed",))} == going
    assert {row.id for row in stage.store.rows(states=("queued",))} <= waiting
