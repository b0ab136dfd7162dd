"""A notice becomes a mail, in a child of its own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sexton.net.errors import Misconfigured
from sexton.sinks.mail import letter_of
from tests.servers.smtp import Mail, MailServer
from tests.sinks.orders import carry_out, order

NOW = datetime(2026, 3, 2, 7, 3, 3, tzinfo=UTC)


def sent(options: dict[str, Any], **facts: Any) -> Mail:
    with MailServer() as server:
        where = {"host": "127.0.0.1", "port": server.port, "tls": "none"}
        ended = carry_out(order("mail", {"to": ["ops@example.com"], "tail": 300, **where, **options}, **facts))
        assert (ended.code, ended.said) == (0, "")
        return server.mail()


def test_a_mail_tells_of_the_run_and_has_the_end_of_its_log() -> None:
    mail = sent({})
    assert mail.recipients == ["ops@example.com"]
    assert mail.sender == "sexton@web-1.example.com"
    assert mail.message["Subject"] == "ingest: failed"
    assert mail.message["X-Sexton-Run"] == "4711"
    for part in ("plain", "html"):
        text = mail.part(part)
        assert "Mon 2026-03-02 08:03:02 +01:00" in text
        assert "fetching\nno such file" in text.replace("\r\n", "\n")
        assert "Last 2 lines of the log:" in text


def test_a_second_delivery_can_be_recognised() -> None:
    first, second = sent({}), sent({})
    assert first.message["Message-ID"] == second.message["Message-ID"] == "<n-17@web-1.example.com>"


def test_a_recovery_is_in_the_thread_of_its_failure() -> None:
    failure, recovery = sent({}), sent({}, outcome="recovered", title="ingest recovered", ended="2026-03-02T09:00:00Z")
    assert failure.message["References"] == recovery.message["References"]
    assert recovery.message["Subject"] == "ingest: recovered"


def test_subject_and_body_are_as_the_plan_has_them() -> None:
    mail = sent(
        {"subject": "[{{ sink }}] {{ job }} {{ exit_code }}", "body": "See the runbook of {{ job }}.", "tail": 0}
    )
    assert mail.message["Subject"] == "[ops] ingest 3"
    assert "See the runbook of ingest." in mail.part("plain")
    assert "of the log" not in mail.part("plain")


def test_what_is_about_no_job_has_its_title_for_a_subject() -> None:
    mail = sent({"subject": "{{ job }}: {{ outcome }}"}, kind="health", job=None, title="health: disk full")
    assert mail.message["Subject"] == "sexton: health: disk full"


def test_a_title_that_begins_with_sexton_is_not_given_that_name_twice() -> None:
    given = order("mail", {"to": ["a@x.org"]}, kind="health", job=None, title="Sexton is not well: disk full")
    assert letter_of(given, NOW).subject == "Sexton is not well: disk full"


def test_a_machine_whose_name_makes_no_address_is_told_what_to_set() -> None:
    with pytest.raises(Misconfigured, match=r"this machine's name, \(none\), makes no address.*; set `from`"):
        letter_of(order("mail", {"to": ["a@x.org"]}, host="(none)"), NOW)


@pytest.mark.parametrize("name", ["x\r\nBcc: all@example.com", "x\u2028Bcc: y", "x" * 10_000, "\udcff"])
def test_a_job_of_any_name_can_be_told_of(name: str) -> None:
    mail = sent({}, job=name)
    assert mail.message["Bcc"] is None
    assert len(str(mail.message["Subject"])) <= 200


def test_the_log_and_other_files_are_attached(tmp_path: Path) -> None:
    (tmp_path / "run.log").write_text("all of it\n")
    (tmp_path / "flagged.csv").write_text("a,b\n")
    given = {"attach": ["log", str(tmp_path / "flagged.csv"), str(tmp_path / "none.csv")], "attach_limit": 1000}
    mail = sent(given, log=str(tmp_path / "run.log"))
    attached = {part.get_filename(): part.get_content() for part in mail.message.iter_attachments()}
    assert attached == {"ingest.log": "all of it\n", "flagged.csv": "a,b\n"}
    assert "Not attached: none.csv cannot be read" in mail.part("plain")


def test_the_log_of_each_attempt_is_attached(tmp_path: Path) -> None:
    for name in ("run.log", "run-3.log"):
        (tmp_path / name).write_text(f"of {name}\n")
    logs = {"log": str(tmp_path / "run-3.log"), "earlier_logs": [str(tmp_path / "run.log"), None]}
    mail = sent({"attach": "log", "attach_limit": 21}, **logs)
    attached = {part.get_filename(): part.get_content() for part in mail.message.iter_attachments()}
    assert attached == {"ingest-3.log": "of run-3.log\n", "ingest-1.log": "run.log\n"}


def test_a_digest_lists_what_happened() -> None:
    items = [{"title": "a failed"}, {"title": "b is late"}]
    mail = sent({}, kind="digest", job=None, outcome="", title="2 notices", items=items)
    assert "a failed\nb is late" in mail.part("plain").replace("\r\n", "\n")


def test_several_addresses_may_stand_in_one_string() -> None:
    letter = letter_of(order("mail", {"to": "a@x.org, B <b@x.org>", "cc": ["c@x.org"], "from": "me@x.org"}), NOW)
    assert letter.recipients == ["a@x.org", "b@x.org", "c@x.org"]
    assert letter.sender.address == "me@x.org"


def test_an_address_that_is_none_is_named_with_its_key() -> None:
    with pytest.raises(Misconfigured, match='cc: "a b@x" is no address'):
        letter_of(order("mail", {"to": ["a@x.org"], "cc": ["a b@x"]}), NOW)


def test_recipients_that_are_refused_are_told_and_the_rest_is_delivered() -> None:
    with MailServer(refusing={"b@x.org": "550 5.1.1 gone"}) as server:
        where = {"host": "127.0.0.1", "port": server.port, "tls": "none"}
        ended = carry_out(order("mail", {"to": ["a@x.org", "b@x.org"], **where}))
    assert ended.code == 0
    assert ended.facts["refused"] == {"b@x.org": "550 5.1.1 gone"}


def test_recipients_who_may_have_it_later_are_told_and_then_get_it_alone() -> None:
    with MailServer(refusing={"b@x.org": "451 4.7.1 greylisted", "c@x.org": "550 5.1.1 gone"}) as server:
        options = {"to": ["a@x.org", "b@x.org", "c@x.org"], "host": "127.0.0.1", "port": server.port, "tls": "none"}
        ended = carry_out(order("mail", options))
        first = server.mail()
        assert (ended.code, first.recipients) == (0, ["a@x.org"])
        assert ended.facts["later"] == {"b@x.org": "451 4.7.1 greylisted"}
        assert ended.facts["refused"] == {"c@x.org": "550 5.1.1 gone"}
    with MailServer() as server:
        ended = carry_out(order("mail", {**options, "port": server.port, "only": list(ended.facts["later"])}))
        again = server.mail()
    assert (ended.code, again.recipients) == (0, ["b@x.org"])
    assert again.message["Message-ID"] == first.message["Message-ID"]


def test_a_mail_to_nobody_is_refused() -> None:
    ended = carry_out(order("mail", {"to": [], "host": "127.0.0.1", "port": 1, "tls": "none"}))
    assert (ended.code, ended.said) == (1, "there is nobody to send it to; name somebody in `to`")


def test_a_test_says_to_whom_it_went() -> None:
    with MailServer() as server:
        where = {"host": "127.0.0.1", "port": server.port, "tls": "none"}
        ended = carry_out(order("mail", {"to": ["a@x.org", "B <b@x.org>"], **where}, kind="test", job=None))
    assert ended.facts["note"] == "it went to a@x.org, b@x.org"


def test_nobody_gets_it_later_whom_the_plan_names_no_more() -> None:
    options = {"to": ["a@x.org"], "host": "127.0.0.1", "port": 1, "tls": "none", "only": ["b@x.org"]}
    assert carry_out(order("mail", options)).code == 0


@pytest.mark.parametrize(("reply", "code"), [("451 4.7.1 greylisted", 75), ("554 5.7.1 spam", 1)])
def test_the_exit_code_says_whether_to_try_again(reply: str, code: int) -> None:
    with MailServer(replies=[reply]) as server:
        where = {"host": "127.0.0.1", "port": server.port, "tls": "none"}
        ended = carry_out(order("mail", {"to": ["a@x.org"], **where}))
    assert ended.code == code
    assert reply in ended.said
    assert "\n" not in ended.said
