"""A step's record as a line: what is written is read again, and is never too long."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.model.step import Handed, Progress, StepRecord, StepState
from sexton.wire.step_record import LONGEST, bounded, meant, spelled

COUNTS = st.integers(0, 2**62)
TEXTS = st.text(max_size=5000)
HANDED = st.none() | st.builds(Handed, COUNTS, COUNTS, st.none() | COUNTS)
RECORDS = st.builds(
    StepRecord,
    number=st.integers(1, 99),
    name=st.from_regex(r"[a-z]{1,64}", fullmatch=True),
    attempt=st.integers(1, 1000),
    started=COUNTS,
    state=st.sampled_from(StepState),
    ended=st.none() | COUNTS,
    exit_code=st.none() | st.integers(0, 255),
    signal=st.none() | st.integers(1, 64),
    reason=TEXTS,
    counts=st.dictionaries(st.text(max_size=100), COUNTS, max_size=50),
    summaries=st.dictionaries(TEXTS, TEXTS, max_size=5),
    progress=st.none() | st.builds(Progress, COUNTS, st.none() | COUNTS, st.text(max_size=40)),
    input=HANDED,
    output=HANDED,
)


@given(RECORDS)
def test_a_record_is_read_as_it_was_written(record: StepRecord) -> None:
    assert meant(spelled(record)) == bounded(record)
    assert bounded(bounded(record)) == bounded(record)


@given(RECORDS)
def test_a_line_is_never_too_long_and_is_one_line_of_utf_8(record: StepRecord) -> None:
    line = spelled(record)
    assert len(line.encode()) <= LONGEST
    assert "\n" not in line


def test_the_longest_there_can_be_fits() -> None:
    names = {chr(1) * 58 + f"{n:02}": 2**62 for n in range(60)}
    texts = {name: chr(1) * 4000 for name in names}
    assert len(spelled(StepRecord(1, "x", 1, 0, reason=chr(1) * 5000, counts=names, summaries=texts))) <= LONGEST


@pytest.mark.parametrize("key", ["number", "attempt", "started", "state", "name"])
def test_a_record_without_what_it_must_have_is_none(key: str) -> None:
    found = json.loads(spelled(StepRecord(1, "x", 1, 0)))
    del found[key]
    with pytest.raises(ValueError, match="no record of a step"):
        meant(json.dumps(found))


@pytest.mark.parametrize("line", ["", "3", "[]", "{}", '"x"', '{"number": "1"}', '{"number": true}', "\xff"])
def test_what_is_no_record_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        meant(line)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("counts", 3), ("counts", {"a": "b"}), ("summaries", {"a": 1}), ("progress", {"done": 1})),
        *(("reason", 3), ("ended", 2**63), ("state", "odd"), ("input", {"files": "x", "bytes": 1}), ("name", 3)),
        *(("exit_code", "x"), ("progress", {"done": "1", "total": None, "unit": "x"}), ("signal", 1.5)),
    ],
)
def test_a_field_of_another_kind_is_refused(key: str, value: object) -> None:
    found = json.loads(spelled(StepRecord(1, "x", 1, 0)))
    with pytest.raises(ValueError, match=r"."):
        meant(json.dumps({**found, key: value}))
