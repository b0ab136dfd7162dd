"""The life of a service: the table is complete and exact, and what it promises holds on every way through it."""

from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sexton.core.services import (
    KILL_AGAIN,
    NEVER,
    STALE,
    TABLE,
    decide_service,
    exit_code,
    pause_before,
    while_closing,
)
from sexton.model.process import Reach, Stop
from sexton.model.run import Exit
from sexton.model.service import Backoff, Budget, Restart, Service, ServiceEffect, ServiceEvent, ServiceState, Standing
from sexton.model.service import ServiceHappening as Happening
from sexton.model.units import MINUTE, SECOND, Moment
from tests.core.service_world import SERVICE, ServiceWorld, after, explore

S, H, E = ServiceState, Happening, ServiceEffect
RUNNING = ("start", "alive", "deadline")
STOPPING_STATES = (S.STOPPING, S.LINGERING, S.KILLING)
KINDS = [SERVICE._replace(restart=restart, budget=budget) for restart in Restart for budget in (Budget(2), None)]


# The table as it stands


def test_every_cell_is_filled() -> None:
    assert set(TABLE) == {(state, happening) for state in S for happening in H}


def test_no_happening_that_can_come_is_called_impossible() -> None:
    assert [pair for kind in KINDS for pair in sorted(explore(kind)) if TABLE[pair] is NEVER] == []


def test_no_cell_moves_a_service_when_its_happening_cannot_come() -> None:
    moving = {pair for pair, move in TABLE.items() if move is not NEVER and move is not STALE}
    assert sorted(moving - set().union(*map(explore, KINDS))) == []


def test_what_is_left_is_swept_before_a_process_is_started_and_only_then_is_anyone_told() -> None:
    for move in TABLE.values():
        assert E.SWEEP not in move.effects[1:]
        assert E.TELL not in move.effects[:-1]


def test_nothing_leads_to_a_process_while_everything_is_being_stopped() -> None:
    for state, happening in (pair for pair, move in TABLE.items() if move is not NEVER):
        left = while_closing(state, ServiceEvent(happening, reason="as it was"))
        if left is not None:
            move = TABLE[state, left.kind]
            assert move is not NEVER, (state, happening)
            assert E.SPAWN not in move.effects, (state, happening)
            assert move.to not in (S.WAITING, S.BACKOFF), (state, happening)
            assert left.reason == "as it was"


# Ways through it


def test_a_service_runs_once_its_process_has_lived_for_start_seconds() -> None:
    world, effects = ServiceWorld().happen("start")
    assert (world.state, effects) == (S.STARTING, (E.SPAWN, E.TELL))
    world, _ = world.happen("alive")
    assert (world.state, world.standing.pid, world.deadline) == (S.STARTING, 1234, SECOND)
    world, effects = world.happen("deadline")
    assert (world.state, effects, world.deadline) == (S.RUNNING, (E.TELL,), None)


def test_a_service_waits_when_what_it_depends_on_does_not_run() -> None:
    world, effects = ServiceWorld().happen("hold")
    assert (world.state, effects) == (S.WAITING, (E.TELL,))
    assert world.happen("start")[0].state is S.STARTING


@pytest.mark.parametrize(
    ("restart", "code", "state"),
    [
        (Restart.ALWAYS, 0, S.STARTING),
        (Restart.ALWAYS, 3, S.STARTING),
        (Restart.UNEXPECTED, 0, S.EXITED),
        (Restart.UNEXPECTED, 3, S.STARTING),
        (Restart.UNEXPECTED, None, S.STARTING),
        (Restart.NEVER, 0, S.EXITED),
        (Restart.NEVER, 3, S.EXITED),
    ],
)
def test_restart_decides_whether_an_exit_from_running_is_answered(
    restart: Restart, code: int | None, state: ServiceState
) -> None:
    world, effects = after(*RUNNING, service=SERVICE._replace(restart=restart)).happen("exit", SECOND, code=code)
    assert (world.state, E.SPAWN in effects) == (state, state is S.STARTING)
    assert (world.standing.pid, world.standing.ended) == (0, (world.standing.started or 0) + 2 * SECOND)


def test_an_exit_is_expected_when_its_code_is_a_success_code() -> None:
    service = SERVICE._replace(restart=Restart.UNEXPECTED, success_codes=frozenset({0, 3}))
    assert after(*RUNNING, "exit", service=service, code=3).state is S.EXITED
    assert after(*RUNNING, "exit", service=service, code=4).state is S.STARTING


@pytest.mark.parametrize("restart", [Restart.UNEXPECTED, Restart.NEVER])
def test_an_exit_before_start_seconds_is_the_last_when_restart_does_not_answer_it(restart: Restart) -> None:
    assert after("start", "alive", "exit", service=SERVICE._replace(restart=restart)).state is S.EXITED


