"""Which headers go with which schema."""

from pathlib import Path

import pytest

from tests.steps.sort.sorting import AB, schema, sort

HEADERS = {
    "a,b": {"exact", "equal", "subset", "superset", "partial"},
    "b,a": {"equal", "subset", "superset", "partial"},
    "b,x,a": {"subset", "partial"},
    "a": {"superset", "partial"},
    "x,a": {"partial"},
    "x,y": set[str](),
    "a,a,b": set[str](),
    "A,b": {"partial"},
}


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("match", ["exact", "equal", "subset", "superset", "partial"])
def test_a_header_goes_with_the_schema_as_fields_match_says(tmp_path: Path, header: str, match: str) -> None:
    schema(tmp_path, AB, fieldsMatch=match)
    row = ",".join({"a": "1", "b": "2"}.get(name, "3") for name in header.split(","))

    result = sort(tmp_path, f"{header}\n{row}\n")

    if match in HEADERS[header]:
        expected = ",".join({"a": "1", "b": "2"}[name] if name in header.split(",") else "" for name in "ab")
        assert (result.good, result.bad) == ([expected], [])
    else:
        assert result.good is None
        assert [(each["line"], each["row"]) for each in result.bad] == [("1", header)]
        assert result.report.counts == {"rows": 1, "flagged": 1}


def test_a_required_column_cannot_be_left_out(tmp_path: Path) -> None:
    schema(tmp_path, [AB[0], {"name": "b", "constraints": {"required": True}}], fieldsMatch="superset")

    result = sort(tmp_path, "a\n1\n")

    assert result.reasons == [(1, "b", "is not in the header: a")]
