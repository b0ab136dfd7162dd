"""The life of a run: the table is complete and exact, and what it promises holds on every way through it."""

from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sexton.core.grid import read_grid
from sexton.core.runs import GRID, KILL_AGAIN, MOVES, NEVER, STALE, TABLE, decide_run
from sexton.model.run import Happening, Outcome, RunEffect, RunState
from sexton.model.step import Step
from sexton.model.units import MILLISECOND, SECOND, Moment
from tests.core.run_world import JOB, RETRYING, RUN, WALL, RunWorld, after, event_of, explore

S, H, E = RunState, Happening, RunEffect
RUNNING = (H.CLAIMED, H.SPAWNED)
OVER = (S.ENDED, S.WAITING)


# The table as it stands


def test_every_cell_is_filled() -> None:
    assert set(TABLE) == {(state, happening) for state in S for happening in H}


def test_every_word_of_the_grid_is_known() -> None:
    with pytest.raises(KeyError):
        read_grid(GRID.replace("protest", "pretest"), RunState, Happening, MOVES)
    with pytest.raises(ValueError, match="killling"):
        read_grid(GRID.replace("killing", "killling"), RunState, Happening, MOVES)


def test_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        read_grid("claiming running\ncancel withdraw", RunState, Happening, MOVES)


def test_no_happening_that_can_come_is_called_impossible() -> None:
    assert [pair for pair in sorted(explore()) if TABLE[pair] is NEVER] == []


def test_no_cell_moves_a_run_when_its_happening_cannot_come() -> None:
    moving = {pair for pair, move in TABLE.items() if move is not NEVER and move is not STALE}
    assert sorted(moving - explore()) == []


def test_what_is_over_is_never_left() -> None:
    assert {TABLE[state, happening].to for state in (S.ENDED, S.WAITING) for happening in H} == {None}


def test_at_most_one_effect_of_a_cell_is_durable_and_it_comes_after_the_kill() -> None:
    for move in TABLE.values():
        assert move.effects.count(E.RECORD_END) <= 1
        assert E.KILL not in move.effects[1:]
        assert E.RELEASE not in move.effects[:-1]


# Ways through it


def test_a_run_succeeds() -> None:
    world = after(*RUNNING)
    assert (world.run.state, world.run.pid, world.run.id, world.run.fence) == (S.RUNNING, 1234, 41, 7)
    world, effects = world.happen(event_of(H.EXITED), 5 * SECOND)
    assert effects == (E.RECORD_END,)
    assert (world.run.outcome, world.run.ended) == (Outcome.SUCCEEDED, (world.run.started or 0) + 5 * SECOND)
    world, effects = world.happen(event_of(H.END_RECORDED))
    assert (world.run.state, effects) == (S.ENDED, (E.RELEASE,))


def test_a_run_leaves_its_background_processes_when_nobody_stops_it() -> None:
    world, effects = after(*RUNNING).happen(event_of(H.EXITED_LEAVING))
    assert (world.run.state, effects) == (S.ENDING, (E.RECORD_END,))


def test_nothing_is_started_when_the_run_is_cancelled_before_its_claim_is_durable() -> None:
    world, effects = after(H.CANCEL).happen(event_of(H.CLAIMED))
    assert (world.run.state, effects, world.run.outcome) == (S.ENDING, (E.RECORD_END,), Outcome.CANCELLED)


@pytest.mark.parametrize("answer", [H.CLAIM_REFUSED, H.CLAIM_FAILED])
@pytest.mark.parametrize("before", [(), (H.CANCEL,)])
def test_a_run_is_forgotten_when_it_was_never_claimed(answer: Happening, before: tuple[Happening, ...]) -> None:
    world, effects = after(*before).happen(event_of(answer))
    assert (world.run.state, effects, world.run.outcome) == (S.ENDED, (E.RELEASE,), None)


def test_a_run_failed_when_its_process_cannot_be_started() -> None:
    world = after(H.CLAIMED, H.SPAWN_FAILED)
    assert (world.run.outcome, world.run.reason, world.run.started) == (Outcome.FAILED, "no such file", None)


def test_timeout_leads_to_stop_then_kill_then_the_outcome_timeout() -> None:
    world = after(*RUNNING)
    assert world.deadline == 60 * SECOND
    world, effects = world.happen(event_of(H.DEADLINE))
    assert (world.run.state, effects, world.deadline) == (S.STOPPING, (E.SIGNAL_STOP,), 70 * SECOND)
    world, effects = world.happen(event_of(H.DEADLINE))
    assert (world.run.state, effects, world.deadline) == (S.KILLING, (E.KILL,), 70 * SECOND + KILL_AGAIN)
    world, effects = world.happen(event_of(H.DEADLINE))
    assert (world.run.state, effects) == (S.KILLING, (E.KILL,))
    world, effects = world.happen(event_of(H.EXITED, code=None))
    assert (world.run.outcome, effects) == (Outcome.TIMEOUT, (E.KILL, E.RECORD_END))


