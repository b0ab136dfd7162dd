"""Secrets are found however a stream is cut, in the forms in which programs print them; nothing else is touched."""

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.wire.redact import LEAST, LEAST_LINE, MARK, Redactor, spellings
from sexton.wire.sift import MOST, sift

FEW = st.binary(max_size=40).map(lambda data: bytes(b"abc"[byte % 3] for byte in data))  # so that much nearly fits
VALUES = st.lists(FEW, max_size=4)
CHUNKS = st.lists(FEW, max_size=12)


def fed(values: list[bytes], chunks: list[bytes]) -> bytes:
    stream = Redactor(values).stream()
    return b"".join(map(stream.feed, chunks)) + stream.finish()


@settings(derandomize=True, max_examples=400, deadline=None)
@given(VALUES, CHUNKS)
def test_any_chunking_gives_what_the_whole_gives(values: list[bytes], chunks: list[bytes]) -> None:
    assert fed(values, chunks) == Redactor(values).whole(b"".join(chunks))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.binary(min_size=LEAST, max_size=20), min_size=1, max_size=3), st.lists(st.binary(max_size=50)))
def test_no_value_is_in_what_comes_out(values: list[bytes], chunks: list[bytes]) -> None:
    inside = [part for chunk in chunks for part in (chunk, values[0])]
    out = fed(values, inside)
    assert all(value not in part for value in values for part in out.split(MARK))


@settings(derandomize=True, max_examples=500, deadline=None)
@given(VALUES, CHUNKS)
def test_what_is_held_back_is_always_the_beginning_of_a_value(values: list[bytes], chunks: list[bytes]) -> None:
    known = Redactor(values)
    stream = known.stream()
    for chunk in chunks:
        stream.feed(chunk)
        held = stream.rest
        assert not held or any(form.startswith(held) and form != held for form in known.spelled)


def test_a_line_that_ends_like_no_value_goes_on_at_once() -> None:
    stream = Redactor([b"hunter2!"]).stream()
    assert stream.feed(b"hunting hun\n") == b"hunting hun\n"
    assert stream.feed(b"say hunter") == b"say "
    assert stream.feed(b"1\n") == b"hunter1\n"


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_value_is_found_across_every_border(cut: int) -> None:
    assert fed([b"hunter2!"], [b"pw=hunter2!"[: 3 + cut], b"hunter2!"[cut:] + b"\n"]) == b"pw=***\n"


def test_the_longest_of_several_values_counts_when_they_begin_alike() -> None:
    assert fed([b"pass", b"password"], [b"pass", b"word passing"]) == b"*** ***ing"


def test_what_is_learnt_counts_in_streams_that_have_begun() -> None:
    known = Redactor([])
    stream = known.stream()
    assert stream.feed(b"open sesame\n") == b"open sesame\n"
    known.learn([b"sesame"])
    assert stream.feed(b"open ses") + stream.feed(b"ame\n") == b"open ***\n"


def test_what_was_held_back_comes_out_at_the_end() -> None:
    assert fed([b"password"], [b"the pass"]) == b"the pass"
    assert fed([b"pass", b"password"], [b"the passwor"]) == b"the ***wor"


VALUE = 'a b/c"d+é\n&~?>>'


@pytest.mark.parametrize(
    "printed",
    [
        VALUE,
        json.dumps({"key": VALUE}),
        quote(VALUE),
        quote(VALUE, safe=""),
        quote_plus(VALUE),
        b64encode(VALUE.encode()).decode(),
        b64encode(b"user:" + VALUE.encode()).decode(),
        urlsafe_b64encode(b"u:" + VALUE.encode() + b"...").decode(),
        urlsafe_b64encode(b"x" + VALUE.encode()).decode(),
    ],
)
def test_a_value_is_found_in_the_forms_in_which_programs_print_it(printed: str) -> None:
    out = Redactor([VALUE.encode()]).text(f"<{printed}>")
    assert MARK.decode() in out
    assert len(out) < 20


KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIFoWlVJ9d8vQZ
y5Xo0hN3vPq1sT7u
  indented: 0123456789\r
