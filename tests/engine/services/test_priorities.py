"""Services of several priorities stop one after the other, and each has its time."""

from sexton.model.service import Service
from sexton.model.units import SECOND
from tests.engine.services.test_services import STUBBORN, up
from tests.engine.stage import Stage, service
from tests.engine.staged_world import Life


def of(name: str, priority: int, stop: int = 10) -> Service:
    return service(name, priority=priority, group_priority=priority, stop=stop * SECOND)


def stopping(stage: Stage) -> list[str]:
    return [name for name, state in stage.states().items() if state == "stopping"]


def test_those_of_the_highest_number_stop_first_and_the_next_when_these_are_gone() -> None:
    lives = dict.fromkeys(("a", "b", "c"), STUBBORN)
    stage = up(of("a", 1), of("b", 5), of("c", 5), lives=lives, stop_within=60 * SECOND)
    stage.engine.shutdown.begin("got SIGTERM")
    assert stopping(stage) == ["b", "c"]
    stage.end("b")
    assert stopping(stage) == ["c"]
    stage.end("c")
    assert stopping(stage) == ["a"]


def test_a_service_gets_its_signal_in_time_when_those_before_it_do_not_go() -> None:
    stage = up(of("a", 1, stop=3), of("b", 5, stop=10), lives={"a": STUBBORN, "b": STUBBORN}, stop_within=9 * SECOND)
    stage.engine.shutdown.begin("got SIGTERM")
    stage.pass_time(5 * SECOND - 1)
    assert stopping(stage) == ["b"]
    stage.pass_time(1)
    assert stopping(stage) == ["a", "b"]


def test_nothing_is_started_anew_while_others_stop() -> None:
    stage = up(of("a", 1), of("b", 5), lives={"b": STUBBORN})
    stage.engine.shutdown.begin("got SIGTERM")
    stage.end("a", 1)
    stage.end("b")
    assert (stage.started(), stage.finished) == (["a", "b"], 1)


def test_what_waits_for_its_next_try_is_stopped_at_once() -> None:
    stage = up(of("a", 1), of("b", 5), lives={"a": Life(cannot_start="no such file"), "b": STUBBORN})
    stage.engine.shutdown.begin("got SIGTERM")
    assert stage.states()["a"] in ("stopped", "fatal")
    stage.end("b")
    assert stage.finished == 1
