"""What is suggested for a word that is not known."""

import pytest

from sexton.config.suggest import hint, nearest


@pytest.mark.parametrize(
    ("word", "expected"), [("scedule", "schedule"), ("SCHEDULE", "schedule"), ("timezon", "timezone"), ("x", None)]
)
def test_the_nearest_word_is_found_whatever_its_case(word: str, expected: str | None) -> None:
    assert nearest(word, ["schedule", "timezone"]) == expected


def test_all_words_are_listed_when_none_is_near() -> None:
    assert hint("zz", ["a", "b"]) == "known here: `a`, `b`"
    assert hint("zz", ["a"], '"') == 'known here: "a"'
    assert hint("zz", []) == "there is none to choose from"


def test_a_long_list_is_cut() -> None:
    said = hint("zz", [f"job-{number}" for number in range(1000)])
    assert said.startswith("known here: `job-0`, `job-1`, ")
    assert said.endswith("`job-39` and 960 more")
