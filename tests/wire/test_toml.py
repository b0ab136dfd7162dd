"""TOML as it is written: tomllib has to read the same from it, and people shall like to."""

import math
import tomllib
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.wire.toml import WIDTH, document, value_text

TEXT = st.text(st.characters(codec="utf-8"))
PLAIN = TEXT | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=8)


def written(tables: dict[str, Any]) -> str:
    return "\n".join(document(tables, {})) + "\n"


@given(st.dictionaries(TEXT, VALUES))
def test_what_is_written_is_read(tables: dict[str, Any]) -> None:
    assert tomllib.loads(written(tables)) == tables


@given(st.dictionaries(TEXT, st.dictionaries(TEXT, st.dictionaries(TEXT, TEXT, max_size=3), max_size=3), max_size=3))
def test_tables_of_tables_keep_their_order(tables: dict[str, Any]) -> None:
    read = tomllib.loads(written(tables))
    assert read == tables
    assert [list(table) for table in read.values()] == [list(table) for table in tables.values()]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", '"plain"'),
        ('say "hi" \\', "'say \"hi\" \\'"),
        ('it\'s "x"', '"it\'s \\"x\\""'),
        ("a\nb\x7f\x00", '"a\\nb\\u007f\\u0000"'),
        (True, "true"),
        (1.5, "1.5"),
        (math.inf, "inf"),
        ([1, "a"], '[1, "a"]'),
        ({}, "{}"),
        ({"a b": {"c": 1}}, '{ "a b" = { c = 1 } }'),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
        (time(3, 4), "03:04:00"),
    ],
)
def test_a_value_is_written_as_a_person_would(value: Any, text: str) -> None:
    assert value_text(value) == text
    assert tomllib.loads(f"a = {text}") == {"a": value}


def test_two_levels_have_headers_and_what_does_not_fit_has_more() -> None:
    long = "x" * WIDTH
    tables = {
        "sexton": {"http": ""},
        "jobs": {"a": {"stop": {"signal": "INT"}, "env": {"LONG": long}, "after": ["b", long]}, "b.c": {}},
    }
    assert (
        written(tables)
        == f"""
[sexton]
http = ""

[jobs.a]
stop = {{ signal = "INT" }}
after = [
    "b",
    "{long}",
]

[jobs.a.env]
LONG = "{long}"

[jobs."b.c"]
"""
    )


def test_remarks_stand_above_their_tables() -> None:
    remarks = {(): ["first\nline"], ("jobs", "a"): ["of a"]}
    assert list(document({"jobs": {"a": {"b": 1}}}, remarks)) == ["# first line", "", "# of a", "[jobs.a]", "b = 1"]


def test_what_toml_has_no_word_for_is_refused() -> None:
    with pytest.raises(TypeError, match="no word for None"):
        value_text(None)
