"""What may reach a terminal."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.wire.clean import Stripper, clean, one_line, strip

HOSTILE = st.text(st.sampled_from("\x1b\x9b\x9d\x90\x9c\x07[]PX^_;0m\\ab \n\t\r\x00\x7f\u202eé€"), max_size=40)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain\n\ttext\n", "plain\n\ttext\n"),
        ("Zürich 東京", "Zürich 東京"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1$r\x1b\\x", "x"),
        ("\x1bcreset", "reset"),
        ("\x1b(Bx", "x"),
        ("\x9b31mred", "red"),
        ("\x9dtitle\x9cx", "x"),
        ("50%\r100%\r\n", "50%100%\n"),
        ("bell\x07 back\x08space\x7f\x00", "bell backspace"),
        ("abc\u202edcba\u2066", "abcdcba"),
        ("an unfinished \x1b]0;title\nnext line", "an unfinished \nnext line"),
    ],
)
def test_control_sequences_vanish_and_text_stays(text: str, safe: str) -> None:
    assert strip(text) == safe


@settings(derandomize=True, max_examples=300)
@given(HOSTILE)
def test_nothing_but_newline_and_tab_is_left_of_controls(text: str) -> None:
    assert [c for c in strip(text) if c not in "\n\t" and (c < " " or "\x7f" <= c <= "\x9f" or c == "\u202e")] == []


@settings(derandomize=True, max_examples=300)
@given(HOSTILE, st.lists(st.integers(0, 80), max_size=5))
def test_pieces_give_the_same_as_the_whole_wherever_they_are_cut(text: str, cuts: list[int]) -> None:
    data = text.encode()
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    stripper = Stripper()
    pieces = [stripper.feed(data[a:b]) for a, b in pairwise(edges)]
    assert "".join(pieces) + stripper.feed(b"", final=True) == strip(text)


def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    assert Stripper().feed(b"a\xff\xfeb", final=True) == "a\ufffd\ufffdb"


def test_control_string_without_an_end_is_not_hoarded() -> None:
    stripper = Stripper()
    stripper.feed(b"\x1b]0;" + b"x" * 10_000)
    assert stripper.feed(b"the text after it") == "the text after it"


def test_json_is_cleaned_in_all_its_strings_and_nowhere_else() -> None:
    value = {"na\x1b[2Jme": ["two\nlines", 1.5, None, True, {"deep": "\x07"}]}
    assert clean(value) == {"name": ["two lines", 1.5, None, True, {"deep": ""}]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nBcc: x", "a Bcc: x"),
        ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
        ("\x1b[31mred\x1b[0m\0", "red"),
        ("  so   many\t", "so many"),
        ("x" * 20, "xxxxxxxxx…"),
        ("bad \udcff", "bad ?"),
    ],
)
def test_a_line_is_one_line_whatever_was_in_it(text: str, line: str) -> None:
    assert one_line(text, 10) == line
