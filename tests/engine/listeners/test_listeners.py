"""Listeners on the stage: who is told what, once; what becomes of events that are not accepted, and of processes that
make no sense."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sexton.model.job import Retry
from sexton.model.listener import EventLen, Listener
from sexton.model.service import Budget, Restart
from sexton.model.units import HOUR, MINUTE, SECOND
from sexton.wire.listener import READY
from tests.engine.listening import FAIL, OK, Listening, process_of
from tests.engine.stage import service

REMOTE = Listener("ear", ("REMOTE_COMMUNICATION",), ("ear",), retry=Retry(3, SECOND, 2, MINUTE))
STATES = Listener("ear", ("PROCESS_STATE",), ("ear",))


def payloads(stage: Listening, name: str = "ear") -> list[str]:
    return [event.payload for event in stage.all_told(name)]


def test_events_are_told_one_at_a_time_in_their_order() -> None:
    stage = Listening(REMOTE)
    for word in ("one", "two"):
        stage.remote(word)
    assert [event.payload for event in stage.told("ear")] == ["type:one\n"]
    stage.answer("ear")
    assert [event.payload for event in stage.told("ear")] == ["type:two\n"]


def test_nothing_is_told_before_the_process_runs_and_is_ready() -> None:
    stage = Listening(REMOTE, shy=True)
    stage.remote("early")
    assert stage.told("ear") == []
    stage.say("ear", READY)
    assert len(stage.told("ear")) == 1
    stage.end("ear")  # and a new process is not told before it has lived for start_seconds
    stage.say("ear", READY)
    assert stage.told("ear") == []
    stage.pass_time(SECOND)
    assert len(stage.told("ear")) == 1


def test_the_start_is_told_as_supervisord_tells_it() -> None:
    everything = Listener("ear", ("EVENT",), ("ear",))
    stage = Listening(everything, services=(service("web"),))
    assert [(event.headers["eventname"], event.payload) for event in stage.all_told("ear")][:5] == [
        ("PROCESS_GROUP_ADDED", "groupname:ear\n"),
        ("PROCESS_GROUP_ADDED", "groupname:web\n"),
        ("SUPERVISOR_STATE_CHANGE_RUNNING", ""),
        ("PROCESS_STATE_STARTING", "processname:ear groupname:ear from_state:STOPPED tries:0"),
        ("PROCESS_STATE_STARTING", "processname:web groupname:web from_state:STOPPED tries:0"),
    ]


@pytest.mark.parametrize(("code", "expected"), [(1, 0), (0, 1)])
def test_an_end_is_told_with_the_process_that_ended(code: int, expected: int) -> None:
    stage = Listening(STATES, services=(service("web"),))
    stage.all_told("ear")
    (pid,) = stage.spawner.pids("web")
    stage.end("web", code)
    (new,) = stage.spawner.pids("web")
    stage.pass_time(SECOND)
    assert payloads(stage) == [
        f"processname:web groupname:web from_state:RUNNING expected:{expected} pid:{pid}",
        "processname:web groupname:web from_state:EXITED tries:0",
        f"processname:web groupname:web from_state:STARTING pid:{new}",
    ]


def test_what_cannot_be_started_is_told_with_its_tries() -> None:
    web = service("web", start_retries=1, restart=Restart.ALWAYS)
    stage = Listening(STATES, services=(web._replace(autostart=False),))
    stage.all_told("ear")
    stage.live("web", cannot_start="no such file")
    stage.steer("web", "start")
    stage.pass_time(5 * SECOND)
    assert [text.replace("processname:web groupname:web ", "") for text in payloads(stage)] == [
        "from_state:STOPPED tries:0",
        "from_state:STARTING tries:1",
        "from_state:BACKOFF tries:1",
        "from_state:STARTING tries:2",
        "from_state:BACKOFF",
    ]


def test_a_stop_is_told_from_its_beginning_to_its_end() -> None:
    stage = Listening(STATES, services=(service("web"),))
    stage.all_told("ear")
    (pid,) = stage.spawner.pids("web")
    stage.steer("web", "stop")
    assert [text.replace("processname:web groupname:web ", "") for text in payloads(stage)] == [
        f"from_state:RUNNING pid:{pid}",
        f"from_state:STOPPING pid:{pid}",
    ]


def test_a_failed_event_comes_again_after_its_pause_and_holds_up_no_other() -> None:
    stage = Listening(REMOTE)
    stage.remote("poison")
    (first,) = stage.told("ear")
    stage.answer("ear", FAIL)
    stage.remote("next")
    assert payloads(stage) == ["type:next\n"]
    stage.pass_time(SECOND)
    (again,) = stage.told("ear")
    assert again == first


def test_an_event_that_always_fails_becomes_a_dead_letter_for_all_to_see() -> None:
    stage = Listening(REMOTE)
    stage.remote("poison", "x" * 2000)
    for _ in range(3):
        assert len(stage.told("ear")) == 1
        stage.answer("ear", FAIL)
        stage.pass_time(MINUTE)
    view = stage.view("ear")
    assert (view["failed"], view["buried"], view["buffered"], view["delivered"]) == (3, 1, 0, 0)
    (letter,) = view["dead_letters"]
    assert (letter["event"], letter["deliveries"], len(letter["payload"])) == ("REMOTE_COMMUNICATION", 3, 1000)
    assert "dead letter" in stage.logs.errors()[-1]
    stage.pass_time(HOUR)
    assert stage.told("ear") == []


def test_a_failure_is_the_failing_listeners_alone() -> None:
    other = Listener("other", ("REMOTE_COMMUNICATION",), ("other",))
    stage = Listening(REMOTE, other)
    stage.remote("one")
    assert len(stage.told("ear")) == 1
    assert len(stage.told("other")) == 1
    stage.answer("ear", FAIL)
    stage.answer("other")
    stage.pass_time(MINUTE)
    assert stage.told("other") == []
    assert len(stage.told("ear")) == 1


def test_overlapping_subscriptions_are_told_once() -> None:
    stage = Listening(Listener("ear", ("EVENT", "REMOTE_COMMUNICATION"), ("ear",)))
    stage.all_told("ear")
    stage.remote("one")
    assert payloads(stage) == ["type:one\n"]


@pytest.mark.parametrize(
    ("said", "why"),
    [(b"OK\n", "READY and a line feed is meant"), (READY + READY, "no event has been sent"), (b"hello", "READY")],
)
def test_a_process_that_makes_no_sense_is_ended_and_replaced(said: bytes, why: str) -> None:
    stage = Listening(REMOTE, shy=True)
    (pid,) = stage.spawner.pids("ear")
    stage.talk("ear").say(said)
    stage.loop.turn()
    assert ("ear", 15) in stage.spawner.signals
    assert any(why in said and "is being ended" in said for _, said in stage.logs.said)
    stage.loop.settle()
    assert stage.spawner.pids("ear") != [pid]
    assert why in stage.view("ear")["trouble"]


def test_a_confused_process_is_shown_until_it_has_ended_and_its_event_is_told_again() -> None:
    stage = Listening(REMOTE)
    stage.live("ear", stubborn=True)
    stage.end("ear")
    stage.pass_time(2 * SECOND)
    stage.say("ear", READY)
    stage.remote("one")
    assert len(stage.told("ear")) == 1
    stage.say("ear", b"RESULT xx\n")
    assert stage.view("ear")["processes"][0]["state"] == "unknown"
    answers = stage.control
    shown: list[object] = []
    answers.service("ear", shown.append)
    assert isinstance(shown[0], dict)
    assert shown[0]["listener"] == "unknown"
    assert stage.control.health().checks[-1].output.startswith("ear: it said b'RESULT xx")
    stage.pass_time(10 * SECOND)  # it heeds no TERM: KILL
    assert ("ear", 9) in stage.spawner.signals
    stage.pass_time(SECOND)
    stage.say("ear", READY)
    assert payloads(stage) == ["type:one\n"]
    assert stage.view("ear")["trouble"] == ""


def test_processes_that_never_make_sense_are_given_up_with_their_budget() -> None:
    stage = Listening(REMOTE, processes=(process_of("ear", budget=Budget(2)),), shy=True)
    for _ in range(3):
        stage.pass_time(2 * SECOND)
        stage.say("ear", b"hello world")
    assert stage.states() == {"ear": "fatal"}


def test_a_process_that_exits_with_0_when_it_is_condemned_has_failed_all_the_same() -> None:
    stage = Listening(REMOTE, processes=(process_of("ear", restart=Restart.UNEXPECTED),))
    stage.live("ear", stubborn=True)
    stage.end("ear", 1)
    stage.pass_time(2 * SECOND)
    (pid,) = stage.spawner.pids("ear")
    stage.say("ear", b"hello world")
    stage.end("ear", 0)
    assert stage.spawner.pids("ear") not in ([], [pid])


def test_a_silent_process_is_ended_when_its_time_is_over() -> None:
    stage = Listening(REMOTE._replace(answer_within=MINUTE))
    stage.remote("one")
    assert len(stage.told("ear")) == 1
    stage.pass_time(MINUTE - 1)
    assert stage.spawner.signals == []
    stage.pass_time(1)
    assert ("ear", 15) in stage.spawner.signals
    assert "has not answered for 1m" in stage.view("ear")["trouble"]


def test_an_event_of_a_process_that_died_is_told_to_the_next() -> None:
    stage = Listening(REMOTE)
    stage.remote("one")
    assert len(stage.told("ear")) == 1
    stage.end("ear", 1)
    stage.pass_time(2 * SECOND)
    stage.say("ear", READY)
    assert payloads(stage) == ["type:one\n"]
    assert stage.view("ear")["failed"] == 1


def test_an_answer_right_before_the_end_counts() -> None:
    stage = Listening(REMOTE)
    stage.remote("one")
    assert len(stage.told("ear")) == 1
    stage.talk("ear").say(OK)
    stage.end("ear")
    assert (stage.view("ear")["delivered"], stage.view("ear")["failed"]) == (1, 0)


def test_a_process_for_each_event_is_no_case_for_the_budget() -> None:
    stage = Listening(REMOTE, processes=(process_of("ear", budget=Budget(1)),))
    for number in range(5):
        stage.remote(str(number))
        assert [event.payload for event in stage.told("ear")] == [f"type:{number}\n"]
        stage.talk("ear").say(OK)
        stage.end("ear")
        stage.say("ear", READY)
        stage.pass_time(SECOND)
    assert stage.states() == {"ear": "running"}


def test_an_event_of_a_process_that_was_stopped_waits_and_has_not_failed() -> None:
    stage = Listening(REMOTE)
    stage.remote("one")
    assert len(stage.told("ear")) == 1
    stage.steer("ear", "restart")
    stage.pass_time(2 * SECOND)
    stage.say("ear", READY)
    assert payloads(stage) == ["type:one\n"]
    assert stage.view("ear")["failed"] == 0


def test_the_oldest_events_go_when_the_buffer_is_full_and_are_counted() -> None:
    stage = Listening(REMOTE._replace(buffer_size=2), shy=True)
    for word in ("one", "two", "three"):
        stage.remote(word)
    stage.say("ear", READY)
    assert payloads(stage) == ["type:two\n", "type:three\n"]
    assert stage.view("ear")["dropped"] == 1
    assert "buffer is full" in stage.logs.errors()[-1]


def test_a_crowd_of_dropped_events_is_said_with_moderation() -> None:
    stage = Listening(REMOTE._replace(buffer_size=1), shy=True)
    for _ in range(501):
        stage.remote("x")
    assert sum("buffer is full" in said for said in stage.logs.errors()) == 3  # 1, 10, 100


def test_events_go_to_whichever_process_is_ready() -> None:
    pool = REMOTE._replace(name="pool", members=("pool-1", "pool-2"))
    stage = Listening(pool, processes=(process_of("pool", "pool-1"), process_of("pool", "pool-2")))
    for word in ("one", "two", "three"):
        stage.remote(word)
    assert [[event.payload for event in stage.told(name)] for name in ("pool-1", "pool-2")] == [
        ["type:one\n"],
        ["type:two\n"],
    ]
    stage.answer("pool-2")
    assert [event.payload for event in stage.told("pool-2")] == ["type:three\n"]


def test_serials_are_of_all_listeners_and_poolserials_of_each() -> None:
    states = Listener("states", ("PROCESS_STATE",), ("states",))
    stage = Listening(REMOTE, states)
    stage.remote("one")
    (event,) = stage.told("ear")
    assert (event.headers["poolserial"], event.headers["pool"]) == ("0", "ear")
    assert int(event.headers["serial"]) > 0  # the others' events were counted too


def test_a_listener_may_have_len_in_bytes() -> None:
    stage = Listening(REMOTE._replace(event_len=EventLen.BYTES))
    stage.remote("ö")
    assert b" len:8\n" in stage.talk("ear").hear()


def test_a_process_that_does_not_read_is_ended_and_what_it_was_told_is_not_lost() -> None:
    stage = Listening(REMOTE)
    stage.remote("x")
    while ("ear", 15) not in stage.spawner.signals:
        stage.talk("ear").say(OK + READY)  # without having read a word
        stage.remote("x", "x" * 60_000)
    assert ("ear", 15) in stage.spawner.signals
    assert "does not read" in stage.view("ear")["trouble"]


def test_ticks_come_on_time_and_once_however_long_nobody_looked() -> None:
    stage = Listening(Listener("ear", ("TICK_7", "TICK_5"), ("ear",)), shy=True)
    stage.pass_time(35 * SECOND)
    stage.say("ear", READY)
    ticks = [event.payload for event in stage.all_told("ear")]
    now = stage.clock.wall // SECOND
    assert sorted(ticks) == sorted([f"when:{now // 5 * 5}", f"when:{now // 7 * 7}"])
    assert stage.view("ear")["coalesced"] > 5


def test_ticks_go_on_at_once_when_the_clock_is_set_back() -> None:
    stage = Listening(Listener("ear", ("TICK_60",), ("ear",)))
    assert stage.world.listeners is not None
    stage.loop.on_clock_step(stage.world.listeners.clock_set)
    stage.loop.set_wall(stage.clock.wall - HOUR)
    stage.all_told("ear")
    stage.pass_time(MINUTE)
    assert payloads(stage) == [f"when:{stage.clock.wall // SECOND // 60 * 60}"]


def test_a_step_of_the_clock_brings_one_tick() -> None:
    stage = Listening(Listener("ear", ("TICK_5",), ("ear",)))
    stage.all_told("ear")
    stage.loop.set_wall(stage.clock.wall + HOUR)
    assert payloads(stage) == [f"when:{stage.clock.wall // SECOND // 5 * 5}"]


def test_nobody_has_timers_for_ticks_that_nobody_wants() -> None:
    stage = Listening(STATES)
    assert stage.world.listeners is not None
    assert stage.world.listeners.ticks._timers == {}


def test_the_end_is_told_and_listeners_end_last() -> None:
    ear = process_of("ear", group_priority=-1)
    stage = Listening(
        Listener("ear", ("SUPERVISOR_STATE_CHANGE", "PROCESS_STATE_STOPPED"), ("ear",)),
        processes=(ear,),
        services=(service("web"),),
    )
    stage.all_told("ear")
    stage.stop()
    assert stage.names("ear") == ["SUPERVISOR_STATE_CHANGE_STOPPING"]
    stage.answer("ear")
    assert stage.names("ear") == ["PROCESS_STATE_STOPPED"]
    assert stage.spawner.pids("ear")
    stage.answer("ear")
    assert stage.finished
    assert stage.logs.said.index(("info", "web: stopping")) < stage.logs.said.index(("info", "ear: stopping"))


def test_the_end_is_not_put_off_for_a_listener_that_takes_long() -> None:
    ear = process_of("ear", group_priority=-1)
    stage = Listening(STATES, processes=(ear,), services=(service("web"),))
    stage.stop()
    stage.pass_time(SECOND - 1)
    assert not stage.finished
    stage.pass_time(1)
    assert stage.finished


def test_a_reload_brings_listeners_changes_them_and_takes_them_away() -> None:
    stage = Listening(REMOTE, services=(service("web"),))
    (pid,) = stage.spawner.pids("ear")
    other = Listener("other", ("PROCESS_GROUP",), ("other",))
    stage.plan = stage.plan._replace(
        listeners={"ear": REMOTE._replace(events=("PROCESS_GROUP",)), "other": other},
        services={"ear": process_of("ear"), "other": process_of("other")},
    )
    stage.reload(services=tuple(stage.plan.services.values()))
    assert stage.spawner.pids("ear") == [pid]
    assert payloads(stage) == ["groupname:other\n", "groupname:web\n"]
    stage.plan = stage.plan._replace(listeners={})
    stage.reload()
    stage.pass_time(2 * SECOND)
    assert stage.states() == {}


def test_a_first_listener_is_told_what_happens_from_then_on_and_nothing_of_before() -> None:
    stage = Listening(services=(service("web"), service("idle", autostart=False)))
    everything = Listener("ear", ("PROCESS_STATE", "PROCESS_GROUP"), ("ear",))
    stage.plan = stage.plan._replace(listeners={"ear": everything})
    stage.reload(services=(process_of("ear"), service("web"), service("idle", autostart=False)))
    stage.say("ear", READY)
    stage.pass_time(2 * SECOND)
    (pid,) = stage.spawner.pids("ear")
    assert payloads(stage) == [
        "groupname:ear\n",
        "processname:ear groupname:ear from_state:STOPPED tries:0",
        f"processname:ear groupname:ear from_state:STARTING pid:{pid}",
    ]
    stage.steer("web", "stop")
    assert [text.split()[2] for text in payloads(stage)] == ["from_state:RUNNING", "from_state:STOPPING"]


def test_a_reexec_loses_no_event_and_tells_none_twice() -> None:
    stage = Listening(REMOTE._replace(answer_within=MINUTE), services=(service("web"),))
    for word in ("one", "two", "three"):
        stage.remote(word)
    assert [event.payload for event in stage.told("ear")] == ["type:one\n"]
    stage.talk("ear").say(OK[:5])  # an answer that has only begun
    stage.loop.settle()
    before = stage.view("ear")
    stage.reexec()
    assert stage.view("ear") == before
    stage.say("ear", OK[5:] + READY)
    assert payloads(stage) == ["type:two\n", "type:three\n"]
    assert (stage.view("ear")["delivered"], stage.view("ear")["failed"]) == (3, 0)
    stage.remote("four")
    (event,) = stage.told("ear")
    assert (event.headers["serial"], event.headers["poolserial"]) == ("3", "3")


def test_the_time_for_an_answer_goes_on_over_a_reexec() -> None:
    stage = Listening(REMOTE._replace(answer_within=MINUTE))
    stage.remote("one")
    assert len(stage.told("ear")) == 1
    stage.pass_time(30 * SECOND)
    stage.reexec()
    stage.pass_time(30 * SECOND)
    assert ("ear", 15) in stage.spawner.signals


def test_states_are_told_from_where_they_were_before_a_reexec() -> None:
    stage = Listening(STATES, services=(service("web"),))
    stage.all_told("ear")
    (pid,) = stage.spawner.pids("web")
    stage.reexec()
    stage.steer("web", "stop")
    assert payloads(stage)[0] == f"processname:web groupname:web from_state:RUNNING pid:{pid}"


class Chaos(RuleBasedStateMachine):
    """A listener of two processes that say anything at any time, and die."""

    def __init__(self) -> None:
        super().__init__()
        pool = REMOTE._replace(name="pool", members=("pool-1", "pool-2"), buffer_size=3, answer_within=MINUTE)
        own = tuple(process_of("pool", name, budget=None) for name in pool.members)
        self.stage = Listening(pool, processes=own, shy=True)
        self.posted = 0

    @rule()
    def event_comes(self) -> None:
        self.posted += 1
        self.stage.remote("x")

    @rule(
        name=st.sampled_from(["pool-1", "pool-2"]),
        said=st.sampled_from([READY, OK, FAIL, OK + READY, FAIL + READY, OK[:4], b"READ", b"x", b"\n"]),
    )
    def process_says(self, name: str, said: bytes) -> None:
        if self.stage.spawner.pids(name):
            self.stage.say(name, said)

    @rule(name=st.sampled_from(["pool-1", "pool-2"]))
    def process_ends(self, name: str) -> None:
        if self.stage.spawner.pids(name):
            self.stage.end(name, 1)

    @rule(name=st.sampled_from(["pool-1", "pool-2"]))
    def person_restarts_it(self, name: str) -> None:
        self.stage.steer(name, "restart")

    @rule(length=st.sampled_from([1, SECOND, MINUTE]))
    def time_passes(self, length: int) -> None:
        self.stage.pass_time(length)

    @rule()
    def image_is_replaced(self) -> None:
        self.stage.reexec()

    @invariant()
    def every_event_is_somewhere(self) -> None:
        view = self.stage.view("pool")
        held = sum(process["event"] is not None for process in view["processes"])
        found = view["delivered"] + view["dropped"] + view["buried"] + view["buffered"] + held
        assert self.posted == found
        assert view["buffered"] <= 3
        assert not [said for said in self.stage.logs.errors() if "defect" in said]


Chaos.TestCase.settings = settings(derandomize=True, max_examples=60, stateful_step_count=40, deadline=None)
TestChaos = Chaos.TestCase
