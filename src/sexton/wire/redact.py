"""Known secrets taken out of bytes, also where a value is split over chunks.

What is looked for: each value as it is, and as it looks within JSON, a URL or base64; of one with several lines also
each line by itself; all that also with something unseen in its midst (sift.py). Of several that begin at the same byte
the longest counts. Values under LEAST bytes and lines under LEAST_LINE are let be: they are in everything. Invariant:
chunks give what the whole would, and no more is held back than what may still become a secret.
"""

import re
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeAlias

from sexton.wire.sift import MOST, begun_at, may_hide, seen_of, sift, unseen_in

Span: TypeAlias = tuple[int, int]

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
        data = self.values.sub(MARK, data) if self.touches(data) else data
        return _marked(data, self.find_unseen(data, whole=True)[0], unseen_in)

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

    def find(self, data: bytes, *, whole: bool = False) -> tuple[list[Span], int]:
        """Where values are, and from where on what is left may still become one; in the `whole` nothing may."""
        spans: list[Span] = []
        at, held = 0, len(data) if whole else self._held_from(data, 0)
        touched = self.touches(data)
        while touched and (found := self.values.search(data, at)) is not None and found.start() < held:
            spans.append(found.span())
            at = found.end()
            if at > held:
                held = self._held_from(data, at)
        return spans, held

    def find_unseen(self, data: bytes, *, whole: bool = False) -> tuple[list[Span], int]:
        """As `find`, of values that have something unseen in their midst."""
        if not may_hide(data):
            return [], len(data)
        end = len(data) if whole else begun_at(data)
        seen = seen_of(data[:end])
        if not self.touches(seen) and (whole or self._held_from(seen, 0) == len(seen)):
            return [], end
        sifted = sift(data[:end])
        spans, held = self.find(sifted.seen, whole=whole)
        return [(sifted.place(start), sifted.place(end - 1) + 1) for start, end in spans], sifted.place(held)

    def _held_from(self, data: bytes, at: int) -> int:
        """The first place from `at` on where all that follows is the beginning of a value, and not yet the whole."""
        first = max(at, len(data) - self.longest + 1)
        last = max(first, len(data) - LEAST + 1)  # from here on less is left than what `beginnings` looks for
        for start in chain((found.start() for found in self.beginnings.finditer(data, first)), range(last, len(data))):
            rest = data[start:]
            if any(len(form) > len(rest) and form.startswith(rest) for form in self.spelled):
                return start
        return len(data)


class Redaction:
    """One stream: `feed` chunks, then `finish`. What is fed after that begins anew. `rest` is held back: it may still
    become a secret."""

    __slots__ = ("_known", "_rest", "_sifted")

    def __init__(self, known: Redactor) -> None:
        self._known = known
        self._rest = b""  # of what came in
        self._sifted = b""  # of what has no value as it is, but may have one with something unseen in its midst

    @property
    def rest(self) -> bytes:
        return self._sifted + self._rest

    @rest.setter
    def rest(self, held: bytes) -> None:
        self._sifted, self._rest = b"", held

    def feed(self, data: bytes) -> bytes:
        """What can go on by now."""
        data = self._rest + data
        spans, held = self._known.find(data)
        self._rest = data[held:]
        return self._sift(_marked(data[:held], spans))

    def finish(self) -> bytes:
        """What was held back: nothing follows any more that could make a secret of it."""
        rest, self.rest = self.rest, b""
        return self._known.whole(rest)

    def _sift(self, data: bytes) -> bytes:
        data = self._sifted + data
        spans, held = self._known.find_unseen(data)
        if len(data) - held > self._known.longest + MOST:
            held = len(data)
        self._sifted = data[held:]
        return _marked(data[:held], spans, unseen_in)  # so that colours begin and end as before


def _marked(data: bytes, spans: Iterable[Span], left: Callable[[bytes], bytes] = lambda value: b"") -> bytes:
    """Without what stands in `spans`, but for what is `left` of it."""
    said: list[bytes] = []
    at = 0
    for start, end in spans:
        said += [data[at:start], MARK, left(data[start:end])]
        at = end
    return b"".join([*said, data[at:]]) if said else data


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
