"""What is a value of which type, and what it becomes."""

from typing import Any

import pytest

from sexton.config.steps import tableschema
from sexton.steps.sort.column import Column

UUID = "123E4567-e89b-12d3-a456-426614174000"


def column(type_: str, **more: Any) -> Column:
    return Column(tableschema.of_table({"fields": [{"name": "x", "type": type_, **more}]}).fields[0])


GOOD: list[tuple[str, dict[str, Any], str, str]] = [
    ("string", {}, " a b ", " a b "),
    ("string", {}, 'say "x", y', '"say ""x"", y"'),
    ("string", {}, "two\nlines", '"two\nlines"'),
    ("string", {}, "\\.", '"\\."'),
    ("string", {"missingValues": []}, "", '""'),
    ("string", {"format": "email"}, "a@example.com", "a@example.com"),
    ("string", {"format": "uri"}, "https://example.com/a?b", "https://example.com/a?b"),
    ("string", {"format": "uuid"}, UUID, UUID),
    ("any", {}, "1", "1"),
    ("integer", {}, "12", "12"),
    ("integer", {}, "-0", "0"),
    ("integer", {}, "+007", "7"),
    ("integer", {"groupChar": ","}, "1,234,567", "1234567"),
    ("integer", {"bareNumber": False}, "EUR 95,-"[:6], "95"),
    ("integer", {"bareNumber": False}, "95%", "95"),
    ("number", {}, "1.50", "1.50"),
    ("number", {}, ".5", "0.5"),
    ("number", {}, "5.", "5"),
    ("number", {}, "1e3", "1000"),
    ("number", {}, "1E-3", "0.001"),
    ("number", {}, "0.00000000001", "0.00000000001"),
    ("number", {"decimalChar": ",", "groupChar": "."}, "1.234,56", "1234.56"),
    ("number", {"bareNumber": False}, "$ -1.5 each", "-1.5"),
    ("boolean", {}, "TRUE", "true"),
    ("boolean", {}, "0", "false"),
    ("boolean", {"trueValues": ["ja"], "falseValues": ["nein"]}, "nein", "false"),
    ("date", {}, "2024-02-29", "2024-02-29"),
    ("date", {"format": "%d.%m.%Y"}, "29.2.2024", "2024-02-29"),
    ("time", {}, "23:59:59", "23:59:59"),
    ("time", {"format": "%H:%M"}, "8:05", "08:05:00"),
    ("datetime", {}, "2024-02-29T10:00:00Z", "2024-02-29T10:00:00+00:00"),
    ("datetime", {}, "2024-02-29 10:00:00.5", "2024-02-29T10:00:00.500000"),
    ("datetime", {"format": "%d/%m/%Y %H:%M%z"}, "1/2/2024 10:00+0200", "2024-02-01T10:00:00+02:00"),
    ("year", {}, "0987", "0987"),
    ("object", {}, '{"a": 1.10}', '"{""a"": 1.10}"'),
    ("array", {}, "[1,2]", '"[1,2]"'),
    ("integer", {}, "", ""),
    ("integer", {"missingValues": ["-", "n/a"]}, "n/a", ""),
    ("integer", {"constraints": {"minimum": 3, "maximum": "5"}}, "5", "5"),
    ("integer", {"constraints": {"enum": [1, "2"]}}, "02", "2"),
    ("number", {"constraints": {"exclusiveMaximum": 1}}, "0.999", "0.999"),
    ("date", {"constraints": {"minimum": "2024-01-01"}}, "2024-01-01", "2024-01-01"),
    ("string", {"constraints": {"pattern": "[a-z]+", "minLength": 1, "maxLength": 3}}, "abc", "abc"),
]

