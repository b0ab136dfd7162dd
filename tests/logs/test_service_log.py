"""The log of a service: one file over restarts, shared, rotated by size and by time."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.logs.keeper import LogKeeper
from sexton.logs.pump import RunLog
from sexton.logs.relay import Journal, Relay
from sexton.model.log import Log
from sexton.model.log import Relay as Mode
from sexton.model.units import DAY, HOUR
from tests.fakes import WALL, FakeLoop
from tests.logs.test_relay import Written


class Served:
    """A keeper, and processes of services that speak through pipes."""

    def __init__(self, loop: FakeLoop, folder: Path, mode: Mode = Mode.PREFIX) -> None:
        self.loop = loop
        self.folder = folder
        self.stdout, self.stderr = Written(), Written()
        relay, journal = Relay(self.stdout, loop.clock, mode, 8), Journal(self.stderr, loop.clock, "text", 8)
        self.keeper = LogKeeper(loop, str(folder), relay, journal, "Europe/Berlin")
        self.writers: list[int] = []

    def pipe(self) -> int:
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        self.writers.append(writer)
        return reader

    def start(self, name: str = "web", log: Log | None = None) -> RunLog:
        log = log or Log()
        return self.keeper.open_service(name, log, self.pipe(), self.pipe() if log.stderr else None)

    def say(self, data: bytes, which: int = -1) -> None:
        os.write(self.writers[which], data)
        self.loop.turn()

    def end(self) -> None:
        """All processes are gone."""
        while self.writers:
            os.close(self.writers.pop())
        while self.loop.watches:
            self.loop.turn()

    def held(self, folder: str = "services") -> dict[str, str]:
        return {file.name: file.read_text() for file in sorted((self.folder / folder).iterdir())}


@pytest.fixture
def served(loop: FakeLoop, tmp_path: Path) -> Iterator[Served]:
    made = Served(loop, tmp_path)
    yield made
    made.end()


def test_one_file_goes_on_over_restarts_of_the_service(served: Served) -> None:
    for word in (b"first\n", b"second\n"):
        log = served.start()
        served.say(word)
        log.finish()
        served.end()
        assert log.path == f"{served.folder}/services/web.log"
    assert served.held() == {"web.log": "first\nsecond\n"}


def test_what_an_earlier_process_left_writes_into_the_same_file_through_a_rotation(served: Served) -> None:
    rotating = Log(max_size=20)
    served.start(log=rotating)
    served.start(log=rotating)
    for which, word in ((0, b"of the old one\n"), (1, b"of the new one\n"), (0, b"old\n"), (1, b"again\n")):
        served.say(word, which)
    assert served.held() == {
        "web.log": "again\n",
        "web.log.1": "of the new one\nold\n",
        "web.log.2": "of the old one\n",
    }


def test_the_tail_and_the_listeners_go_on_across_a_rotation(served: Served) -> None:
    log = served.start(log=Log(max_size=10))
    heard: list[int] = []
    log.on_growth(lambda: heard.append(log.size))
    for word in (b"line 1\n", b"line 2\n", b"line 3\n"):
        served.say(word)
    assert log.tail() == "line 1\nline 2\nline 3"
    assert heard == [7, 14, 21]
    assert served.held()["web.log"] == "line 3\n"


def test_old_rotations_of_a_service_go_as_planned_and_are_no_loss(served: Served) -> None:
    log = served.start(log=Log(max_size=10, keep=1))
    for number in range(5):
        served.say(b"line %d\n" % number)
    assert served.held() == {"web.log": "line 4\n", "web.log.1": "line 3\n"}
    assert log.lost == 0


def test_what_rotation_sheds_of_a_run_is_counted_as_lost(served: Served) -> None:
    log = served.keeper.open("mail", "run-7", served.pipe(), Log(max_size=10, keep=1))
    for number in range(5):
        served.say(b"line %d\n" % number)
    assert served.held("jobs/mail") == {"run-7.log": "line 4\n", "run-7.log.1": "line 3\n"}
    assert (log.size, log.lost) == (35, 21)


def test_standard_error_has_a_file_of_its_own_when_it_is_wanted(served: Served) -> None:
    errors = str(served.folder / "errors" / "web.err")
    log = served.start(log=Log(stderr=errors))
    os.write(served.writers[0], b"out\n")
    os.write(served.writers[1], b"err\n")
    log.finish()
    assert served.held() == {"web.log": "out\n"}
    assert Path(errors).read_text() == "err\n"
    assert sorted(served.stdout.said.splitlines()) == [b"web      | err", b"web      | out"]


def test_the_file_may_be_elsewhere_and_the_relay_its_own(served: Served) -> None:
    elsewhere = str(served.folder / "elsewhere.txt")
    served.start(log=Log(file=elsewhere, relay=Mode.JSON))
    served.start("quiet", Log(relay=Mode.OFF))
    served.say(b"hello\n", 0)
    served.say(b"silent\n", 1)
    assert Path(elsewhere).read_text() == "hello\n"
    assert json.loads(served.stdout.said) == {"time": "2026-11-22T08:00:00Z", "service": "web", "line": "hello"}


def test_the_loss_is_said_when_the_place_is_no_regular_file(served: Served) -> None:
    os.mkfifo(served.folder / "pipe")
    log = served.start(log=Log(file=str(served.folder / "pipe")))
    served.say(b"hello\n")
    assert (log.size, log.lost) == (0, 6)
    assert b"error: cannot open the log of web" in served.stderr.said


def test_it_begins_anew_at_midnight_of_the_plans_zone(served: Served) -> None:
    served.start(log=Log(every=DAY))
    served.say(b"sunday\n")
    served.loop.advance(15 * HOUR - 1)  # WALL is 09:00 in Berlin
    assert served.held() == {"web.log": "sunday\n"}
    served.loop.advance(1)
    assert served.held() == {"web.log": "", "web.log.1": "sunday\n"}
    served.loop.advance(DAY)  # nothing was said: nothing to put aside
    assert served.held() == {"web.log": "", "web.log.1": "sunday\n"}


def test_a_midnight_that_went_by_while_nobody_ran_is_made_good_at_the_start(served: Served) -> None:
    path = served.folder / "services" / "web.log"
    path.parent.mkdir()
    path.write_text("yesterday\n")
    os.utime(path, ns=((WALL - 10 * HOUR) * 1000, (WALL - 10 * HOUR) * 1000))
    served.start(log=Log(every=DAY))
    assert served.held() == {"web.log": "", "web.log.1": "yesterday\n"}


def test_no_timer_is_left_when_the_service_has_ended(served: Served) -> None:
    served.start(log=Log(every=DAY))
    served.say(b"hello\n")
    served.end()
    served.loop.advance(2 * DAY)
    assert served.held() == {"web.log": "hello\n"}


def test_rotations_are_compressed_when_that_is_wanted(served: Served) -> None:
    served.start(log=Log(max_size=10, compress=True))
    served.say(b"line 1\n")
    served.say(b"line 2\n")
    for thread in threading.enumerate():
        if thread.name == "sexton-gzip":
            thread.join()
    served.loop.settle()
    assert sorted(os.listdir(served.folder / "services")) == ["web.log", "web.log.1.gz"]


def test_output_goes_on_as_it_comes_when_its_file_is_our_own_output(served: Served) -> None:
    served.keeper._relay._mode = Mode.OFF
    log = served.start(log=Log(file="/dev/stdout", stderr="/dev/stderr"))
    served.say(b"no line", which=0)
    served.say(b"trouble\n", which=1)
    assert (served.stdout.said, served.stderr.said) == (b"no line", b"trouble\n")
    assert (log.size, log.lost) == (7, 0)


def test_nothing_is_kept_when_the_file_is_dev_null(served: Served) -> None:
    log = served.start(log=Log(file="/dev/null"))
    served.say(b"gone\n")
    assert (log.size, log.lost, list(served.folder.iterdir())) == (5, 0, [])


def test_standard_error_rotates_by_its_own_limits(served: Served, tmp_path: Path) -> None:
    errors = str(tmp_path / "services" / "web.err")
    served.start(log=Log(stderr=errors, errors=Log(max_size=1000, keep=1)))
    for _ in range(3):
        served.say(b"x" * 600 + b"\n", which=1)
        served.say(b"y" * 600 + b"\n", which=0)
    assert {name: len(held) for name, held in served.held().items()} == {
        "web.err": 601,
        "web.err.1": 601,
        "web.log": 1803,
    }
