"""Sorting against a naive sorter that takes one row at a time, over rows and schemas that nobody thought of."""

import csv
import datetime
import io
import re
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.steps.sort.sorting import schema, sort

TEXTS = st.one_of(
    st.integers(-20, 20).map(str),
    st.decimals(-20, 20, places=2).map(str),
    st.dates(datetime.date(2023, 12, 25), datetime.date(2024, 1, 5)).map(str),
    st.sampled_from(["", "NA", "true", "0", "+5", "007", "1e2", ".5", "5.", "-0", "2023-02-30", "ab", "zz", "1,5"]),
    st.text(st.sampled_from('ab1-. ,"\n\r\\é€\0\x1c'), max_size=6),
)
LIMITS = {"integer": (-5, 15), "number": (-7.5, 12), "date": ("2023-12-28", "2024-01-03"), "string": (1, 4)}


@st.composite
def fields(draw: st.DrawFn) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number in range(draw(st.integers(2, 5))):
        type_ = draw(st.sampled_from(["integer", "number", "date", "string", "boolean"]))
        constraints: dict[str, Any] = {}
        if draw(st.booleans()):
            constraints["required"] = draw(st.booleans())
        if type_ in LIMITS and draw(st.booleans()):
            low, high = LIMITS[type_]
            names = ("minLength", "maxLength") if type_ == "string" else ("minimum", "maximum")
            constraints |= dict(zip(names, (low, high), strict=True))
        if draw(st.integers(0, 3)) == 0:
            constraints["unique"] = True
        found.append({"name": f"f{number}", "type": type_, "constraints": constraints})
    return found


def naive(text: str, field: dict[str, Any]) -> Any:
    """The value, None for a missing one. Raises ValueError."""
    constraints = field["constraints"]
    if text in ("", "NA"):
        if constraints.get("required"):
            raise ValueError
        return None
    if "\0" in text:
        raise ValueError
    value = READ[field["type"]](text)
    if field["type"] == "date":
        low, high = map(datetime.date.fromisoformat, LIMITS["date"])  # type: ignore[arg-type]
        good = low <= value <= high
    elif field["type"] == "string":
        good = 1 <= len(value) <= 4
    else:
        good = field["type"] == "boolean" or LIMITS[field["type"]][0] <= value <= LIMITS[field["type"]][1]
    if not good and {"minimum", "minLength"} & set(constraints):
        raise ValueError
    return value


def integer(text: str) -> int:
    if not re.fullmatch("[+-]?[0-9]+", text):
        raise ValueError
    return int(text)


def number(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", text):
        raise ValueError
    return Decimal(text)


def date(text: str) -> datetime.date:
    if len(text) != 10:
        raise ValueError
    return datetime.date.fromisoformat(text)


def boolean(text: str) -> bool:
    return {"true": True, "0": False, "1": True}[text] if text in ("true", "0", "1") else _none()


def _none() -> bool:
    raise ValueError


READ: dict[str, Any] = {"integer": integer, "number": number, "date": date, "string": str, "boolean": boolean}


def naive_sort(rows: list[list[str]], columns: list[dict[str, Any]]) -> tuple[list[list[Any]], list[list[str]]]:
    good: list[list[Any]] = []
    bad: list[list[str]] = []
    seen: list[set[Any]] = [set() for _ in columns]
    for row in rows:
        try:
            values = [naive(text, field) for text, field in zip(row, columns, strict=True)]
        except ValueError:
            bad.append(row)
            continue
        unique = [at for at, field in enumerate(columns) if field["constraints"].get("unique")]
        again = [at for at in unique if values[at] is not None and values[at] in seen[at]]
        for at in unique:
            seen[at].add(values[at])
        if again:
            bad.append(row)
        else:
            good.append(values)
    return good, bad


def written(row: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(row)
    return out.getvalue()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_rows_are_sorted_as_one_by_one(data: st.DataObject) -> None:
    columns = data.draw(fields())
    rows = data.draw(st.lists(st.lists(TEXTS, min_size=len(columns), max_size=len(columns)), max_size=60))
    header = [field["name"] for field in columns]
    with tempfile.TemporaryDirectory() as folder:
        schema(Path(folder), columns, missingValues=["", "NA"])

        result = sort(Path(folder), "".join(map(written, [header, *rows])))

        path = Path(folder, "processed/a.csv")
        found = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), strict=True))[1:]
    good, bad = naive_sort(rows, columns)
    assert [values(row, columns) for row in found] == good
    assert [each["row"] for each in result.bad if each["row"]] == [
        written(row).rstrip("\r\n").replace("\0", "\\x00") for row in bad
    ]


def values(row: list[str], columns: list[dict[str, Any]]) -> list[Any]:
    """What the processed texts stand for, in their normal form."""
    read = READ | {"boolean": {"true": True, "false": False}.__getitem__}
    return [read[field["type"]](text) if text else None for text, field in zip(row, columns, strict=True)]
