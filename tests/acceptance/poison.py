"""Files that somebody's feed should never have: what each is called, what is in it, and what has to become of it.

FLAGGED: no row of it is loaded, and each has its reason. LOADED: harmless after all, all of it is loaded and delivered.
REFUSED: not even fetched, and named with its reason. PASSED: a hidden file is none of the feed's.
"""

import gzip
import os
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

HEADER = b"date,precipitation,temp_max,temp_min,wind,weather\n"
NUMBERS = b"0.5,12.5,3.25,4.7,"
GOOD = NUMBERS + b"drizzle\n"
YEAR = 1700  # of what may be loaded; a day each


class Fate(StrEnum):
    FLAGGED = "flagged"
    LOADED = "loaded"
    REFUSED = "refused"
    PASSED = "passed"


class Poison(NamedTuple):
    name: bytes
    content: bytes
    fate: Fate = Fate.FLAGGED


def _rows(*rows: bytes) -> bytes:
    return HEADER + b"".join(row + b"\n" for row in rows)


def _weather(value: bytes) -> bytes:
    return _rows(b"1999/01/01," + NUMBERS + value)


def _day(value: bytes) -> bytes:
    return _rows(value + b"," + GOOD.rstrip())


_CONTENTS: dict[bytes, bytes] = {
    b"binary.csv": os.urandom(4096) + b"\0\n",
    b"gzip-bomb.csv": gzip.compress(bytes(50_000_000)),
    b"zip.csv": b"PK\x03\x04" + bytes(200),
    b"nul.csv": _weather(b"dri\0zzle"),
    b"all-nul.csv": bytes(100_000),
    b"end-of-copy.csv": _rows(b"\\.", b"\\."),
    b"end-of-copy-in-a-value.csv": _weather(b"\\."),
    b"null-of-copy.csv": _weather(b"\\N"),
    b"long-line.csv": HEADER + b"x" * 30_000_000,
    b"long-value.csv": _weather(b"y" * 3_000_000),
    b"wide.csv": b",".join(b"c%d" % number for number in range(50_000)) + b"\n" + b"1," * 50_000 + b"\n",
    b"commas.csv": _rows(b"," * 100_000),
    b"quotes.csv": _rows(b'"' * 99_999),
    b"open-quote.csv": _rows(b'"1999/01/01,' + GOOD.rstrip()),
    b"two-lines.csv": _weather(b'"drizzle\nrain"'),
    b"injection.csv": _weather(b"'); DROP TABLE weather; --"),
    b"formula.csv": _weather(b"=cmd|' /C calc'!A0"),
    b"escape.csv": _weather(b"\x1b]0;owned\x07"),
    b"right-to-left.csv": _weather("\u202edrizzle".encode()),
    b"latin-1.csv": _weather("brûme".encode("latin-1")),
    b"overlong.csv": _weather(b"\xc0\xafdrizzle"),
    b"surrogate.csv": _weather(b"\xed\xa0\x80"),
    b"html.csv": b"<html><body>503 Service Unavailable</body></html>\n",
    b"json.csv": b'{"date": "1999/01/01"}\n',
    b"semicolons.csv": HEADER.replace(b",", b";") + b"1999/01/01;" + GOOD.replace(b",", b";"),
    b"twice.csv": b"date,date,date,date,date,date\n",
    b"other-case.csv": HEADER.upper() + b"1999/01/01," + GOOD,
    b"no-such-day.csv": _day(b"1999/02/29"),
    b"year-0.csv": _day(b"0000/01/01"),
    b"year-10000.csv": _day(b"10000/01/01"),
    b"arabic-digits.csv": _rows("1999/01/01,٣,12.5,3.25,4.7,drizzle".encode()),
    b"infinity.csv": _rows(b"1999/01/01,0.5,Infinity,3.25,4.7,drizzle"),
    b"huge-exponent.csv": _rows(b"1999/01/01,1e999999999,12.5,3.25,4.7,drizzle"),
    b"many-digits.csv": _rows(b"1999/01/01," + b"9" * 200_000 + b",12.5,3.25,4.7,drizzle"),
}

# Names that mean something to a shell, to strftime(3), or to a program that takes them for options.
_NAMES = (b"-rf.csv", b"$(touch owned).csv", b"; reboot .csv", b"%Y-%n.csv", b"'.csv")
_UNFIT = (b"new\nline.csv", b"\x1b[2J.csv", b"\xff\xfe.csv", "\u202e.csv".encode())
_HIDDEN = (b".hidden.csv", b"..csv..csv")
_BAD_DAY = HEADER + b"1999/01/01," + GOOD


def poisons() -> list[Poison]:
    flagged = [Poison(name, content) for name, content in _CONTENTS.items()]
    harmless = [
        Poison(name, HEADER + b"%d/01/%02d," % (YEAR, day) + GOOD, Fate.LOADED) for day, name in enumerate(_NAMES, 1)
    ]
    unfit = [Poison(name, _BAD_DAY, Fate.REFUSED) for name in _UNFIT]
    return [*flagged, *harmless, *unfit, *(Poison(name, _BAD_DAY, Fate.PASSED) for name in _HIDDEN)]


def names(*fates: Fate) -> list[str]:
    return sorted(os.fsdecode(poison.name) for poison in poisons() if poison.fate in fates)


def lay_out(feed: Path, outside: Path) -> None:
    """All of them, whole since long, and what is no regular file at all."""
    for poison in poisons():
        path = os.path.join(os.fsencode(feed), poison.name)
        with open(path, "wb") as file:
            file.write(poison.content)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    outside.write_bytes(_BAD_DAY)
    (feed / "link.csv").symlink_to(outside)
    (feed / "folder.csv").mkdir()
    (feed / "folder.csv" / "inner.csv").write_bytes(_BAD_DAY)
    os.mkfifo(feed / "pipe.csv")
