"""Capture mode: messages are cut out of output however it comes, and nothing else is."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.wire.capture import BEGIN, END, Capture

WORDS = st.lists(st.sampled_from([BEGIN, END, b"a", b"<!--XSUPER", b"<", b"\n"]), max_size=12)
CUTS = st.lists(st.integers(0, 120), max_size=6)


def fed(capture: Capture, pieces: list[bytes]) -> tuple[bytes, list[bytes]]:
    output = b""
    messages: list[bytes] = []
    for piece in pieces:
        for plain, message in capture.feed(piece):
            output += plain
            messages += [] if message is None else [message]
    return output + capture.finish(), messages


@settings(derandomize=True, max_examples=500, deadline=None)
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
    assert [piece for piece in pieces if piece != (b"", None)] == [(b"one", None), (b"", b"two"), (b"three", None)]


def test_a_message_that_is_never_ended_is_output() -> None:
    assert fed(Capture(100), [b"one" + BEGIN + b"two"]) == (b"one" + BEGIN + b"two", [])


def test_output_that_begins_no_mark_is_not_held_back() -> None:
    assert Capture(100).feed(b"a < b\n") == [(b"a < b\n", None)]
