"""The listener protocol, both roles talking to each other however the bytes are cut, and what breaks it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.listeners import TABLE
from sexton.model.listener import Event, EventLen, ListenerHappening, ListenerState, Waiting
from sexton.wire.listener import (
    LONGEST_LINE,
    READY,
    ListenerSide,
    ProtocolError,
    Received,
    end_of_characters,
    envelope,
    hear,
    result,
)

S, H = ListenerState, ListenerHappening
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CUTS = st.lists(st.integers(1, 7), min_size=1, max_size=50)
FEW = st.lists(
    st.sampled_from([READY, b"RESULT 2\nOK", b"RESULT 4\nFAIL", b"\n", b"RESULT ", b"12\n", b"x"]), max_size=8
)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """`data` in pieces of these sizes, over and over."""
    pieces: list[bytes] = []
    while data:
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(data[:size])
        data = data[size:]
    return pieces


def heard(pieces: list[bytes]) -> tuple[list[str], bytes]:
    """What is understood of a listener that is given an event as soon as it is READY, and what is left over."""
    state, rest, said = S.ACKNOWLEDGED, b"", []
    for piece in pieces:
        rest += piece
        while (one := hear(state, rest)) is not None:
            said.append(str(one.kind))
            rest = rest[one.taken :]
            state = TABLE[state, one.kind].to or state
        if state is S.READY and not rest:
            state = S.BUSY
    return said, rest


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=5), CUTS, st.sampled_from(EventLen))
def test_events_come_out_as_they_went_in_however_they_are_cut(
    texts: list[str], sizes: list[int], how: EventLen
) -> None:
    waiting = [Waiting(Event("TICK_5", text, number), number + 7) for number, text in enumerate(texts)]
    sent = b"".join(envelope(each, "sexton", "pool", how) for each in waiting)
    side = ListenerSide(how)
    received = [event for piece in cut(sent, sizes) for event in side.feed(piece)]
    assert [event.payload for event in received] == texts
    assert [event.headers["serial"] for event in received] == [str(number) for number in range(len(texts))]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([b"OK", b"FAIL", b""]), max_size=6), CUTS)
def test_answers_are_understood_however_they_are_cut(answers: list[bytes], sizes: list[int]) -> None:
    pieces = [piece for answer in answers for piece in (READY, *cut(result(answer), sizes))]
    words = ["done" if answer == b"OK" else "failed" for answer in answers]
    assert heard(pieces) == ([each for word in words for each in ("ready", word)], b"")


@settings(derandomize=True, max_examples=200, deadline=None)
@given(FEW, CUTS)
def test_the_first_thing_said_is_the_same_however_it_is_cut(words: list[bytes], sizes: list[int]) -> None:
    data = b"".join(words)
    for state in S:
        whole, piecemeal = hear(state, data), None
        so_far = b""
        for piece in cut(data, sizes):
            so_far += piece
            piecemeal = hear(state, so_far)
            if piecemeal is not None:
                break
        assert (whole and whole.kind) == (piecemeal and piecemeal.kind)


def test_a_header_is_supervisords_to_the_byte() -> None:
    waiting = Waiting(Event("PROCESS_STATE_EXITED", "processname:a groupname:b", 21), 10)
    assert envelope(waiting, "supervisor", "listener") == (
        b"ver:3.0 server:supervisor serial:21 pool:listener poolserial:10"
        b" eventname:PROCESS_STATE_EXITED len:25\nprocessname:a groupname:b"
    )


def test_len_counts_characters_unless_bytes_are_asked_for() -> None:
    waiting = Waiting(Event("TICK_5", "Malmö ö", 1), 1)
    assert b"len:7\n" in envelope(waiting, "sexton", "pool")
    assert b"len:9\n" in envelope(waiting, "sexton", "pool", EventLen.BYTES)


@pytest.mark.parametrize(
    ("state", "said", "kind", "rest"),
    [
        (S.ACKNOWLEDGED, b"READY\n", H.READY, b""),
        (S.ACKNOWLEDGED, b"READY\nx", H.READY, b"x"),
        (S.ACKNOWLEDGED, b"\nREADY\n", H.NOISE, b""),
        (S.ACKNOWLEDGED, b"OK\n", H.NOISE, b""),
        (S.READY, b"READY\n", H.NOISE, b""),
        (S.BUSY, b"RESULT 2\nOKREADY\n", H.DONE, b"READY\n"),
        (S.BUSY, b"RESULT 4\nFAIL", H.FAILED, b""),
        (S.BUSY, b"RESULT 3\nOK\n", H.FAILED, b""),
        (S.BUSY, b"RESULT 0\n", H.FAILED, b""),
        (S.BUSY, b"ABCDEF 2\nOK", H.DONE, b""),  # as supervisord does, only the number counts
        (S.BUSY, b"RESULT xx\n", H.NOISE, b""),
        (S.BUSY, b"RESULT -1\n", H.NOISE, b""),
        (S.BUSY, b"RESULT 999999999\n", H.NOISE, b""),
        (S.BUSY, b"READY\n", H.NOISE, b""),
        (S.BUSY, b"x" * (LONGEST_LINE + 1), H.NOISE, b""),
    ],
)
def test_what_a_listener_says_means(state: ListenerState, said: bytes, kind: ListenerHappening, rest: bytes) -> None:
    found = hear(state, said)
    assert found is not None
    assert (found.kind, said[found.taken :]) == (kind, rest)
    assert bool(found.why) == (kind is H.NOISE)


@pytest.mark.parametrize(
    ("state", "said"),
    [(S.ACKNOWLEDGED, b"REA"), (S.BUSY, b"RESULT 2\nO"), (S.BUSY, b"RESULT "), (S.READY, b""), (S.UNKNOWN, b"READY\n")],
)
def test_nothing_is_understood_before_it_is_whole(state: ListenerState, said: bytes) -> None:
    assert hear(state, said) is None


@pytest.mark.parametrize("header", [b"hello\n", b"ver:3.0 len:-1\n", b"len:99999999999\n", b"x" * 70_000])
def test_what_is_no_event_is_refused(header: bytes) -> None:
    with pytest.raises(ProtocolError):
        ListenerSide().feed(header)


def test_headers_are_words_with_colons() -> None:
    (event,) = ListenerSide().feed(b"ver:3.0 pool:a:b len:2\nhi")
    assert event == Received({"ver": "3.0", "pool": "a:b", "len": "2"}, "hi")


@settings(derandomize=True, max_examples=300, deadline=None)
@given(TEXT, TEXT)
def test_the_end_of_characters_is_where_python_counts_them(first: str, then: str) -> None:
    data = (first + then).encode()
    assert end_of_characters(data, len(first)) == len(first.encode())
    assert end_of_characters(data, len(first + then) + 1) is None
