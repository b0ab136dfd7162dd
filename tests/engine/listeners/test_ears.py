"""What listeners are told of output that is captured, and that nothing of it is told twice by a hand-over."""

from sexton.engine.listeners.ears import ChannelEar
from sexton.model.listener import Listener
from sexton.wire.capture import BEGIN, END
from tests.engine.listening import Listening
from tests.engine.stage import service

EVERYTHING = Listener("ear", ("PROCESS_LOG", "PROCESS_COMMUNICATION"), ("ear",))


def listening() -> tuple[Listening, ChannelEar]:
    web = service("web")
    log = web.process.log._replace(events=("stdout",), capture=(100, 0))
    stage = Listening(EVERYTHING, services=(web._replace(process=web.process._replace(log=log)),))
    return stage, ear(stage)


def ear(stage: Listening) -> ChannelEar:
    listeners = stage.world.listeners
    assert listeners is not None
    return ChannelEar(listeners, stage.engine.services.entries["web"], 7, "stdout")


def said(stage: Listening) -> list[str]:
    """The ends of the names of events, and what was said in each."""
    told = stage.all_told("ear")
    return [f"{event.headers['eventname'].split('_')[1]} {event.payload.partition(chr(10))[2]}" for event in told]


def test_what_is_captured_is_told_as_it_comes_and_then_as_a_message() -> None:
    stage, hears = listening()
    assert hears.hear(b"before" + BEGIN + b"one, ") == b"before"
    assert hears.hear(b"two" + END + b"after") == b"after"
    assert said(stage) == ["LOG before", "LOG one, ", "LOG two", "COMMUNICATION one, two", "LOG after"]


def test_a_message_that_never_ends_is_logged_whole_and_told_once() -> None:
    stage, hears = listening()
    assert hears.hear(BEGIN + b"one" + END[:3]) == b""
    assert hears.finish() == BEGIN + b"one" + END[:3]
    assert said(stage) == ["LOG one", f"LOG {END[:3].decode()}"]


def test_the_next_ear_goes_on_and_tells_nothing_again() -> None:
    stage, hears = listening()
    hears.hear(BEGIN + b"one")
    following = ear(stage)
    assert following.take_up(hears.held) == b""
    following.hear(b"two" + END)
    assert said(stage) == ["LOG one", "LOG two", "COMMUNICATION onetwo"]