def test_there_is_no_deadline_when_the_job_has_no_timeout() -> None:
    assert after(*RUNNING, job=JOB._replace(timeout=None)).deadline is None


def test_the_group_is_given_the_rest_of_the_stop_timeout_when_its_leader_has_ended() -> None:
    world = after(*RUNNING, H.CANCEL)
    world, _ = world.happen(event_of(H.EXITED_LEAVING), 4 * SECOND)
    assert (world.run.state, world.deadline) == (S.LINGERING, 10 * SECOND)
    gone, effects = world.happen(event_of(H.GROUP_GONE))
    assert (gone.run.state, effects) == (S.ENDING, (E.KILL, E.RECORD_END))
    swept, effects = world.happen(event_of(H.DEADLINE))
    assert (swept.run.state, effects) == (S.ENDING, (E.KILL, E.RECORD_END))


def test_a_stop_takes_no_longer_than_the_cancel_allows() -> None:
    world, _ = after(*RUNNING).happen(event_of(H.CANCEL, within=3 * SECOND))
    assert world.deadline == 3 * SECOND
    longer, _ = world.happen(event_of(H.CANCEL, within=8 * SECOND), SECOND)
    assert longer.deadline == 3 * SECOND
    hurried, effects = world.happen(event_of(H.CANCEL, within=0), SECOND)
    assert (hurried.deadline, effects) == (SECOND, ())


def test_the_first_asker_decides_when_a_timed_out_run_is_cancelled_too() -> None:
    assert after(*RUNNING, H.DEADLINE, H.CANCEL, H.EXITED).run.outcome is Outcome.TIMEOUT
    assert after(*RUNNING, H.CANCEL, H.EXITED).run.outcome is Outcome.CANCELLED


def test_the_end_is_recorded_again_with_backoff_when_the_store_cannot_take_it() -> None:
    world = after(*RUNNING, H.EXITED)
    waits, ended = [], world.run.ended
    for _ in range(4):
        world, _ = world.happen(event_of(H.END_FAILED))
        waits.append((world.deadline or 0) - world.now)
        world, effects = world.happen(event_of(H.DEADLINE))
        assert effects == (E.RECORD_END,)
    assert waits == [100 * MILLISECOND, 200 * MILLISECOND, 400 * MILLISECOND, 800 * MILLISECOND]
    assert (world.run.outcome, world.run.ended) == (Outcome.SUCCEEDED, ended)


def test_a_failed_attempt_waits_for_the_next_one_once_its_end_is_durable() -> None:
    world = after(*RUNNING, job=RETRYING)
    world, effects = world.happen(event_of(H.EXITED, code=1))
    assert (world.run.state, effects, world.run.again) == (S.ENDING, (E.RECORD_END,), WALL + 30 * SECOND)
    world, effects = world.happen(event_of(H.ATTEMPT_RECORDED))
    assert (world.run.state, effects) == (S.WAITING, (E.TRY_AGAIN, E.RELEASE))


def test_the_last_attempt_ends_the_run() -> None:
    last = RunWorld(RUN._replace(attempt=2), job=RETRYING)
    for kind in (*RUNNING, H.EXITED):
        last, _ = last.happen(event_of(kind, code=1))
    assert (last.run.outcome, last.run.again) == (Outcome.FAILED, None)


@pytest.mark.parametrize("code", [77, 78])
def test_no_further_attempt_follows_a_step_that_says_it_would_not_help(code: int) -> None:
    stepping = RETRYING._replace(steps=(Step("sort", "sort", "{}"),))
    for job, tried_again in ((stepping, False), (RETRYING, True)):
        world, _ = after(*RUNNING, job=job).happen(event_of(H.EXITED, code=code))
        assert (world.run.outcome, world.run.again is not None) == (Outcome.FAILED, tried_again)
        late, _ = after(*RUNNING, H.DEADLINE, job=job).happen(event_of(H.EXITED, code=code))
        assert (late.run.outcome, late.run.again is not None) == (Outcome.TIMEOUT, True)


def test_a_cancelled_run_is_not_tried_again() -> None:
    assert after(*RUNNING, H.CANCEL, H.EXITED, job=RETRYING).run.again is None
    assert after(H.CANCEL, H.CLAIMED, job=RETRYING).run.again is None


def test_an_attempt_that_cannot_be_started_or_takes_too_long_is_followed_by_another() -> None:
    assert after(H.CLAIMED, H.SPAWN_FAILED, job=RETRYING).run.again is not None
    assert after(*RUNNING, H.DEADLINE, H.EXITED, job=RETRYING).run.again is not None


def test_it_is_said_loudly_when_someone_else_ended_the_row() -> None:
    _, effects = after(*RUNNING, H.EXITED).happen(event_of(H.END_REFUSED))
    assert effects == (E.REPORT_REFUSED, E.RELEASE)


