"""Aligned columns, on paper and on terminals."""

from sexton.cli.table import Cell, Column, render, shorten, width
from tests.cli.terminals import paper, terminal

COLUMNS = (Column("NAME", least=4), Column("N", right=True), Column("WHY", least=4))
ROWS = [
    [Cell("short"), Cell("5"), Cell("")],
    [Cell("a-rather-long-name"), Cell("1234"), Cell("because it is so")],
]


def test_columns_are_aligned_and_nothing_trails() -> None:
    assert list(render(COLUMNS, ROWS, paper())) == [
        "NAME                   N  WHY",
        "short                  5",
        "a-rather-long-name  1234  because it is so",
    ]


def test_the_widest_columns_give_way_when_the_terminal_is_narrow() -> None:
    with terminal(30) as console:
        lines = list(render(COLUMNS, ROWS, console))
    assert lines == [
        "NAME            N  WHY",
        "short           5",
        "a-rather-l…  1234  because it…",
    ]


def test_columns_stay_readable_when_the_terminal_is_absurdly_narrow() -> None:
    with terminal(3) as console:
        assert list(render(COLUMNS, ROWS, console))[2] == "a-r…  1234  bec…"


def test_colour_does_not_count_as_width() -> None:
    rows = [[Cell("x", "red"), Cell("1"), Cell("y")]]
    assert list(render(COLUMNS, rows, paper(FORCE_COLOR="1")))[1] == "\x1b[31mx\x1b[0m     1  y"


def test_wide_characters_count_twice_and_marks_not_at_all() -> None:
    assert (width("東京"), width("e\u0301"), width("abc")) == (4, 1, 3)


def test_shortened_text_is_never_wider_than_its_room() -> None:
    assert [shorten("東京都", room, "…") for room in (6, 5, 4, 1)] == ["東京都", "東京…", "東…", "…"]
