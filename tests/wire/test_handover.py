"""The hand-over as bytes: what is written is read again, and another version's is read as far as that goes."""

import json
import re
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from signal import SIGINT
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.config.load import load_plan
from sexton.core.schedules.parse import parse_schedule
from sexton.model.errors import HandOverError
from sexton.model.handover import EngineLeft, HandOver, LogsLeft
from sexton.model.job import Job
from sexton.model.plan import Plan, Settings
from sexton.model.process import Process
from sexton.model.service import Service
from sexton.wire.handover import NAME, VALUE, decode, encode, nouns

TEXT = st.text(max_size=5) | st.just("caf\udce9")  # a byte that was no UTF-8
LEAF = (
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False) | TEXT | st.binary(max_size=5)
)
ENUMS = [member for _, noun in nouns() if issubclass(noun, Enum) for member in noun]
TUPLES = [noun for _, noun in nouns() if not issubclass(noun, Enum)]


def inside(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What may hold values: the codec does not ask which belong where."""
    noun = st.sampled_from(TUPLES).flatmap(lambda noun: st.builds(noun._make, st.tuples(*[value] * len(noun._fields))))
    several = st.lists(value, max_size=3).map(tuple)
    return several | noun | st.frozensets(LEAF, max_size=3) | st.dictionaries(LEAF, value, max_size=3)


ANYTHING = st.recursive(LEAF | st.sampled_from(ENUMS), inside, max_leaves=20)

PLAIN = HandOver(1, "1.0", 1, EngineLeft("id", "start", 7, Plan(Settings("a", "b", "c", "UTC"))), LogsLeft(), {})


@given(ANYTHING)
def test_what_is_written_is_what_is_read(value: Any) -> None:
    left = PLAIN._replace(environ=value)
    assert same(decode(encode(left)), left)


def same(one: Any, other: Any) -> bool:
    """Equal, and nowhere a text in place of an enum, or a tuple in place of a noun."""
    if type(one) is not type(other) and not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def test_a_whole_plan_goes_over_as_it_is() -> None:
    schedule = parse_schedule(["*/5 8 * * 1-5", "@every 5m", "@reboot"], "Europe/Berlin", "ingest")
    process = Process(("./run",), env={"A": "b"})
    plan = PLAIN.engine.plan._replace(
        jobs={"ingest": Job("ingest", process, schedule)}, services={"web": Service("web", process)}
    )
    left = PLAIN._replace(engine=PLAIN.engine._replace(plan=plan))
    assert decode(encode(left)).engine.plan == plan


@pytest.mark.parametrize("document", ["configuration", "running-in-docker", "crontab"])
def test_every_plan_of_the_documents_goes_over(document: str, tmp_path: Path) -> None:
    """Whatever a key brings into the plan is a noun that can be handed over."""
    text = (Path(__file__).parents[2] / "docs" / f"{document}.md").read_text()
    for number, block in enumerate(re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)):
        file = tmp_path / f"{number}.toml"
        file.write_text(block)
        plan = load_plan([str(file)], {"HOME": str(tmp_path)}, for_run=False)
        left = PLAIN._replace(engine=PLAIN.engine._replace(plan=plan))
        assert same(decode(encode(left)).engine.plan, plan)


def changed(change: Any) -> bytes:
    spelled = json.loads(encode(PLAIN))
    change(spelled)
    return json.dumps(spelled).encode()


def test_a_field_of_a_newer_image_is_dropped_whatever_it_holds() -> None:
    def add(spelled: dict[str, Any]) -> None:
        spelled["moods"] = {NAME: "Mood", VALUE: "bright"}
        spelled["engine"]["plan"]["settings"]["colour"] = "blue"

    assert decode(changed(add)) == PLAIN


def test_a_field_that_an_older_image_did_not_have_takes_its_default() -> None:
    def drop(spelled: dict[str, Any]) -> None:
        del spelled["doors"], spelled["engine"]["hold"], spelled["engine"]["plan"]["settings"]["relay"]

    assert decode(changed(drop)) == PLAIN


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda spelled: spelled.update(version=2), "of Sexton 1.0: its version is 2, not 1"),
        (lambda spelled: spelled["engine"].pop("incarnation"), "EngineLeft: .*incarnation"),
        (lambda spelled: spelled.update(doors={NAME: "Gates"}), "knows no Gates"),
        (lambda spelled: spelled.update(doors={NAME: "Relay", VALUE: "loud"}), "Relay: 'loud' is not a valid Relay"),
        (lambda spelled: spelled.update({NAME: "OutletLeft"}), "it is something else"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_reason(change: Any, why: str) -> None:
    with pytest.raises(HandOverError, match=why):
        decode(changed(change))


@pytest.mark.parametrize("data", [b"", b"[1]", b"{}", b"\xff"])
def test_what_is_no_hand_over_is_refused(data: bytes) -> None:
    with pytest.raises(HandOverError, match="it is none"):
        decode(data)


def test_what_is_no_noun_is_not_handed_over() -> None:
    with pytest.raises(HandOverError, match="it is no noun"):
        encode(PLAIN._replace(doors=object()))  # type: ignore[arg-type]
    with pytest.raises(HandOverError, match="it is no noun"):
        encode(PLAIN._replace(ignored=(SIGINT,)))  # an enum, but none that the reader knows


def test_every_noun_has_a_name_of_its_own() -> None:
    by_name: dict[str, set[type]] = {}
    for name, noun in nouns():
        by_name.setdefault(name, set()).add(noun)
        assert name == noun.__name__
    assert {name for name, found in by_name.items() if len(found) > 1} == set()
