"""The tables that a person reads, and the JSON beside them."""

import json

from benchmarks.report import Row, Table, as_json, as_text, missed

MET = Row("at rest", "MiB", (17.25, 24.0, None), 18)
OVER = Row("awake", "MiB", (18.4, 24.93, 1234.5), 18)
FREE = Row("shared", "MiB", (0.5, 100.25, 3))
MEMORY = Table("Memory", ("Sexton", "supervisord", "bare Python"), (MET, OVER, FREE), ("A note.",))
UNLIMITED = Table("Steps", ("Sexton", "cronsim"), (Row("in UTC", "µs", (4.534, 50.84)),))


def test_a_table_is_aligned_markdown_with_its_limits_and_notes() -> None:
    assert as_text([MEMORY]).splitlines() == [
        "### Memory",
        "",
        "|         | unit | Sexton | supervisord | bare Python | limit |      |",
        "|---------|------|-------:|------------:|------------:|------:|-----:|",
        "| at rest | MiB  |   17.2 |          24 |           – |    18 |  met |",
        "| awake   | MiB  |   18.4 |        24.9 |        1234 |    18 | over |",
        "| shared  | MiB  |   0.50 |       100.2 |           3 |     – |      |",
        "",
        "A note.",
    ]


def test_the_limit_columns_are_left_out_when_no_row_has_one() -> None:
    assert as_text([UNLIMITED]).splitlines()[2:] == [
        "|        | unit | Sexton | cronsim |",
        "|--------|------|-------:|--------:|",
        "| in UTC | µs   |   4.53 |    50.8 |",
    ]


def test_tables_are_parted_by_a_blank_line() -> None:
    assert "|\n\n### Steps\n" in as_text([UNLIMITED, UNLIMITED])


def test_only_rows_beyond_their_limit_count_as_missed() -> None:
    assert missed([MEMORY, UNLIMITED]) == [OVER]


def test_a_figure_that_equals_its_limit_meets_it() -> None:
    assert not Row("wake-ups", "", (0, 30), 0).over
    assert Row("wake-ups", "", (1, 30), 0).over


def test_json_has_every_figure_unrounded_with_its_limit_and_verdict() -> None:
    found = json.loads(as_json([MEMORY]))
    (table,) = found["tables"]
    assert table["peers"] == ["Sexton", "supervisord", "bare Python"]
    assert [row["figures"] for row in table["rows"]] == [[17.25, 24.0, None], [18.4, 24.93, 1234.5], [0.5, 100.25, 3]]
    assert [(row["limit"], row["over"]) for row in table["rows"]] == [(18, False), (18, True), (None, False)]
    assert found["machine"]["cores"] >= 1
