"""Capture mode: messages are cut out of output however it comes, and nothing else is."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.wire.capture import BEGIN, END, Capture, Piece

WORDS = st.lists(st.sampled_from([BEGIN, END, b"a", b"<!--XSUPER", b"<", b"\n"]), max_size=12)
CUTS = st.lists(st.integers(0, 120), max_size=6)


def fed(capture: Capture, pieces: list[bytes]) -> tuple[bytes, list[bytes]]:
    found = [piece for data in pieces for piece in capture.feed(data)]
    messages = [piece.message for piece in found if piece.message is not None]
    return b"".join(piece.output for piece in found) + capture.finish(), messages


@settings(derandomize=True, max_examples=200, deadline=None)
@given(WORDS, CUTS)
def test_messages_are_found_however_output_is_cut(words: list[bytes], cuts: list[int]) -> None:
    data = b"".join(words)
    places = [0, *sorted(min(place, len(data)) for place in cuts), len(data)]
    pieces = [data[begin:end] for begin, end in pairwise(places)]
    pattern = re.compile(re.escape(BEGIN) + b"(.*?)" + re.escape(END), re.DOTALL)
    assert fed(Capture(1000), pieces) == (pattern.sub(b"", data), pattern.findall(data))


def test_only_the_last_bytes_of_a_long_message_are_kept() -> None:
    assert fed(Capture(3), [BEGIN + b"abcd", b"efg" + END]) == (b"", [b"efg"])


def test_output_and_messages_come_in_their_order() -> None:
    pieces = Capture(100).feed(b"one" + BEGIN + b"two" + END + b"three")
    assert pieces == [Piece(b"one"), Piece(captured=b"two", message=b"two"), Piece(b"three")]


def test_a_message_that_is_never_ended_is_output() -> None:
    assert fed(Capture(100), [b"one" + BEGIN + b"two"]) == (b"one" + BEGIN + b"two", [])


def test_output_that_begins_no_mark_is_not_held_back() -> None:
    assert Capture(100).feed(b"a < b\n") == [Piece(b"a < b\n")]


def test_what_is_captured_is_told_as_it_comes_and_whole_where_the_message_is_not() -> None:
    capture = Capture(3)
    assert capture.feed(BEGIN + b"one") == [Piece(), Piece(captured=b"one")]
    assert capture.feed(b"two" + END[:4]) == [Piece(captured=b"two")]
    assert capture.rest == END[:4]
    assert capture.feed(END[4:]) == [Piece(message=b"two")]
