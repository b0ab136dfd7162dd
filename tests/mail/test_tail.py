"""The end of a text, as it may be shown."""

from sexton.mail.tail import last_lines


def test_the_tail_has_the_last_lines_that_are_not_empty() -> None:
    text = "one\n\n  \ntwo\r\nthree \n\x1b[31mfour\x1b[0m\n"
    assert last_lines(text, 3, 100) == "two\nthree\nfour"
    assert last_lines(text, 9, 10) == "three\nfour"[4 + 2 :]
    assert last_lines("", 3, 100) == ""


def test_empty_lines_between_others_are_kept_where_they_are_wanted() -> None:
    assert last_lines("one\n\n two\n\n", 9, 100, blank=True) == "one\n\n two"


def test_a_progress_bar_is_lines() -> None:
    assert last_lines("10%\r50%\r100%\n", 2, 100) == "50%\n100%"


def test_a_long_line_is_cut() -> None:
    line = last_lines("x" * 5000, 1, 10_000)
    assert len(line) == 2000
    assert line.endswith("…")
