"""Sexton's own log in supervisord's form."""

import re
from pathlib import Path

import pytest

from sexton.logs.appender import Appender
from sexton.logs.files import open_append
from sexton.logs.mainlog import MainJournal
from sexton.model.log import Log
from sexton.model.supervisord import Supervisord
from tests.fakes import FakeLoop
from tests.logs.test_relay import Written


def journal(loop: FakeLoop, main: Supervisord) -> tuple[MainJournal, Written]:
    stdout = Written()
    return MainJournal(stdout, Written(), loop.clock, main), stdout


def test_a_line_has_the_time_and_the_level(loop: FakeLoop) -> None:
    made, stdout = journal(loop, Supervisord(nodaemon=True))
    made.say("warning", "two\nlines", event="x")
    assert re.fullmatch(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARN two.*lines\n", stdout.said)


@pytest.mark.parametrize(
    ("level", "words"),
    [("info", [b"INFO", b"WARN", b"ERRO"]), ("warn", [b"WARN", b"ERRO"]), ("error", [b"ERRO"]), ("critical", [])],
)
def test_what_is_below_the_level_is_left_out(loop: FakeLoop, level: str, words: list[bytes]) -> None:
    made, stdout = journal(loop, Supervisord(nodaemon=True, loglevel=level))
    for each in ("info", "warning", "error"):
        made.say(each, "said")
    assert [line.split()[2] for line in stdout.said.splitlines()] == words


@pytest.mark.parametrize("main", [Supervisord(), Supervisord(nodaemon=True, silent=True)])
def test_nothing_is_on_standard_output_in_the_background_or_when_it_is_silent(
    loop: FakeLoop, tmp_path: Path, main: Supervisord
) -> None:
    made, stdout = journal(loop, main)
    path = str(tmp_path / "main.log")
    made.file = Appender(path, open_append(path)[0], Log(file=path)).use()
    made.say("info", "said")
    made.file.leave()
    assert stdout.said == b""
    assert Path(path).read_text().endswith(" INFO said\n")