short=
-----END PRIVATE KEY-----"""


@pytest.mark.parametrize("line", [b"MC4CAQAwBQYDK2VwBCIEIFoWlVJ9d8vQZ", b"y5Xo0hN3vPq1sT7u", b"indented: 0123456789"])
def test_a_line_of_a_value_of_several_is_found_by_itself(line: bytes) -> None:
    assert fed([KEY], [b"read ", line[:5], line[5:], b"!\n"]) == b"read ***!\n"


@pytest.mark.parametrize("line", [b"-----BEGIN PRIVATE KEY-----", b"-----END PRIVATE KEY-----", b"short="])
def test_lines_that_tell_nothing_of_a_value_are_let_be(line: bytes) -> None:
    assert fed([KEY], [line, b"\n"]) == line + b"\n"


def test_a_value_of_several_lines_is_one_when_it_is_there_whole() -> None:
    assert fed([KEY], [KEY, b"\n"]) == b"***\n"


def test_a_value_of_one_line_is_not_found_in_parts() -> None:
    assert fed([b"one line and no more"], [b"one line and no"]) == b"one line and no"


LINED = st.lists(st.sampled_from([b"a" * LEAST_LINE, b"ab" * LEAST_LINE, b"aa", b"b"]), max_size=4).map(b"\n".join)


@settings(derandomize=True, max_examples=500, deadline=None)
@given(st.lists(LINED, max_size=2), st.lists(LINED | FEW, max_size=6))
def test_any_chunking_gives_the_same_with_lines_too(values: list[bytes], chunks: list[bytes]) -> None:
    assert fed(values, chunks) == Redactor(values).whole(b"".join(chunks))


def test_short_values_are_let_be() -> None:
    assert fed([b"abc"], [b"abcabc"]) == b"abcabc"
    assert Redactor([b"abc"]).longest == 0


def test_text_that_is_not_utf8_survives() -> None:
    assert Redactor([b"hunter2!"]).text("\udcff hunter2!") == "\udcff ***"
    assert Redactor([b"hunter2!"]).text("\ud800 hunter2!") == "? ***"


def test_each_spelling_is_found_by_itself() -> None:
    known = Redactor([VALUE.encode()])
    assert {known.whole(form) for form in spellings(VALUE.encode())} == {MARK}


UNSEEN = [
    b"\x1b[01;31m\x1b[K",
    b"\0",
    "\u200e".encode(),
    "\u200b".encode(),
    b"\x1b(B",
    b"\x1b]8;;http://x\x1b\\",
    b"\r",
]


@pytest.mark.parametrize("cut", range(1, 30))
@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_value_is_found_with_something_unseen_in_its_midst(unseen: bytes, cut: int) -> None:
    said = b"pw=hunt" + unseen + b"er2!" + unseen + b" and more"
    out = fed([b"hunter2!"], [said[:cut], said[cut:]])
    assert out == b"pw=***" + unseen + unseen + b" and more"
    assert Redactor([b"hunter2!"]).whole(said) == out


def test_a_value_right_behind_an_unfinished_sequence_is_found() -> None:
    assert fed([b"hunter2!"], [b"\x1b[", b"hunter2!"]) == b"\x1b[***"


PIECES = st.lists(st.sampled_from([b"abcd", b"ab", b"c", b"d", b"\x1b[1m", b"\x1b", b"[", b"\0", b"\xe2", b"\x80\x8b"]))


@settings(derandomize=True, max_examples=400, deadline=None)
@given(PIECES)
def test_any_chunking_leaves_nothing_that_reads_whole_without_what_is_unseen(chunks: list[bytes]) -> None:
    values = [b"abcd", b"dcba"]
    out = fed(values, chunks)
    assert all(value not in sift(out).seen for value in values)
    assert out == Redactor(values).whole(b"".join(chunks))


def test_what_is_held_back_is_bounded() -> None:
    stream = Redactor([b"hunter2!"]).stream()
    stream.feed(b"hunt")
    for _ in range(20):
        stream.feed(b"\x1b[m" * 200)
    assert len(stream.rest) <= MOST + 100