def test_the_deadline_stays_when_a_happening_changes_nothing() -> None:
    world = after(*RUNNING, H.DEADLINE, H.DEADLINE)
    assert decide_run(world.run, JOB, event_of(H.CANCEL), Moment(0, 0), 123)[2] == 123


class Life(RuleBasedStateMachine):
    """Any sequence of what can happen, with any time between."""

    job = JOB

    def __init__(self) -> None:
        super().__init__()
        self.world = RunWorld(job=self.job)
        self.states = [RUN.state]
        self.effects: list[RunEffect] = []
        self.recorded = 0
        self.stop_deadlines: list[int] = []
        self.wanted: Outcome | None = None  # what the run's outcome has to be

    @rule(
        data=st.data(),
        passed=st.integers(0, 70 * SECOND),
        code=st.none() | st.integers(0, 2),
        within=st.none() | st.integers(0, 20 * SECOND),
    )
    def something_happens(self, data: st.DataObject, passed: int, code: int | None, within: int | None) -> None:
        kind = data.draw(st.sampled_from(list(self.world.possible())))
        if self.world.deadline is not None:
            passed = min(passed, self.world.deadline - self.world.now)
        self._foresee(kind, code)
        self.world, effects = self.world.happen(event_of(kind, code=code, within=within), passed)
        self.states.append(self.world.run.state)
        self.effects += effects
        self.recorded += kind in (H.END_RECORDED, H.ATTEMPT_RECORDED, H.END_REFUSED)
        if self.world.run.state in (S.STOPPING, S.LINGERING):
            assert self.world.deadline is not None
            self.stop_deadlines.append(self.world.deadline)

    def _foresee(self, kind: Happening, code: int | None) -> None:
        """The outcome in the words of the design: what was asked first, else how the process ended."""
        state = self.world.run.state
        if self.wanted is None and state is not S.ENDING:
            if kind is H.CANCEL:
                self.wanted = Outcome.CANCELLED
            elif kind is H.DEADLINE and state is S.RUNNING:
                self.wanted = Outcome.TIMEOUT
            elif kind is H.SPAWN_FAILED:
                self.wanted = Outcome.FAILED
            elif kind in (H.EXITED, H.EXITED_LEAVING):
                self.wanted = Outcome.SUCCEEDED if code == 0 else Outcome.FAILED

    @rule()
    @precondition(lambda self: TABLE[self.world.run.state, H.DEADLINE] is STALE)
    def a_deadline_comes_late(self) -> None:
        before = self.world
        run, effects, deadline = decide_run(before.run, self.job, event_of(H.DEADLINE), Moment(0, 0), before.deadline)
        assert (run, effects, deadline) == (before.run, (), before.deadline)

    @invariant()
    def something_is_to_come_until_it_has_ended(self) -> None:
        assert self.world.answer_to_come() != (self.world.run.state in OVER)

    @invariant()
    def it_ends_once_and_after_a_claim_only_by_way_of_ending(self) -> None:
        ended = self.world.run.state in OVER
        assert self.effects.count(E.RELEASE) == ended
        assert self.states == sorted(self.states, key=lambda state: state in OVER)
        if ended and self.world.run.id:
            assert self.recorded == 1
            assert S.ENDING in self.states
        if ended and not self.world.run.id:
            assert (self.recorded, E.RECORD_END in self.effects) == (0, False)

    @invariant()
    def one_end_at_a_time_is_on_its_way(self) -> None:
        tries = self.effects.count(E.RECORD_END)
        assert tries == self.recorded + self.world.run.failures + self.world.ending

    @invariant()
    def no_end_is_written_while_its_process_lives(self) -> None:
        if self.world.run.state in (S.ENDING, *OVER):
            assert self.world.group != "alive"

    @invariant()
    def it_is_started_and_asked_to_stop_at_most_once(self) -> None:
        assert self.effects.count(E.SPAWN) <= 1
        assert self.effects.count(E.SIGNAL_STOP) <= 1

    @invariant()
    def a_stops_deadline_never_grows(self) -> None:
        assert all(before >= later for before, later in pairwise(self.stop_deadlines))

    @invariant()
    def the_outcome_is_what_was_asked_for_or_how_the_process_ended(self) -> None:
        if self.world.run.state is S.ENDING:
            assert self.world.run.outcome is self.wanted
            assert self.world.run.ended is not None


Life.TestCase.settings = settings(derandomize=True, max_examples=150, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase


class LifeWithRetries(Life):
    """The same for a first attempt that another one may follow."""

    job = RETRYING

    @invariant()
    def another_attempt_follows_exactly_what_failed_or_timed_out(self) -> None:
        run = self.world.run
        failed = run.outcome in (Outcome.FAILED, Outcome.TIMEOUT)
        assert (run.again is not None) == failed
        assert (E.TRY_AGAIN in self.effects) == (run.state is S.WAITING)
        if run.again is not None and run.ended is not None:
            assert run.again == run.ended + 30 * SECOND


TestLifeWithRetries = LifeWithRetries.TestCase
