"""JSON lines: an object a line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.steps.sort.sorting import AB, schema, sort

FIELDS: list[dict[str, Any]] = [
    {"name": "n", "type": "number"},
    {"name": "i", "type": "integer"},
    {"name": "s"},
    {"name": "b", "type": "boolean"},
    {"name": "o", "type": "object"},
    {"name": "l", "type": "array"},
    {"name": "x", "type": "any"},
]


def test_values_go_on_with_the_digits_that_they_were_written_with(tmp_path: Path) -> None:
    schema(tmp_path, FIELDS)
    line = '{"i": 12345678901234567890, "n": 1.10, "s": "ä, b", "b": true, "o": {"k": [1.5]}, "l": [], "x": 3}'

    result = sort(tmp_path, f"{line}\n", name="a.jsonl")

    assert result.bad == []
    assert result.good == ['1.10,12345678901234567890,"ä, b",true,"{""k"":[1.5]}",[],3']
    assert result.manifest.files[0].name == "a.jsonl.csv"


def test_members_that_are_null_or_not_there_are_missing_values(tmp_path: Path) -> None:
    schema(tmp_path, [AB[0], {"name": "b", "constraints": {"required": True}}])

    result = sort(tmp_path, '{"a": null, "b": "x"}\n\n{"b": "y"}\n{"a": 1}\n', name="a.ndjson")

    assert result.good == [",x", ",y"]
    assert result.reasons == [(4, "b", "is missing")]


def test_values_of_another_type_are_flagged_with_their_json(tmp_path: Path) -> None:
    schema(tmp_path, FIELDS)

    result = sort(tmp_path, '{"n": true, "i": 1.5, "s": 5, "b": 1, "o": [], "l": {}}', name="a.json")

    assert [(each["column"], each["value"], each["reason"]) for each in result.bad] == [
        ("n", "true", "is no number"),
        ("i", "1.5", "is no integer"),
        ("s", "5", "is no string"),
        ("b", "1", "is no boolean"),
        ("o", "[]", "is no object"),
        ("l", "{}", "is no array"),
    ]


@pytest.mark.parametrize(
    "line", ["{", "[]", "1", '{"a": NaN}', "[" * 100_000, '{"a": ' * 5000, '{"a": ' + "1" * 5000 + "}", "\ufeff{}"]
)
def test_a_line_that_is_no_object_is_flagged_alone(tmp_path: Path, line: str) -> None:
    schema(tmp_path, AB)

    result = sort(tmp_path, '{"a": 1}\n' + line + '\n{"a": 2}\n', name="a.jsonl")

    assert result.good == ["1,", "2,"]
    assert [each["line"] for each in result.bad] == ["2"]
    assert result.bad[0]["row"] == line


@pytest.mark.parametrize(("match", "good"), [("exact", 0), ("superset", 0), ("subset", 1), ("partial", 1)])
def test_a_member_that_the_schema_does_not_have_is_flagged_unless_more_may_be_there(
    tmp_path: Path, match: str, good: int
) -> None:
    schema(tmp_path, AB, fieldsMatch=match)

    result = sort(tmp_path, '{"a": 1, "b": "x", "c": 3}\n', syntax="json")

    assert (result.good or []).count("1,x") == good
    assert len(result.bad) == 1 - good


def test_half_a_pair_of_surrogates_is_no_text(tmp_path: Path) -> None:
    schema(tmp_path, AB)
    line = json.dumps({"b": "\ud83d"})

    result = sort(tmp_path, line, name="a.jsonl")

    assert result.reasons == [(1, "b", "holds what is no text")]
    assert result.bad[0]["value"] == "\\ud83d"
