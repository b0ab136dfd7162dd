"""The page for Python programmers does what it says."""

import doctest
from pathlib import Path

import sexton

_PAGE = Path(__file__).parents[2] / "docs" / "python.md"


def test_examples_give_what_the_page_shows() -> None:
    failed, tried = doctest.testfile(str(_PAGE), module_relative=False)
    assert failed == 0
    assert tried > 10


def test_every_public_name_is_on_the_page() -> None:
    text = _PAGE.read_text()
    assert all(name in text for name in sexton.__all__)
