"""A mail by MAILTO is one as cron sends them: its subject, the command, and all of the output."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sexton.mail.compose import Letter
from sexton.mail.plain import plain
from sexton.model.notice_words import SUBJECT, TAIL
from sexton.sinks import mailto
from sexton.sinks.mail import letter_of
from tests.sinks.orders import order

NOW = datetime(2026, 3, 2, 7, 3, 3, tzinfo=UTC)


def letter(log: Path, subject: str = SUBJECT, lines: int = TAIL, **facts: Any) -> Letter:
    given = {"to": ["a@x.org"], "mailto": True, "subject": subject, "tail": lines}
    known = {"log": str(log), "command": "run-parts /etc/cron.hourly", "user": "deploy", **facts}
    return letter_of(order("mail", given, **known), NOW)


def test_subject_command_and_output_are_as_cron_has_them(tmp_path: Path) -> None:
    (tmp_path / "run.log").write_text("one\n\n" + "line\n" * 500)
    mail = letter(tmp_path / "run.log")
    assert mail.subject == "Cron <deploy@web-1.example.com> run-parts /etc/cron.hourly"
    assert mail.content.facts[0] == ("Command", "run-parts /etc/cron.hourly")
    assert "Output:\n-------\none\n\nline\n" in plain(mail.content)
    assert plain(mail.content).count("line\n") == 500


def test_what_is_left_out_of_a_long_output_is_said(tmp_path: Path) -> None:
    (tmp_path / "run.log").write_text("".join(f"{number:05}\n" for number in range(mailto.LINES + 2)))
    (piece,) = letter(tmp_path / "run.log").content.pieces
    assert piece.heading == "Output, without the first 12 bytes of 60,012:"
    assert piece.text.startswith("00002\n")
    (tmp_path / "run.log").write_text(("x" * 999 + "\n") * 2000)
    (piece,) = letter(tmp_path / "run.log").content.pieces
    assert piece.heading == "Output, without the first 1,001,000 bytes of 2,000,000:"


def test_the_last_lines_are_there_when_the_log_is_gone(tmp_path: Path) -> None:
    (piece,) = letter(tmp_path / "none.log").content.pieces
    assert piece.text == "fetching\nno such file"


def test_each_attempt_has_its_output_and_the_last_one_the_room_first(tmp_path: Path) -> None:
    first, last = tmp_path / "run.log", tmp_path / "run-3.log"
    first.write_text("one\n")
    last.write_text("three\n")
    pieces = letter(last, earlier_logs=[str(first), None]).content.pieces
    assert [tuple(piece) for piece in pieces] == [("Output of attempt 1:", "one"), ("Output of attempt 3:", "three")]
    last.write_text("line\n" * (mailto.LINES - 1))
    first.write_text("0\n1\n2\n")
    whole, cut = reversed(letter(last, earlier_logs=[str(first), None]).content.pieces)
    assert (whole.heading, cut.heading) == (
        "Output of attempt 3:",
        "Output of attempt 1, without the first 4 bytes of 6:",
    )
    last.write_text("line\n" * mailto.LINES)
    cut, whole = letter(last, earlier_logs=[str(first), None]).content.pieces
    assert tuple(cut) == ("Output of attempt 1, without the first 6 bytes of 6:", "")


def test_an_earlier_attempt_is_there_though_the_last_was_silent(tmp_path: Path) -> None:
    (tmp_path / "run.log").write_text("one\n")
    (tmp_path / "run-2.log").write_text("")
    (piece,) = letter(tmp_path / "run-2.log", earlier_logs=[str(tmp_path / "run.log")], tail="").content.pieces
    assert piece.heading == "Output of attempt 1:"


def test_what_the_sink_says_of_subject_and_tail_counts(tmp_path: Path) -> None:
    (tmp_path / "run.log").write_text("one\nno such folder\n")
    mail = letter(tmp_path / "run.log", subject="{{ job }}!", lines=1)
    assert (mail.subject, mail.content.pieces[0].text) == ("ingest!", "no such folder")
