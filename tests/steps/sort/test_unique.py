"""Values that may be there once."""

from pathlib import Path

import pytest

from tests.steps.sort.sorting import schema, sort


def test_a_value_that_repeats_is_flagged_with_the_line_that_had_it_first(tmp_path: Path) -> None:
    schema(tmp_path, [{"name": "n", "type": "number", "constraints": {"unique": True}}, {"name": "s"}])

    result = sort(tmp_path, "n,s\n1.5,a\n2,b\n1.50,c\n,d\n,e\n2,f\n")

    assert result.good == ["1.5,a", "2,b", ",d", ",e"]
    assert result.reasons == [(4, "n", "repeats a value: of line 2"), (7, "n", "repeats a value: of line 3")]


def test_a_primary_key_of_two_columns_is_there_once_and_never_missing(tmp_path: Path) -> None:
    fields = [{"name": "day", "type": "date"}, {"name": "station"}, {"name": "v", "type": "integer"}]
    schema(tmp_path, fields, primaryKey=["station", "day"])
    text = "day,station,v\n2024-01-01,a,1\n2024-01-01,b,1\n2024-01-02,a,1\n2024-01-01,a,2\n2024-01-01,,3\n"

    result = sort(tmp_path, text)

    assert result.good == text.split("\n")[1:4]
    assert result.reasons == [
        (5, "station, day", "repeats a primary key: of line 2"),
        (6, "station", "is missing"),
    ]


def test_a_row_with_another_fault_does_not_count_as_the_first(tmp_path: Path) -> None:
    schema(tmp_path, [{"name": "n", "constraints": {"unique": True}}, {"name": "i", "type": "integer"}])

    result = sort(tmp_path, "n,i\na,x\na,1\na,2\n")

    assert result.good == ["a,1"]
    assert result.reasons == [(2, "i", "is no integer"), (4, "n", "repeats a value: of line 3")]


@pytest.mark.parametrize("length", [1, 99, 100, 101, 5000])
def test_long_values_are_told_apart(tmp_path: Path, length: int) -> None:
    schema(tmp_path, [{"name": "n", "constraints": {"unique": True}}])
    one, two = "x" * length, "x" * (length - 1) + "y"

    assert sort(tmp_path, f"n\n{one}\n{two}\n{one}\n").good == [one, two]


def test_repeats_are_found_over_many_blocks(tmp_path: Path) -> None:
    schema(tmp_path, [{"name": "n", "type": "integer"}], primaryKey="n")
    numbers = [number * 7919 % 30_000 for number in range(60_000)]

    result = sort(tmp_path, "n\n" + "\n".join(map(str, numbers)) + "\n")

    assert result.good == [str(number) for number in numbers[:30_000]]
    assert result.reasons[-1] == (60_001, "n", "repeats a primary key: of line 30001")


def test_each_file_is_by_itself(tmp_path: Path) -> None:
    schema(tmp_path, [{"name": "n", "type": "integer"}], primaryKey="n")

    assert sort(tmp_path, "n\n1\n").good == ["1"]
    assert sort(tmp_path, "n\n1\n", name="b.csv").good == ["1"]
