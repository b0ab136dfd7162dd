"""Known secrets taken out of bytes, also where a value is split over chunks.

What is looked for: each value as it is, and as it looks within JSON, a URL or base64; of one with several lines also
each line by itself. Of several that begin at the same byte the longest counts. Values under LEAST bytes and lines under
LEAST_LINE are let be: they are in everything. Invariant: chunks give what the whole would, and no more is held back
than what may still become a secret.
"""

import re
from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from itertools import chain

LEAST = 4  # bytes
LEAST_LINE = 12  # bytes of one line of several: a shorter one may well be said for other reasons
MARK = b"***"

_LEAST_ENCODED = 8  # base64 of less is a word that may well be said for other reasons
_BOUNDARY = re.compile(rb"-----(?:BEGIN|END) [^-]*-----")
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, unreserved


class Redactor:
    """Knows the values; `stream` makes one redaction for each stream of bytes. What it learns later counts in all of
    them from then on."""

    __slots__ = ("beginnings", "known", "longest", "spelled", "values")

    def __init__(self, values: Iterable[bytes]) -> None:
        self.known: frozenset[bytes] = frozenset()
        self.learn(values)

    def learn(self, values: Iterable[bytes]) -> None:
        """Look for more values."""
        self.known = self.known.union(value for value in values if len(value) >= LEAST)
        forms = {form for value in self.known for form in (*spellings(value), *lines_of(value))}
        self.spelled = tuple(sorted(forms, key=lambda form: (-len(form), form)))
        self.longest = max(map(len, self.spelled), default=0)
        self.values = re.compile(b"|".join(map(re.escape, self.spelled)) or b"(?!)")
        beginnings = sorted({form[:LEAST] for form in self.spelled})
        self.beginnings = re.compile(b"(?=" + b"|".join(map(re.escape, beginnings)) + b")" if beginnings else b"(?!)")

    def stream(self) -> "Redaction":
        return Redaction(self)

    def whole(self, data: bytes) -> bytes:
        return self.values.sub(MARK, data) if self.touches(data) else data

    def touches(self, data: bytes) -> bool:
        """Whether a value is in `data`: many times faster than to find where, and mostly there is none."""
        return any(form in data for form in self.spelled)

    def text(self, text: str) -> str:
        """A text without the values. Characters that no encoding can spell (lone surrogates) become `?`."""
        try:
            data = text.encode(errors="surrogateescape")
        except UnicodeEncodeError:
            data = text.encode(errors="replace")
        return self.whole(data).decode(errors="surrogateescape")


class Redaction:
    """One stream: `feed` chunks, then `finish`. What is fed after that begins anew. `rest` is held back: it may still
    become a secret."""

    __slots__ = ("_known", "rest")

    def __init__(self, known: Redactor) -> None:
        self._known = known
        self.rest = b""

    def feed(self, data: bytes) -> bytes:
        """What can go on by now."""
        data = self.rest + data
        said: list[bytes] = []
        at, held = 0, self._held_from(data, 0)
        touched = self._known.touches(data)
        while touched and (found := self._known.values.search(data, at)) is not None and found.start() < held:
            said += [data[at : found.start()], MARK]
            at = found.end()
            if at > held:
                held = self._held_from(data, at)
        self.rest = data[held:]
        return b"".join([*said, data[at:held]])

    def finish(self) -> bytes:
        """What was held back: nothing follows any more that could make a secret of it."""
        rest, self.rest = self.rest, b""
        return self._known.whole(rest)

    def _held_from(self, data: bytes, at: int) -> int:
        """The first place from `at` on where all that follows is the beginning of a value, and not yet the whole."""
        known = self._known
        first = max(at, len(data) - known.longest + 1)
        last = max(first, len(data) - LEAST + 1)  # from here on less is left than what `beginnings` looks for
        for start in chain((found.start() for found in known.beginnings.finditer(data, first)), range(last, len(data))):
            rest = data[start:]
            if any(len(form) > len(rest) and form.startswith(rest) for form in known.spelled):
                return start
        return len(data)


def spellings(value: bytes) -> Iterator[bytes]:
    """The forms in which a value is looked for; some of them are the same."""
    yield value
    yield _in_url(value, _PLAIN)
    yield _in_url(value, _PLAIN | frozenset(b"/"))
    yield _in_url(value, _PLAIN | frozenset(b" ")).replace(b" ", b"+")
    yield _in_json(value)
    for encoded in filter(lambda form: len(form) >= _LEAST_ENCODED, map(_in_base64, (value,) * 3, range(3))):
        yield encoded
        yield encoded.translate(bytes.maketrans(b"+/", b"-_"))


def lines_of(value: bytes) -> Iterator[bytes]:
    """The lines of a value of several that tell something of it, less the space around them. A key's first and last
    line (RFC 7468) do not: they are in every key, the public ones too."""
    lines = value.splitlines()
    for line in map(bytes.strip, lines) if len(lines) > 1 else ():
        if len(line) >= LEAST_LINE and not _BOUNDARY.fullmatch(line):
            yield line


def _in_url(value: bytes, plain: frozenset[int]) -> bytes:
    return b"".join(bytes((byte,)) if byte in plain else b"%%%02X" % byte for byte in value)


def _in_json(value: bytes) -> bytes:
    import json

    return json.dumps(value.decode(errors="surrogateescape"))[1:-1].encode()


def _in_base64(value: bytes, before: int) -> bytes:
    """The characters that `value` alone decides, when `before` bytes (modulo 3) of something else stand before it."""
    encoded = b2a_base64(bytes(before) + value, newline=False)
    return encoded[(before * 8 + 5) // 6 : (before + len(value)) * 8 // 6]
