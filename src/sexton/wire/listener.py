"""supervisord's event-listener protocol, version 3.0, without any I/O, in both roles.

The daemon writes `envelope`s and gives what it hears to `hear`, with the state in which the listener is; the listener
feeds what it reads to a `ListenerSide`, and writes READY and `result`s. Which state follows is not decided here
(core/listeners.py). Invariant: what is understood does not depend on how the bytes were cut.
"""

from typing import NamedTuple

from sexton.model.listener import EventLen, ListenerHappening, ListenerState, Waiting

READY = b"READY\n"
OK, FAIL = b"OK", b"FAIL"
RESULT = b"RESULT "  # what supervisord reads of it is how long it is
LONGEST_LINE = 100  # bytes of a result's first line
LONGEST_RESULT = 65_536  # bytes
LONGEST_HEADER = 65_536
LONGEST_PAYLOAD = 64 * 1_048_576

S, H = ListenerState, ListenerHappening


def envelope(waiting: Waiting, server: str, pool: str, event_len: EventLen = EventLen.CHARACTERS) -> bytes:
    """An event as a listener reads it: the header's line, and the payload right after it."""
    event, payload = waiting.event, waiting.event.payload.encode(errors="replace")
    length = len(payload) if event_len is EventLen.BYTES else len(event.payload)
    header = (
        f"ver:3.0 server:{server} serial:{event.serial} pool:{pool} poolserial:{waiting.poolserial}"
        f" eventname:{event.name} len:{length}\n"
    )
    return header.encode(errors="replace") + payload


class Said(NamedTuple):
    """One thing that a listener said, how many bytes it took, and of noise `why` it is none."""

    kind: ListenerHappening
    taken: int
    why: str = ""


def hear(state: ListenerState, heard: bytes) -> Said | None:
    """The first thing in `heard`, as it is meant in that state; None when there is more to come."""
    if not heard or state is S.UNKNOWN:
        return None
    if state is S.ACKNOWLEDGED:
        return _greeting(heard)
    if state is S.READY:
        return _noise(heard, "no event has been sent to it")
    return _result(heard)


def _greeting(heard: bytes) -> Said | None:
    if heard.startswith(READY):
        return Said(H.READY, len(READY))
    return None if READY.startswith(heard) else _noise(heard, "READY and a line feed is meant")


def _result(heard: bytes) -> Said | None:
    """`RESULT n`, a line feed, and n bytes. As supervisord does, the word itself is not looked at."""
    line, ended, _ = heard[: LONGEST_LINE + 1].partition(b"\n")
    if not ended:
        return None if len(line) <= LONGEST_LINE else _noise(heard, "its result has no line that says how long it is")
    try:
        length = int(line[len(RESULT) :])
    except ValueError:
        return _noise(heard, "RESULT, the number of bytes and a line feed is meant")
    if not 0 <= length <= LONGEST_RESULT:
        return _noise(heard, f"no more than {LONGEST_RESULT:,} bytes of a result are read")
    begin = len(line) + 1
    if len(heard) < begin + length:
        return None
    return Said(H.DONE if heard[begin : begin + length] == OK else H.FAILED, begin + length)


def _noise(heard: bytes, meant: str) -> Said:
    return Said(H.NOISE, len(heard), f"it said {heard[:40]!r}{'…' if len(heard) > 40 else ''}; {meant}")


# The other role


class ProtocolError(Exception):
    """What came is no event."""


class Received(NamedTuple):
    """An event as a listener has it: the header's words, and the payload."""

    headers: dict[str, str]
    payload: str


def result(content: bytes) -> bytes:
    """A listener's answer to one event: OK, FAIL, or what another result handler understands."""
    return b"%b%d\n%b" % (RESULT, len(content), content)


class ListenerSide:
    """What a listener reads, cut into events. `event_len` is what `len` counts in their headers."""

    def __init__(self, event_len: EventLen = EventLen.CHARACTERS) -> None:
        self._event_len = event_len
        self._read = bytearray()
        self._headers: dict[str, str] | None = None

    def feed(self, data: bytes) -> list[Received]:
        """The events that `data` completes. Raises ProtocolError, and nothing can be read from then on."""
        self._read += data
        received = []
        while (event := self._next()) is not None:
            received.append(event)
        return received

    def _next(self) -> Received | None:
        if self._headers is None and not self._read_header():
            return None
        headers = self._headers or {}
        end = self._end(int(headers["len"]))
        if end is None:
            return None
        payload = bytes(self._read[:end])
        del self._read[:end]
        self._headers = None
        return Received(headers, payload.decode(errors="replace"))

    def _read_header(self) -> bool:
        end = self._read.find(b"\n", 0, LONGEST_HEADER)
        if end < 0:
            if len(self._read) >= LONGEST_HEADER:
                raise ProtocolError("the header of an event has no end")
            return False
        line = self._read[:end].decode(errors="replace")
        del self._read[: end + 1]
        headers = dict(word.split(":", 1) for word in line.split() if ":" in word)
        if not headers.get("len", "").isdecimal() or int(headers["len"]) > LONGEST_PAYLOAD:
            raise ProtocolError(f"this is no header of an event: {line[:100]!r}")
        self._headers = headers
        return True

    def _end(self, length: int) -> int | None:
        """Where the payload ends; None when that has not come yet."""
        if self._event_len is EventLen.BYTES:
            return length if len(self._read) >= length else None
        return end_of_characters(self._read, length)


_FOLLOWING = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no character


def end_of_characters(data: bytes | bytearray, count: int) -> int | None:
    """How many bytes the first `count` characters of UTF-8 take; None when `data` does not hold them all."""
    end = missing = count
    while missing:
        if len(data) < end:
            return None
        missing = count - len(data[:end].translate(None, _FOLLOWING))
        end += missing
    return _whole(data, end) if count else 0


def _whole(data: bytes | bytearray, end: int) -> int | None:
    """`end`, moved on to where the character before it has all its bytes; None when they have not come yet."""
    begin = end - 1
    while begin > 0 and 0x80 <= data[begin] < 0xC0:
        begin -= 1
    lead = data[begin]
    whole = begin + (1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4)
    return max(whole, end) if len(data) >= whole else None