BAD: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("integer", {}, "1.0", ["is no integer"]),
    ("integer", {}, "1_000", ["is no integer"]),
    ("integer", {}, " 1", ["is no integer"]),
    ("integer", {}, "1\n", ["is no integer"]),
    ("integer", {}, "٣", ["is no integer"]),
    ("integer", {}, "1" * 1001, ["has too many digits"]),
    ("integer", {"groupChar": ","}, "1,,2", ["is no integer"]),
    ("number", {}, "1,5", ["is no number"]),
    ("number", {}, "NaN", ["is no number"]),
    ("number", {}, "inf", ["is no number"]),
    ("number", {}, ".", ["is no number"]),
    ("number", {}, "1e999999", ["has too many digits"]),
    ("number", {}, "1e9999999", ["is no number"]),
    ("number", {"decimalChar": ","}, "1.5", ["is no number"]),
    ("number", {"bareNumber": False}, "Rs.500", ["is no number"]),
    ("boolean", {}, "yes", ["is no boolean"]),
    ("date", {}, "2023-02-29", ["is no date"]),
    ("date", {}, "20230201", ["is no date"]),
    ("date", {"format": "%d.%m.%Y"}, "2023-02-01", ["is no date like %d.%m.%Y"]),
    ("time", {}, "24:00:00", ["is no time"]),
    ("datetime", {}, "2024-02-29", ["is no datetime"]),
    ("datetime", {}, "2024-02-29T10:00:00+25:00", ["is no datetime"]),
    ("year", {}, "24", ["is no year"]),
    ("string", {"format": "email"}, "nobody", ["is no email"]),
    ("string", {"format": "uuid"}, UUID[:-1], ["is no uuid"]),
    ("object", {}, "[]", ["is no JSON object"]),
    ("array", {}, "[" * 100_000, ["is no JSON array"]),
    ("integer", {"constraints": {"required": True}}, "", ["is missing"]),
    ("integer", {"constraints": {"minimum": 3}}, "2", ["is less than 3"]),
    ("integer", {"constraints": {"enum": [1, 2]}}, "3", ["is not one of 1, 2"]),
    ("number", {"constraints": {"exclusiveMinimum": 1}}, "1.0", ["is not more than 1"]),
    (
        "datetime",
        {"constraints": {"minimum": "2024-01-01T00:00:00Z"}},
        "2025-01-01T00:00:00",
        ["is less than 2024-01-01T00:00:00+00:00"],
    ),
    (
        "string",
        {"constraints": {"pattern": "[a-z]+", "maxLength": 2}},
        "ABC",
        ["does not match [a-z]+", "is longer than 2 characters"],
    ),
]


@pytest.mark.parametrize(("type_", "more", "text", "expected"), GOOD)
@pytest.mark.parametrize("times", [1, 100])
def test_a_good_value_goes_on_in_its_normal_form(
    type_: str, more: dict[str, Any], text: str, expected: str, times: int
) -> None:
    judged = column(type_, **more).judge([text] * times)

    assert list(judged.texts) == [expected] * times
    assert not judged.faults


@pytest.mark.parametrize(("type_", "more", "text", "expected"), BAD)
def test_a_bad_value_is_flagged_with_every_reason(
    type_: str, more: dict[str, Any], text: str, expected: list[str]
) -> None:
    judged = column(type_, **more).judge([text])

    assert [fault.reason for fault in judged.faults[0]] == expected
    assert {fault.value for fault in judged.faults[0]} == {text}


@pytest.mark.parametrize("at", [0, 7, 8, 99, 499, 999])
def test_a_bad_value_is_found_wherever_it_stands_among_good_ones(at: int) -> None:
    texts = [str(number) for number in range(1000)]
    texts[at] = "x"

    judged = column("integer").judge(texts)

    assert list(judged.faults) == [at]
    assert [text for index, text in enumerate(judged.texts) if index != at] == texts[:at] + texts[at + 1 :]


def test_missing_values_stand_where_they_stood_among_others() -> None:
    judged = column("integer", constraints={"required": True}).judge(["1", "", "x", None, "02"])

    assert judged.texts[0] == "1"
    assert judged.texts[4] == "2"
    assert {at: faults[0].reason for at, faults in judged.faults.items()} == {
        1: "is missing",
        2: "is no integer",
        3: "is missing",
    }


def test_more_texts_than_are_remembered_are_judged_alike() -> None:
    texts = [f"2024-01-01T00:{number // 600 % 60:02}:{number // 10 % 60:02}.{number % 10}" for number in range(25_000)]

    judged = column("datetime").judge(texts)

    assert [text[:21] for text in judged.texts] == [text if text[-1] != "0" else text[:19] for text in texts]


@pytest.mark.parametrize(
    "field",
    [
        {"type": "date", "format": "any"},
        {"type": "date", "format": "%d.%m"},
        {"type": "date", "format": "%Y %Q"},
        {"type": "date", "format": "%Y %Y"},
        {"type": "string", "format": "binary"},
        {"type": "integer", "format": "x"},
        {"type": "year", "format": "%Y"},
        {"type": "number", "groupChar": "."},
        {"type": "boolean", "trueValues": ["x"], "falseValues": ["x"]},
        {"type": "string", "constraints": {"pattern": "("}},
        {"type": "string", "constraints": {"pattern": 1}},
        {"type": "integer", "constraints": {"minimum": "a"}},
        {"type": "integer", "constraints": {"enum": [1, "b"]}},
    ],
)
def test_a_field_that_cannot_be_held_to_is_refused_by_name(field: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the field 'x'"):
        column(**{"type_": field["type"], **{name: value for name, value in field.items() if name != "type"}})
