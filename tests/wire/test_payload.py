"""Payloads: each is what supervisor itself makes of the same event, to the byte."""

from types import SimpleNamespace
from typing import Any

import pytest

from sexton.core.event_tree import NAMES, covers, known
from sexton.wire import payload

events = pytest.importorskip("supervisor.events")
states = pytest.importorskip("supervisor.states").ProcessStates

PROCESS = SimpleNamespace(
    config=SimpleNamespace(name="web"),
    group=SimpleNamespace(config=SimpleNamespace(name="site")),
    pid=4711,
    backoff=2,
)
TYPES: dict[str, Any] = {name: kind for name, kind in vars(events.EventTypes).items() if name.isupper()}


@pytest.mark.parametrize("to", [name for name in TYPES if name.startswith("PROCESS_STATE_")])
@pytest.mark.parametrize("expected", [True, False])
def test_a_state_is_told_as_supervisor_tells_it(to: str, expected: bool) -> None:
    theirs = TYPES[to](PROCESS, states.STARTING, expected).payload()
    word = to.removeprefix("PROCESS_STATE_")
    ours = payload.process_state(word, "web", "site", "STARTING", tries=2, expected=expected, pid=4711)
    assert ours == theirs


@pytest.mark.parametrize("data", [b"", b"two\nlines\n", "Malmö".encode(), b"\xff\x00"])
def test_what_a_process_says_is_told_as_supervisor_tells_it(data: bytes) -> None:
    theirs = TYPES["PROCESS_COMMUNICATION_STDOUT"](PROCESS, 4711, data).payload()
    assert payload.process_communication("web", "site", 4711, data) == theirs
    theirs = TYPES["PROCESS_LOG_STDERR"](PROCESS, 4711, data).payload()
    assert payload.process_log("web", "site", 4711, "stderr", data) == theirs


def test_the_other_events_are_told_as_supervisor_tells_them() -> None:
    assert payload.tick(1795334400) == TYPES["TICK_5"](1795334400, None).payload()
    assert payload.process_group("site") == TYPES["PROCESS_GROUP_ADDED"]("site").payload()
    assert payload.remote_communication("a", "b\nc") == TYPES["REMOTE_COMMUNICATION"]("a", "b\nc").payload()


def test_the_tree_of_events_is_supervisors() -> None:
    assert set(NAMES) == set(TYPES)
    for above in TYPES:
        for name, kind in TYPES.items():
            assert covers(above, name) == issubclass(kind, TYPES[above]), (above, name)
        assert known(above)
