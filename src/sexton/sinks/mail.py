"""A notice → a mail, handed to the sink's SMTP server.

The mail's Message-ID comes of the delivery's id, so whoever gets it twice can see that it is the same. Options are
those of config/sinks/mail.py.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sexton.core.fill import fill
from sexton.core.mailbox import Mailbox, read_mailboxes
from sexton.mail.attach import collect
from sexton.mail.compose import Letter, compose
from sexton.mail.content import Content, Piece
from sexton.mail.smtp import Accepted, Envelope, Server, TooLarge, send
from sexton.mail.tail import LIMIT
from sexton.model.notice_words import SUBJECT, TAIL
from sexton.net.deadline import Deadline
from sexton.net.errors import Misconfigured, Undelivered
from sexton.sinks import digest, mailto
from sexton.sinks import notice as says
from sexton.sinks.log import end_of_log
from sexton.sinks.order import Order

_MOST_ITEMS = 200


def deliver(order: Order) -> Mapping[str, Any]:
    deadline = Deadline(order.deadline)
    letter = letter_of(order, datetime.now(UTC).astimezone())
    if not letter.recipients:
        raise Undelivered("there is nobody to send it to; name somebody in `to`")
    if not _whom(order, letter):
        return {}  # the others have had it
    try:
        accepted = _send(order, letter, deadline)
    except TooLarge:
        if not letter.attachments:
            raise
        accepted = _send(order, _without_attachments(letter), deadline)
    missed = {"refused": accepted.refused, "later": accepted.later}
    told = {key: addresses for key, addresses in missed.items() if addresses}
    note = {"note": f"it went to {', '.join(letter.recipients)}"} if says.is_test(order.notice) else {}
    return {"message_id": letter.message_id, "answer": accepted.answer, **told, **note}


def _whom(order: Order, letter: Letter) -> list[str]:
    """All recipients; when some have had it, those who have not, unless the plan names them no more."""
    only = order.options.get("only")
    return letter.recipients if not only else [address for address in letter.recipients if address in only]


def _send(order: Order, letter: Letter, deadline: Deadline) -> Accepted:
    envelope = Envelope(letter.sender.address, _whom(order, letter), compose(letter), letter.needs_utf8)
    return send(_server(order.options), envelope, deadline)


def _without_attachments(letter: Letter) -> Letter:
    """What is left when the server takes no mail of that size: nobody's notice is lost for its attachments."""
    named = ", ".join(attachment.name for attachment in letter.attachments)
    remark = f"Not attached, because the mail server takes nothing so large: {named}."
    content = letter.content._replace(remarks=(*letter.content.remarks, remark))
    return letter._replace(attachments=(), content=content)


def letter_of(order: Order, now: datetime) -> Letter:
    options, notice = order.options, order.notice
    words = says.words(notice, order.sink)
    attached = collect(_files(options, notice), int(options.get("attach_limit", 0)))
    return Letter(
        sender=_sender(options, notice),
        to=_mailboxes(options, "to"),
        cc=_mailboxes(options, "cc"),
        bcc=_mailboxes(options, "bcc"),
        reply_to=_mailboxes(options, "reply_to"),
        subject=_subject(options, notice, words),
        content=content_of(order, words)._replace(remarks=tuple(attached.remarks)),
        id=order.id,
        thread=_thread(notice),
        date=now,
        headers=[
            (f"X-Sexton-{name.title()}", words[name]) for name in ("job", "outcome", "run", "sink") if words[name]
        ],
        attachments=attached.files,
        with_html=bool(options.get("html", True)),
    )


def content_of(order: Order, words: Mapping[str, str]) -> Content:
    options, notice = order.options, order.notice
    return Content(
        title=words["name"],
        badge=says.outcome(notice),
        mood=says.mood(notice),
        intro=fill(str(options.get("body") or ("" if _is_of_one(notice) else "{{ title }}")), words),
        facts=(*([("Command", mailto.command(notice))] if options.get("mailto") else []), *says.facts(notice)),
        pieces=tuple(_pieces(notice, options)),
        footer=f"Sexton {words['version']} on {words['host']}, sink {order.sink}".replace("  ", " "),
    )


def _pieces(notice: Mapping[str, Any], options: Mapping[str, Any]) -> list[Piece]:
    lines = int(options.get("tail", 0))
    if options.get("mailto") and lines == TAIL:
        return mailto.output(notice)
    pieces = []
    if told := digest.lines(notice, _MOST_ITEMS, LIMIT):
        pieces.append(Piece("What happened", "\n".join(told)))
    if lines and (tail := end_of_log(notice, lines, LIMIT)):
        count = tail.count("\n") + 1
        pieces.append(Piece(f"Last {count} lines of the log:" if count > 1 else "Last line of the log:", tail))
    return pieces


def _subject(options: Mapping[str, Any], notice: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """What is about no job and no service has a title that says more than `sexton: health` would."""
    template = str(options.get("subject") or SUBJECT)
    if options.get("mailto") and template == SUBJECT:
        return mailto.subject(notice)
    if template != SUBJECT or _is_of_one(notice):
        return fill(template, words)
    whose = "" if words["title"].lower().startswith("sexton ") else "sexton: "
    return f"{whose}{words['title']}"


def _is_of_one(notice: Mapping[str, Any]) -> bool:
    """Whether it is about a job or a service, whose name and outcome say what there is to say."""
    return bool(notice.get("job") or notice.get("service"))


def _sender(options: Mapping[str, Any], notice: Mapping[str, Any]) -> Mailbox:
    if options.get("from"):
        return _read(str(options["from"]), "from")[0]
    host = str(notice.get("host") or os.uname().nodename)
    try:
        return read_mailboxes(f"sexton@{host}")[0]
    except ValueError:
        raise Misconfigured(f"this machine's name, {host}, makes no address to send from; set `from`") from None


def _mailboxes(options: Mapping[str, Any], key: str) -> list[Mailbox]:
    given = options.get(key) or ()
    texts = [given] if isinstance(given, str) else given
    return [mailbox for text in texts for mailbox in _read(str(text), key)]


def _read(text: str, key: str) -> list[Mailbox]:
    try:
        return read_mailboxes(text)
    except ValueError as error:
        raise Misconfigured(f"{key}: {error}") from None


def _thread(notice: Mapping[str, Any]) -> str:
    """Mails about one incident, its end included, hang together in the readers that show threads."""
    if not notice.get("since"):
        return ""
    return ".".join(str(notice.get(key) or "sexton") for key in ("instance", "kind", "job", "service", "since"))


def _files(options: Mapping[str, Any], notice: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What `attach` names, each with the name that it gets: `log` is the run's own, of each attempt."""
    given = options.get("attach") or ()
    paths = [given] if isinstance(given, str) else list(given)
    return [found for path in paths for found in (_logs(notice) if path == "log" else [(path, os.path.basename(path))])]


def _logs(notice: Mapping[str, Any]) -> list[tuple[str, str]]:
    """That of the last attempt first, which has the room before the others."""
    found = says.logs(notice)
    numbered = len(found) > 1
    about = says.about(notice)
    return [(path, f"{about}-{attempt}.log" if numbered else f"{about}.log") for attempt, path in reversed(found)]


def _server(options: Mapping[str, Any]) -> Server:
    known = {name: options[name] for name in Server._fields if options.get(name) is not None}
    return Server(**known)
