"""How children's lines and our own look on standard output and standard error."""

import json
import os
from collections.abc import Iterator

import pytest

from sexton.logs.outlet import LIMIT, Outlet
from sexton.logs.relay import Journal, Relay, Stream
from sexton.model.log import Relay as Mode
from sexton.wire.lines import MAX_LINE
from tests.fakes import WALL, FakeLoop


class Written(Outlet):
    """An outlet that keeps what it is given."""

    def __init__(self, terminal: bool = False) -> None:
        self.dropped = 0
        self.terminal = terminal
        self.said = b""

    def put(self, data: bytes) -> None:
        self.said += data


def stream(out: Outlet, mode: Mode, job: str = "mail") -> Stream:
    made = Relay(out, FakeLoop().clock, mode, 8).stream(job, {"job": job, "run": "run-7"})
    assert made is not None
    return made


def test_lines_carry_the_name_of_their_job_when_prefixed() -> None:
    out = Written()
    stream(out, Mode.PREFIX).feed(b"one\ntwo\r\n")
    assert out.said == b"mail     | one\nmail     | two\n"


def test_lines_are_left_as_they_are_when_raw() -> None:
    out = Written()
    stream(out, Mode.RAW).feed(b"\xff one\ntwo\n")
    assert out.said == b"\xff one\ntwo\n"


def test_each_line_is_an_object_when_json() -> None:
    out = Written()
    stream(out, Mode.JSON).feed(b'say "hi"\n\xff\n')
    assert [json.loads(line) for line in out.said.splitlines()] == [
        {"time": "2026-11-22T08:00:00Z", "job": "mail", "run": "run-7", "line": text} for text in ('say "hi"', "\ufffd")
    ]


def test_nothing_is_relayed_when_off() -> None:
    assert Relay(Written(), FakeLoop().clock, Mode.OFF, 8).stream("mail", {}) is None


def test_the_mode_of_a_process_counts_more_than_the_plans() -> None:
    out = Written()
    relay = Relay(out, FakeLoop().clock, Mode.OFF, 8)
    loud, quiet = relay.stream("loud", {}, Mode.RAW), relay.stream("quiet", {})
    assert quiet is None
    assert loud is not None
    loud.feed(b"one\n\n")
    assert out.said == b"one\n\n"


def test_a_flood_of_bare_line_feeds_is_dressed_whole() -> None:
    out = Written()
    assert stream(out, Mode.JSON).feed(b"\n" * 65_536) == 65_536
    assert out.said.count(b'"line": ""}\n') == 65_536


def test_a_partial_line_waits_for_its_end_so_that_two_jobs_do_not_mix() -> None:
    out = Written()
    relay = Relay(out, FakeLoop().clock, Mode.PREFIX, 1)
    a, b = relay.stream("a", {}), relay.stream("b", {})
    assert a is not None
    assert b is not None
    a.feed(b"half ")
    b.feed(b"other\n")
    a.feed(b"a line\n")
    assert out.said == b"b | other\na | half a line\n"


def test_the_last_line_is_relayed_when_its_end_never_comes() -> None:
    out = Written()
    one = stream(out, Mode.PREFIX)
    one.feed(b"no end")
    assert out.said == b""
    one.finish()
    one.finish()
    assert out.said == b"mail     | no end\n"


@pytest.mark.parametrize("chunk", [1000, MAX_LINE, 65_536, 1_000_000])
def test_a_line_of_a_megabyte_comes_in_pieces_each_with_its_name(chunk: int) -> None:
    out = Written()
    one = stream(out, Mode.PREFIX)
    data = b"x" * 1_000_000 + b"\n"
    for start in range(0, len(data), chunk):
        one.feed(data[start : start + chunk])
    pieces = [line.removeprefix(b"mail     | ") for line in out.said.splitlines()]
    assert [len(piece) for piece in pieces] == [MAX_LINE] * 61 + [1_000_000 - 61 * MAX_LINE]


@pytest.fixture
def stuck() -> Iterator[tuple[FakeLoop, Outlet, int]]:
    """An outlet on a pipe that nobody reads."""
    loop = FakeLoop()
    reader, writer = os.pipe()
    outlet = Outlet(loop, writer)
    os.close(writer)
    yield loop, outlet, reader
    os.close(outlet._fd)
    os.close(reader)


def test_a_flood_is_dropped_in_whole_lines_and_counted_when_nobody_reads(stuck: tuple[FakeLoop, Outlet, int]) -> None:
    loop, outlet, reader = stuck
    one = stream(outlet, Mode.JSON)
    for number in range(3):
        one.feed(b"%d\n" % number * 10_000)
    assert outlet.dropped > LIMIT // 2
    os.set_blocking(reader, False)
    said = b""
    while loop.watches:
        said += os.read(reader, 1 << 20)
        loop.turn()
    said += os.read(reader, 1 << 20)
    assert said.endswith(b"\n")
    assert {json.loads(line)["job"] for line in said.splitlines()} == {"mail"}


def journal(out: Outlet, log_format: str = "text") -> Journal:
    return Journal(out, FakeLoop().clock, log_format, 8)


EVIL = "name\n2026-11-22T08:00:00Z sexton: forged\r\x1b[2K\u2028\u0085\x00\udcff end"


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("terminal", [False, True])
def test_a_message_is_one_line_whatever_its_text(log_format: str, terminal: bool) -> None:
    out = Written(terminal)
    journal(out, log_format).say("error", EVIL, job=EVIL)
    assert out.said.endswith(b"\n")
    text = out.said[:-1].decode()
    assert text.splitlines() == [text]
    assert text.isprintable()


def test_a_message_has_time_and_level_when_no_person_watches() -> None:
    loop, out = FakeLoop(), Written()
    loop.clock.wall = WALL + 999_999
    log = Journal(out, loop.clock, "text", 8)
    log.say("info", "started", job="mail")
    log.say("warning", "late")
    assert out.said == b"2026-11-22T08:00:00Z sexton: started\n2026-11-22T08:00:00Z sexton: warning: late\n"


def test_a_message_stands_in_line_with_the_jobs_output_on_a_terminal() -> None:
    out = Written(terminal=True)
    journal(out).say("info", "started")
    journal(out).say("error", "no room")
    assert out.said == b"sexton   | started\nsexton   | error: no room\n"


def test_a_message_and_its_fields_are_an_object_in_json() -> None:
    out = Written()
    journal(out, "json").say("error", EVIL, job="mail", run=7)
    said = {"time": "2026-11-22T08:00:00Z", "level": "error", "message": EVIL, "job": "mail", "run": 7}
    assert json.loads(out.said) == said
