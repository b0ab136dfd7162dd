"""Colours and cursors out of output, however it is cut, alone and behind what hides secrets."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sexton.wire.ansi import MOST, Plain
from sexton.wire.redact import Redactor

WORDS = st.sampled_from([b"\x1b", b"[", b"\x1b[", b"31", b";", b"?25l", b"m", b"K", b" ", b"text", b"\n", b"9" * 30])
PIECES = st.lists(st.lists(WORDS, max_size=4).map(b"".join), max_size=12)


def fed(*pieces: bytes) -> bytes:
    plain = Plain()
    return b"".join(map(plain.feed, pieces)) + plain.finish()


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (b"\x1b[1;31mred\x1b[0m and \x1b[38;2;255;100;0mmore\x1b[m\n", b"red and more\n"),
        (b"\x1b[2K\r50 %\x1b[?25h", b"\r50 %"),
        (b"\x1b[3Ghello", b"hello"),
        (b"no \x1b(B sequence, \x1b[31\n nor this", b"no \x1b(B sequence, \x1b[31\n nor this"),
        (b"cut \x1b[3", b"cut \x1b[3"),
    ],
)
def test_sequences_go_and_all_else_stays(said: bytes, plain: bytes) -> None:
    assert fed(said) == plain
    assert fed(*(bytes([byte]) for byte in said)) == plain


@given(PIECES)
def test_what_comes_out_does_not_depend_on_how_the_bytes_were_cut(pieces: list[bytes]) -> None:
    assert fed(*pieces) == fed(b"".join(pieces))


@example([b"\x1b[31" + b"9" * 30, b"\x1b[3131" + b"9" * 30])
@given(PIECES)
def test_little_is_held_back_and_another_goes_on_from_there(pieces: list[bytes]) -> None:
    before = Redactor([b"secret"]).stream()
    first, said = Plain(before), b""
    for piece in pieces:
        said += first.feed(piece)
        assert len(first.rest) - len(before.rest) <= MOST
        before = Redactor([b"secret"]).stream()
        second = Plain(before)
        second.rest, first = first.rest, second
    assert said + first.finish() == fed(*pieces)


def test_a_secret_is_hidden_before_colours_are_taken_out() -> None:
    plain = Plain(Redactor([b"correct horse"]).stream())
    said = b"".join(map(plain.feed, (b"\x1b[31mcorr", b"ect ho", b"rse\x1b[", b"0m!"))) + plain.finish()
    assert b"correct" not in said
    assert said.endswith(b"!")
    assert b"\x1b" not in said
