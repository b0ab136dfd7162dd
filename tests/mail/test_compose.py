"""Letters become messages that any reader takes, whatever is in them."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.core.mailbox import Mailbox, read_mailbox
from sexton.mail.compose import Attachment, Letter, compose
from sexton.mail.content import Content, Mood, Piece

NOW = datetime(2026, 3, 2, 7, 3, 3, tzinfo=UTC)
HOSTILE = st.text(st.sampled_from("a é€\U0001f600\r\n\t\0\x1b\u2028\u2029\x85\udcff=?_:<>,;\"'\\()"), max_size=60)


def letter(**changes: Any) -> Letter:
    plain = Letter(
        sender=read_mailbox("sexton@web-1.example.com"),
        to=[read_mailbox("Ops <ops@example.com>")],
        subject="ingest: failed",
        content=Content("ingest", "failed", Mood.BAD),
        id="n-17.a1b2",
        date=NOW,
    )
    return plain._replace(**changes)


def parsed(given: Letter) -> EmailMessage:
    message = message_from_bytes(compose(given), policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_a_letter_says_who_what_when_and_that_nobody_wrote_it() -> None:
    message = parsed(letter(cc=[read_mailbox("c@example.com")], reply_to=[read_mailbox("r@example.com")], thread="t"))
    assert {name: str(message[name]) for name in ("From", "To", "Cc", "Reply-To", "Subject", "Date")} == {
        "From": "sexton@web-1.example.com",
        "To": "Ops <ops@example.com>",
        "Cc": "c@example.com",
        "Reply-To": "r@example.com",
        "Subject": "ingest: failed",
        "Date": "Mon, 02 Mar 2026 07:03:03 +0000",
    }
    assert message["Message-ID"] == "<n-17.a1b2@web-1.example.com>"
    assert message["References"] == "<t@web-1.example.com>"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("text", ["8f1b.run.ingest.sexton.2026-11-22T22-10-11.042882Z" * 2, "x" * 200, "ü" * 90])
@pytest.mark.parametrize("domain", ["vm", "a-rather-long-name-of-a-host.region-1.compute.internal.example.com"])
def test_ids_stay_words_of_one_line_however_long_what_they_stand_for_is(text: str, domain: str) -> None:
    written = compose(letter(id=text, thread=text, sender=read_mailbox(f"sexton@{domain}"))).decode("ascii")

    assert re.search(r"^Message-ID: <[A-Za-z0-9._-]+@[a-z.-]+>\r\n", written, re.MULTILINE)
    assert re.search(r"^References: <[A-Za-z0-9._-]+@[a-z.-]+>\r\n", written, re.MULTILINE)


def test_text_comes_before_html_and_attachments_after_both() -> None:
    message = parsed(letter(attachments=[Attachment("a.log", b"one\n"), Attachment("b.bin", b"\0\xff")]))
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/plain", "application/octet-stream"]
    assert [part.get_content() for part in message.iter_attachments()] == ["one\n", b"\0\xff"]


def test_there_is_no_html_when_none_is_wanted() -> None:
    assert parsed(letter(with_html=False)).get_content_type() == "text/plain"


def test_nobody_in_bcc_is_named_but_gets_it() -> None:
    given = letter(bcc=[read_mailbox("secret@example.com")])
    assert b"secret" not in compose(given)
    assert given.recipients == ["ops@example.com", "secret@example.com"]


def test_each_address_gets_it_once() -> None:
    twice = [read_mailbox("a@example.com"), read_mailbox("A Person <a@example.com>")]
    assert letter(to=twice, cc=twice).recipients == ["a@example.com"]


@pytest.mark.parametrize("subject", ["x\r\nBcc: all@example.com", "x\u2028Bcc: y", "x\0y", "\x1b]0;t\x07x", "\udcff"])
def test_a_subject_stays_one_header(subject: str) -> None:
    message = parsed(letter(subject=subject))
    assert message["Bcc"] is None
    assert str(message["Subject"]).isprintable()


def test_a_subject_of_10_kilobytes_is_cut() -> None:
    subject = str(parsed(letter(subject="é" * 10_000))["Subject"])
    assert len(subject) == 200
    assert subject.endswith("é…")


def test_an_address_beyond_ascii_needs_a_server_that_can() -> None:
    given = letter(to=[read_mailbox("jörg@exämple.com")])
    assert given.needs_utf8
    assert "jörg@xn--exmple-cua.com".encode() in compose(given)
    assert not letter().needs_utf8


@given(subject=HOSTILE, name=HOSTILE, fact=HOSTILE, log=HOSTILE, file=HOSTILE, id=HOSTILE)
def test_no_text_makes_another_header_or_a_line_that_is_too_long(
    subject: str, name: str, fact: str, log: str, file: str, id: str
) -> None:
    from sexton.mail.tail import last_lines
    from sexton.wire.clean import one_line

    line, lines = one_line(fact, 99), last_lines(log, 9, 999)
    content = Content(line, facts=(("Why", line),), pieces=(Piece("Log", lines),))
    given = letter(
        subject=subject,
        to=[Mailbox(name, "ops", "example.com")],
        content=content,
        id=id,
        headers=[("X-Sexton-Job", fact)],
        attachments=[Attachment(file, log.encode("utf-8", "replace"))],
    )
    raw = compose(given)
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    names = {line.partition(":")[0] for line in head.split("\r\n") if line[:1] not in " \t"}
    assert names <= {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Sexton-Job",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert all(len(line) <= 998 and b"\0" not in line for line in raw.split(b"\r\n"))
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