@pytest.mark.parametrize("restart", list(Restart))
def test_a_start_that_failed_is_tried_again_whatever_restart_says(restart: Restart) -> None:
    world = after("start", "cannot start", service=SERVICE._replace(restart=restart))
    assert (world.state, world.standing.reason) == (S.BACKOFF, "no such file")


def test_a_start_that_failed_is_no_end_of_the_process_before() -> None:
    standing = after(*RUNNING, "restart", "exit", "cannot start").standing
    assert (standing.exit, standing.last_end is not None, standing.before is not None) == (None, True, True)


def test_the_last_end_is_known_until_the_next_whatever_has_been_started_since() -> None:
    standing = after(*RUNNING, "stop", "exit", *RUNNING).standing
    assert (standing.ended, standing.last_end is not None) == (None, True)


def test_the_pause_grows_with_each_fall_up_to_its_limit_and_begins_anew_after_a_run() -> None:
    world = ServiceWorld(service=SERVICE._replace(budget=None)).happen("start")[0]
    pauses = []
    for _ in range(7):
        world = world.happen("alive")[0].happen("exit", SECOND - 1, code=1)[0]
        pauses.append((world.deadline or 0) - world.now)
        world, effects = world.happen("deadline")
        assert effects == (E.SPAWN, E.TELL)
    assert pauses == [seconds * SECOND for seconds in (1, 2, 4, 8, 16, 30, 30)]
    ran = world.happen("alive")[0].happen("deadline")[0].happen("exit")[0]
    fallen = ran.happen("alive")[0].happen("exit")[0]
    assert (fallen.deadline or 0) - fallen.now == SECOND


def test_a_pause_is_bounded_however_often_a_service_has_fallen() -> None:
    assert pause_before(Backoff(factor=100), 10**9) == 30 * SECOND
    assert pause_before(Backoff(delay=MINUTE), 1) == 30 * SECOND
    assert pause_before(Backoff(factor=1.5), 3) == 2_250_000
    assert pause_before(Backoff(factor=1), 1000) == SECOND


def crash(world: ServiceWorld, every: int) -> ServiceWorld:
    """The process runs, and ends `every` after its start."""
    return world.happen("alive")[0].happen("deadline")[0].happen("exit", every - SECOND, code=1)[0]


def test_a_service_is_fatal_when_its_budget_within_the_window_is_spent() -> None:
    world = ServiceWorld().happen("start")[0]
    for _ in range(5):
        world = crash(world, 2 * SECOND)
        assert world.state is S.STARTING
    world = crash(world, 2 * SECOND)
    assert (world.state, world.deadline, world.standing.reason) == (S.FATAL, None, "exit code 1")


def test_restarts_outside_the_window_are_not_counted() -> None:
    world = ServiceWorld().happen("start")[0]
    for _ in range(20):
        world = crash(world, 12 * SECOND)  # the sixth is a minute after the first
        assert world.state is S.STARTING
        assert len(world.standing.replaced) <= 5


def test_starts_that_failed_count_in_the_budget_too() -> None:
    world = ServiceWorld(service=SERVICE._replace(budget=Budget(2))).happen("start")[0]
    for _ in range(2):
        world = world.happen("cannot start")[0].happen("deadline")[0]
    assert world.happen("cannot start")[0].state is S.FATAL


def test_the_first_exit_is_the_last_when_the_budget_is_zero() -> None:
    assert after(*RUNNING, "exit", service=SERVICE._replace(budget=Budget(0))).state is S.FATAL


def test_the_replacement_waits_and_is_counted_when_what_the_service_depends_on_does_not_run() -> None:
    service = SERVICE._replace(budget=Budget(1))
    world, effects = after(*RUNNING, service=service).happen("exit held", SECOND, code=3)
    assert (world.state, effects, world.standing.reason) == (S.WAITING, (E.TELL,), "exit code 3")
    for what in ("start", "alive", "deadline"):
        world, _ = world.happen(what)
    assert world.happen("exit", SECOND, code=3)[0].state is S.FATAL


def test_a_service_that_fell_waits_after_its_pause_when_what_it_depends_on_does_not_run() -> None:
    world = after("start", "alive", "exit", code=3)
    world, effects = world.happen("held")
    assert (world.state, effects, world.deadline, world.standing.falls) == (S.WAITING, (E.TELL,), None, 1)


def test_a_wish_gives_a_new_budget_and_no_pause() -> None:
    service = SERVICE._replace(budget=Budget(1))
    world = after("start", "alive", "exit", "deadline", "alive", "exit", service=service)
    assert world.state is S.FATAL
    world = world.happen("start")[0]
    assert (world.state, world.standing.falls, world.standing.replaced) == (S.STARTING, 0, ())
    assert world.standing.reason == ""  # what is said of this start is not why the last one failed


