"""Cells of CSV, where nothing and an empty string are not the same."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.steps.errors import StepError
from sexton.steps.load.cells import rows
from sexton.steps.quoting import quoted

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
CELLS = st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=5).map(tuple)


@given(st.lists(CELLS, max_size=5))
def test_what_sort_writes_is_read_as_it_was_meant(table: list[tuple[str | None, ...]]) -> None:
    text = "".join(",".join("" if cell is None else quoted(cell) for cell in row) + "\n" for row in table)

    read = list(rows(io.StringIO(text, newline="\n")))

    assert [row.cells for row in read] == table


def test_a_row_is_at_the_line_that_it_begins_on() -> None:
    read = rows(io.StringIO('a\n"b\nc"\r\nd\n', newline="\n"))

    assert list(read) == [(1, ("a",)), (2, ("b\nc",)), (4, ("d",))]


@pytest.mark.parametrize("text", ['a"b"c\n', '"a"b\n', '"a\n'])
def test_quotes_that_are_none_are_named_by_line(text: str) -> None:
    with pytest.raises(StepError, match="cannot read line 2"):
        list(rows(io.StringIO("fine\n" + text, newline="\n")))
