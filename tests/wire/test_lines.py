"""Cutting output into lines, and dressing lines so that no text can pass for another line."""

import json
import unicodedata
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.wire.lines import MAX_LINE, LineCutter, json_line, json_lines, last_lines, one_line, prefixed, visible

# Pieces that meet at every boundary that matters: line ends, and lengths around the limit.
PIECES = st.sampled_from(
    [b"", b"a", b"\n", b"\r", b"\r\n", b"\xff", *(b"x" * (MAX_LINE + extra) for extra in (-1, 0, 1, MAX_LINE))]
)
OUTPUT = st.lists(PIECES, max_size=12).map(b"".join)
pure = settings(derandomize=True, max_examples=200, deadline=None)


def lines_of(*chunks: bytes) -> list[bytes]:
    cutter = LineCutter()
    return [line for chunk in chunks for line in cutter.feed(chunk)] + cutter.finish()


def chunked(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


@pure
@given(OUTPUT, st.lists(st.integers(min_value=0, max_value=10**6), max_size=6))
def test_lines_are_the_same_however_the_output_is_chunked(data: bytes, cuts: list[int]) -> None:
    assert lines_of(*chunked(data, cuts)) == lines_of(data)


@pure
@given(OUTPUT)
def test_no_line_is_longer_than_the_limit_and_no_text_is_lost(data: bytes) -> None:
    lines = lines_of(data)
    assert max(map(len, lines), default=0) <= MAX_LINE + 1  # one more where an unended line closes with CR
    assert b"".join(lines).replace(b"\r", b"") == data.replace(b"\n", b"").replace(b"\r", b"")


@pure
@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b" ").replace(b"\r", b" ")), max_size=9))
def test_whole_lines_come_back_as_they_were_when_each_ends_with_either_line_end(lines: list[bytes]) -> None:
    assert lines_of(b"".join(line + b"\n" for line in lines)) == lines
    assert lines_of(b"".join(line + b"\r\n" for line in lines)) == lines


def test_a_line_waits_until_its_end_has_come() -> None:
    cutter = LineCutter()
    assert cutter.feed(b"half a ") == []
    assert cutter.feed(b"line\nnext") == [b"half a line"]
    assert cutter.finish() == [b"next"]
    assert cutter.finish() == []


def test_a_line_that_never_ends_is_handed_on_in_pieces() -> None:
    cutter = LineCutter()
    assert cutter.feed(b"x" * (2 * MAX_LINE + 1)) == [b"x" * MAX_LINE, b"x" * MAX_LINE]
    assert cutter.feed(b"\n") == [b"x"]


def test_a_line_of_exactly_the_limit_stays_one_when_cr_lf_ends_it() -> None:
    line = b"x" * MAX_LINE
    assert lines_of(line + b"\r\n") == lines_of(line + b"\r", b"\n") == lines_of(line, b"\r\n") == [line]


def test_names_are_padded_to_one_width() -> None:
    assert prefixed("mail", [b"\xffsent", b""], 8) == b"mail     | \xffsent\nmail     | \n"
    assert prefixed("a-longer-name", [b"sent"], 8) == b"a-longer-name | sent\n"


@pure
@given(st.text())
def test_a_journal_line_has_no_line_end_or_control_character_whatever_the_text(text: str) -> None:
    line = one_line(text)
    assert line.splitlines() in ([line], [])
    assert not [char for char in line if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def test_plain_text_is_shown_as_it_is() -> None:
    assert one_line("Größe: 5 µs, naïve ☕") == "Größe: 5 µs, naïve ☕"


def test_line_ends_and_escapes_are_shown_as_escapes() -> None:
    assert one_line("a\r\nb\x1b[2J\u2028c\x85d") == r"a\r\nb\x1b[2J\u2028c\x85d"


@pure
@given(st.text(), st.text())
def test_a_json_line_gives_back_any_text_and_is_one_line(message: str, job: str) -> None:
    line = json_line(1_795_334_400_000_000, message=message, job=job)
    assert json.loads(line) == {"time": "2026-11-22T08:00:00Z", "message": message, "job": job}
    assert line.endswith(b"\n")
    assert line[:-1].decode().isprintable()


@pure
@given(st.lists(st.binary() | st.text().map(str.encode), min_size=1))
def test_each_line_of_output_is_an_object_whatever_its_bytes(lines: list[bytes]) -> None:
    said = json_lines(0, {"job": "mail"}, lines).decode()
    assert said.endswith("\n")
    assert said.replace("\n", "").isprintable()
    assert [json.loads(line) for line in said.split("\n")[:-1]] == [
        {"time": "1970-01-01T00:00:00Z", "job": "mail", "line": line.decode(errors="replace")} for line in lines
    ]


def test_a_json_line_keeps_letters_of_every_script_readable() -> None:
    assert "Größe ☕".encode() in json_line(0, message="Größe ☕")


def test_the_last_lines_leave_out_blank_ones() -> None:
    assert last_lines(b"one\n\n two\r\n   \nthree", 2) == " two\nthree"
    assert last_lines(b"one", 5) == "one"
    assert last_lines(b"\n \n", 5) == ""
    assert last_lines(b"caf\xe9\n", 1) == "caf\ufffd"


def test_what_could_steer_a_terminal_is_shown() -> None:
    assert visible(b"plain \xc3\xa4\ttext") == b"plain \xc3\xa4\ttext"
    assert visible(b"\x1b[2J\rsexton | all is well\x07") == rb"\x1b[2J\rsexton | all is well\x07"