def test_a_stubborn_service_is_killed_again_and_again_until_it_is_gone() -> None:
    world, effects = after(*RUNNING).happen("stop")
    assert (world.state, effects, world.deadline) == (S.STOPPING, (E.SIGNAL_STOP, E.TELL), 11 * SECOND)
    for kill in range(3):
        world, effects = world.happen("deadline")
        assert (world.state, effects) == (S.KILLING, (E.KILL,))
        assert world.deadline == 11 * SECOND + (kill + 1) * KILL_AGAIN
    world, effects = world.happen("exit", code=None)
    assert (world.state, effects, world.deadline) == (S.STOPPED, (E.SWEEP, E.TELL), None)


def test_the_group_is_given_the_rest_of_the_stop_timeout_when_its_leader_has_ended() -> None:
    world, _ = after(*RUNNING).happen("stop")
    world, _ = world.happen("exit leaving", 4 * SECOND)
    assert (world.state, world.deadline) == (S.LINGERING, 11 * SECOND)
    for what in ("group gone", "deadline"):
        gone, effects = world.happen(what)
        assert (gone.state, effects, gone.standing.pid) == (S.STOPPED, (E.SWEEP, E.TELL), 0)


def test_a_stop_takes_no_longer_than_the_wish_allows() -> None:
    world, _ = after(*RUNNING).happen("stop", within=3 * SECOND)
    assert world.deadline == 4 * SECOND
    assert world.happen("stop", SECOND, within=8 * SECOND)[0].deadline == 4 * SECOND
    hurried, effects = world.happen("stop", SECOND, within=0)
    assert (hurried.deadline, effects) == (2 * SECOND, ())


@pytest.mark.parametrize("wish", ["start", "hold", "restart"])
@pytest.mark.parametrize("way", [("stop",), ("stop", "exit leaving"), ("stop", "deadline")])
def test_a_wish_during_a_stop_starts_it_again_afterwards(wish: str, way: tuple[str, ...]) -> None:
    world = after(*RUNNING, *way, wish)
    assert world.standing.again
    world, effects = world.happen("group gone" if "exit leaving" in way else "exit")
    assert (world.state, effects) == (S.STARTING, (E.SWEEP, E.SPAWN, E.TELL))
    assert not world.standing.again


def test_the_last_wish_counts_when_a_stop_follows_a_restart() -> None:
    assert after(*RUNNING, "restart", "stop", "exit").state is S.STOPPED
    assert after(*RUNNING, "stop", "restart", "exit").state is S.STARTING


def test_a_restart_is_over_when_the_new_process_cannot_be_started() -> None:
    """Nobody may wait for a second stop that is not to come."""
    for way in (("restart",), (*RUNNING, "restart", "exit")):
        world = after(*way, "cannot start")
        assert (world.state, world.standing.again) == (S.BACKOFF, False)


@pytest.mark.parametrize(
    ("ended", "state", "code"),
    [
        (Exit(3, None, 0, 0), S.FATAL, 3),
        (Exit(3, None, 0, 0), S.EXITED, 3),
        (Exit(0, None, 0, 0), S.EXITED, 0),
        (Exit(0, None, 0, 0), S.FATAL, 1),
        (Exit(None, 11, 0, 0), S.EXITED, 139),
        (None, S.FATAL, 1),
    ],
)
def test_a_critical_end_gives_the_exit_code(ended: Exit | None, state: ServiceState, code: int) -> None:
    assert exit_code(Standing("web", state, exit=ended)) == code


