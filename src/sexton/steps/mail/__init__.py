"""The step `mail`: the end of a file, or of the files that were handed on, to whom it may concern.

Files are handed on as they came, and only their ends are read. Mail is sent at least once: what was accepted is
remembered in the step's folder, and a mail that went out twice all the same has one Message-ID.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from sexton.config.steps.mail import Options
from sexton.mail.attach import collect
from sexton.mail.compose import Letter, compose
from sexton.mail.smtp import Accepted, Envelope, Server, send
from sexton.model.units import SECOND
from sexton.net.deadline import Deadline
from sexton.net.errors import Misconfigured as NotAsConfigured
from sexton.net.errors import TryLater, Undelivered
from sexton.steps import durable
from sexton.steps.errors import Misconfigured, StepError, Temporary
from sexton.steps.mail.letter import content_of, sender_of, subject_of, together
from sexton.steps.mail.subject import Subject, of_file, of_manifest
from sexton.steps.manifest import Manifest
from sexton.steps.troubles import told
from sexton.steps.work import Work


def run(options: Options, work: Work) -> Manifest:
    sent = os.path.join(work.folder, "sent")
    if os.path.exists(sent):
        print("sent in an attempt before this one", flush=True)
        return work.input
    with told("mail"):
        subjects = [of_file(options.file)] if options.file else of_manifest(work.input)
    if not subjects:
        return _without(work)
    letter = letter_of(options, work, subjects)
    accepted = _send(options, letter)
    durable.write(sent, letter.message_id)
    _tell(work, letter, accepted)
    return work.input


def _without(work: Work) -> Manifest:
    """No file was handed on: for a run nothing to tell, for a person a mistake."""
    if not work.run:
        raise Misconfigured("cannot mail nothing: name a FILE, or give a manifest by --input")
    print("no mail: no file was handed on", flush=True)
    return work.input


def letter_of(options: Options, work: Work, subjects: list[Subject]) -> Letter:
    attached = collect(_files(options, subjects), options.attach_limit)
    with told("mail"):
        content = content_of(options, work, subjects)
    return Letter(
        sender=sender_of(options),
        to=together(options.to),
        cc=together(options.cc),
        reply_to=together(options.reply_to),
        subject=subject_of(options, work, subjects),
        content=content._replace(remarks=(*content.remarks, *attached.remarks)),
        id=f"{work.job or 'step'}.{work.run or os.getpid()}.{os.path.basename(work.folder)}.{_day(work)}",
        date=datetime.now(UTC).astimezone(),
        attachments=attached.files,
        with_html=options.html,
    )


def _day(work: Work) -> str:
    return work.fire_time.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")


def _files(options: Options, subjects: list[Subject]) -> list[tuple[str, str]]:
    return [(subject.path, os.path.basename(subject.name)) for subject in subjects] if options.attach else []


def _send(options: Options, letter: Letter) -> Accepted:
    envelope = Envelope(letter.sender.address, letter.recipients, compose(letter), letter.needs_utf8)
    server = Server(
        options.smtp_host,
        options.port or 0,
        options.tls,
        options.user or "",
        options.password,
        options.allow_plaintext,
        options.ca,
    )
    try:
        return send(server, envelope, Deadline(options.deadline / SECOND))
    except TryLater as error:
        raise Temporary(f"cannot send mail: {error}") from error
    except NotAsConfigured as error:
        raise Misconfigured(f"cannot send mail: {error}") from error
    except Undelivered as error:
        raise StepError(f"cannot send mail: {error}") from error


def _tell(work: Work, letter: Letter, accepted: Accepted) -> None:
    refused = accepted.refused | accepted.later
    reached = [address for address in letter.recipients if address not in refused]
    print(f"sent to {', '.join(reached)} ({accepted.answer})", flush=True)
    for address, why in refused.items():
        print(f"refused {address} ({why})", flush=True)
    work.report.count(recipients=len(reached), refused=len(refused))
