"""What the mail of a step says: which files, their ends, and where it comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from sexton.config.steps.mail import Options
from sexton.core.fill import fill
from sexton.core.mailbox import Mailbox, read_mailbox, read_mailboxes
from sexton.mail.content import Content, Piece
from sexton.mail.tail import LIMIT
from sexton.steps.mail.subject import Subject, tail_of
from sexton.steps.work import Work
from sexton.wire.clean import one_line

_SHOWN = 5  # files whose ends are shown
_LISTED = 200
_LONGEST = 500  # characters of a fact


def content_of(options: Options, work: Work, subjects: Sequence[Subject]) -> Content:
    """Raises OSError when a file cannot be read."""
    left = len(subjects) - _SHOWN
    remarks = [f"The ends of {left} more files are not shown."] if left > 0 and options.max_lines else []
    return Content(
        title=one_line(_named(subjects), _LONGEST),
        intro=fill(options.body, _words(work, subjects)),
        facts=tuple((label, one_line(value, _LONGEST)) for label, value in _facts(work, subjects) if value),
        pieces=tuple(_pieces(options, subjects)),
        remarks=tuple(remarks),
        footer=f"Sexton on {os.uname().nodename}",
    )


def subject_of(options: Options, work: Work, subjects: Sequence[Subject]) -> str:
    return fill(options.subject, _words(work, subjects))


def sender_of(options: Options) -> Mailbox:
    return read_mailbox(options.from_ or f"sexton@{os.uname().nodename}")


def together(texts: Sequence[str]) -> list[Mailbox]:
    return [mailbox for text in texts for mailbox in read_mailboxes(text)]


def _words(work: Work, subjects: Sequence[Subject]) -> dict[str, str]:
    return {"job": work.job or "sexton", "run": work.run, "file": _named(subjects), "host": os.uname().nodename}


def _named(subjects: Sequence[Subject]) -> str:
    return subjects[0].name if len(subjects) == 1 else f"{len(subjects) or 'no'} files"


def _facts(work: Work, subjects: Sequence[Subject]) -> Iterator[tuple[str, str]]:
    yield "Job", work.job
    yield "Run", work.run
    yield "Fire time", f"{work.fire_time:%a %Y-%m-%d %H:%M:%S %z}" if work.run else ""
    if len(subjects) == 1:
        yield "File", subjects[0].path
        yield "Size", f"{subjects[0].size:,} bytes"
        yield "Rows", "" if subjects[0].rows is None else f"{subjects[0].rows:,}"
    yield "Host", os.uname().nodename


def _pieces(options: Options, subjects: Sequence[Subject]) -> Iterator[Piece]:
    if len(subjects) > 1:
        yield Piece("Files:", "\n".join(_listed(subjects)))
    room = LIMIT
    for subject in subjects[:_SHOWN] if options.max_lines else ():
        name = "file" if len(subjects) == 1 else one_line(subject.name, _LONGEST)
        tail = tail_of(subject, options.max_lines, room)
        if tail is None:
            yield Piece(f"{name[0].upper()}{name[1:]} is no text:", "not shown")
        elif tail.whole:
            yield Piece(f"All of {name}:", tail.text or "(empty)")
        else:
            yield Piece(f"Last {tail.lines} lines of {name}:" if tail.lines > 1 else f"Last line of {name}:", tail.text)
        room -= len(tail.text) if tail else 0


def _listed(subjects: Sequence[Subject]) -> Iterator[str]:
    for subject in subjects[:_LISTED]:
        rows = "" if subject.rows is None else f", {subject.rows:,} rows"
        yield f"{one_line(subject.name, _LONGEST)}  {subject.size:,} bytes{rows}"
    if len(subjects) > _LISTED:
        yield f"and {len(subjects) - _LISTED} more"