class Life(RuleBasedStateMachine):
    """Any sequence of what can happen, with any time between."""

    def __init__(self) -> None:
        super().__init__()
        self.world = ServiceWorld()
        self.stop_deadlines: list[int] = []
        self.unasked: list[int] = []  # when a new process was started that nobody asked for
        self.wished: str | None = None  # the last wish that counted

    @rule(restart=st.sampled_from(Restart), restarts=st.none() | st.integers(0, 3), start=st.integers(0, 2))
    @precondition(lambda self: self.world.now == 0 and self.world == ServiceWorld())
    def its_definition_is(self, restart: Restart, restarts: int | None, start: int) -> None:
        budget = None if restarts is None else Budget(restarts, MINUTE)
        service = SERVICE._replace(restart=restart, budget=budget, start_seconds=start * SECOND)
        self.world = self.world._replace(service=service)

    @rule(
        data=st.data(),
        passed=st.integers(0, 40 * SECOND),
        code=st.none() | st.integers(0, 1),
        within=st.none() | st.integers(0, 20 * SECOND),
    )
    def something_happens(self, data: st.DataObject, passed: int, code: int | None, within: int | None) -> None:
        what = data.draw(st.sampled_from([str(each) for each in self.world.possible()]))
        if self.world.deadline is not None:
            passed = min(passed, self.world.deadline - self.world.now)
        before = self.world
        self.world, effects = before.happen(what, 0 if before.spawning else passed, code=code, within=within)
        self._note(before, what, effects)

    def _note(self, before: ServiceWorld, what: str, effects: tuple[ServiceEffect, ...]) -> None:
        if what in ("start", "restart", "hold") and before.state is S.WAITING:
            self.wished = "run"  # no new budget: what it waited for may be all that has changed
        elif what in ("start", "restart", "hold"):
            self.unasked, self.wished = [], "run"
        elif what == "stop":
            self.wished = "stop"
        if self.world.standing.replaced != before.standing.replaced and what in (
            *("exit", "exit held", "exit leaving", "cannot start"),
        ):
            self.unasked.append(self.world.now)
        if self.world.state in (S.STOPPING, S.LINGERING) and self.world.deadline is not None:
            self.stop_deadlines.append(self.world.deadline)
        else:
            self.stop_deadlines = []
        if E.SPAWN in effects:
            assert before.group != "alive" or what in ("exit", "exit held", "exit leaving")

    @rule()
    @precondition(lambda self: TABLE[self.world.state, H.DEADLINE] is STALE)
    def a_deadline_comes_late(self) -> None:
        standing, event = self.world.standing, ServiceEvent(H.DEADLINE)
        assert decide_service(standing, SERVICE, event, Moment(0, 0), 123) == (standing, (), 123)

    @invariant()
    def something_is_to_come_unless_it_rests_or_waits_for_another(self) -> None:
        resting = self.world.state in (S.STOPPED, S.EXITED, S.FATAL, S.WAITING)
        assert self.world.answer_to_come() != resting

    @invariant()
    def it_has_a_pid_as_long_as_something_of_it_lives(self) -> None:
        assert (self.world.standing.pid != 0) == (self.world.group != "none")

    @invariant()
    def a_stops_deadline_never_grows(self) -> None:
        assert all(before >= later for before, later in pairwise(self.stop_deadlines))

    @invariant()
    def it_goes_where_it_was_asked_to(self) -> None:
        if self.wished == "stop":
            assert self.world.state in (S.STOPPED, S.EXITED, S.FATAL, *STOPPING_STATES)
            assert not self.world.standing.again
        elif self.wished == "run":
            assert self.world.state is not S.STOPPED
            assert self.world.standing.again == (self.world.state in STOPPING_STATES)

    @invariant()
    def no_more_new_processes_than_the_budget_allows(self) -> None:
        budget = self.world.service.budget
        if budget is not None:
            recent = [at for at in self.unasked if at > self.world.now - budget.within]
            assert len(recent) <= budget.restarts


Life.TestCase.settings = settings(derandomize=True, max_examples=150, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase


def test_nothing_is_remembered_without_bound_when_there_is_no_budget() -> None:
    service: Service = SERVICE._replace(budget=None)
    world = ServiceWorld(service=service).happen("start")[0]
    for _ in range(100):
        world = crash(world, 2 * SECOND)
    assert len(world.standing.replaced) <= 1


# supervisord's way


RETRYING = SERVICE._replace(start_retries=1, restart=Restart.NEVER, budget=None)


@pytest.mark.parametrize("code", [0, 3, None])
def test_an_early_end_is_tried_again_as_often_as_start_retries_says_whatever_its_code(code: int | None) -> None:
    world, _ = after("start", "alive", service=RETRYING).happen("exit", code=code)
    assert world.state is S.BACKOFF
    for what in ("deadline", "alive"):
        world, _ = world.happen(what)
    assert world.happen("exit", code=code)[0].state is S.FATAL


def test_an_end_from_running_is_judged_by_restart_although_there_are_retries() -> None:
    assert after(*RUNNING, service=RETRYING).happen("exit", SECOND, code=3)[0].state is S.EXITED


def test_a_start_that_was_asked_for_has_all_its_retries_again() -> None:
    world = after("start", "cannot start", "deadline", "cannot start", "start", service=RETRYING)
    assert world.happen("cannot start")[0].state is S.BACKOFF


def test_a_step_is_added_to_each_further_pause_up_to_the_limit() -> None:
    backoff = Backoff(SECOND, 1, 3 * SECOND, step=SECOND)
    assert [pause_before(backoff, falls) for falls in (1, 2, 3, 4)] == [SECOND, 2 * SECOND, 3 * SECOND, 3 * SECOND]


def test_a_stop_of_the_process_alone_is_over_when_that_has_ended() -> None:
    alone = SERVICE._replace(process=SERVICE.process._replace(stop=Stop(reach=Reach.PROCESS)))
    assert after(*RUNNING, "stop", "exit leaving", service=alone).state is S.STOPPED
