"""A notice reaches a real mail server, and through it a person's Maildir."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.servers.exim import PASSWORD, USER, Exim
from tests.sinks.orders import Ended, carry_out, order

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="Exim takes connections from root alone")


def told(server: Exim, **options: Any) -> Ended:
    given = {"host": "localhost", "port": server.port, "ca": server.ca, "user": USER, "password": PASSWORD}
    return carry_out(order("mail", {"to": ["ops@localhost"], "tail": 300, "tls": "starttls", **given, **options}))


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_mail_is_in_the_maildir_of_whom_it_is_for(tls: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n" * 10_000)
    with Exim(tls=tls == "tls") as server:
        given = {"attach": [str(tmp_path / "rows.csv")], "attach_limit": 5_000_000, "cc": ["Dev Öst <dev@localhost>"]}
        ended = told(server, tls=tls, **given)
        assert (ended.code, ended.said) == (0, ""), server.log
        mails = [*server.mails("ops"), *server.mails("dev")]
    assert [str(mail["Subject"]) for mail in mails] == ["ingest: failed"] * 2
    (attached,) = mails[0].iter_attachments()
    assert attached.get_content().replace("\r\n", "\n") == "a,b\n" * 10_000
    assert "fetching\nno such file" in mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "esmtpsa" in mails[0]["Received"]


def test_a_wrong_password_is_for_another_time() -> None:
    with Exim() as server:
        ended = told(server, password="wrong")
        assert server.mails("ops") == []
    assert ended.code == 75
    assert "does not let 'sexton' in: 535" in ended.said


def test_a_server_that_nobody_vouches_for_gets_nothing() -> None:
    with Exim() as server:
        ended = told(server, ca=None)
        assert "plain:sexton" not in server.log
    assert (ended.code, "cannot trust localhost" in ended.said) == (75, True)


def test_a_recipient_that_it_does_not_know_is_refused_for_good() -> None:
    with Exim() as server:
        ended = told(server, to=["nobody@localhost"])
    assert ended.code == 1
    assert "takes mail for nobody (nobody@localhost: 550" in ended.said


def test_a_mail_that_is_too_large_comes_without_its_attachments(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(2_000_000))
    with Exim() as server:
        ended = told(server, attach=[str(tmp_path / "large.bin")], attach_limit=5_000_000)
        assert (ended.code, ended.said) == (0, ""), server.log
        (mail,) = server.mails("ops")
    assert list(mail.iter_attachments()) == []
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Not attached, because the mail server takes nothing so large: large.bin." in body


def test_the_step_mails_a_file_by_hand(tmp_path: Path) -> None:
    (tmp_path / "ingest.log").write_text("".join(f"line {number}\n\n" for number in range(500)))
    (tmp_path / "password").write_text(PASSWORD + "\n")
    with Exim() as server:
        command = [sys.executable, "-m", "sexton", "step", "mail", "ops@localhost,dev@localhost"]
        command += [str(tmp_path / "ingest.log"), "--subject", "Daily ingest log", "--max-lines", "300"]
        command += ["--smtp-host", "localhost", "--port", str(server.port), "--ca", server.ca]
        command += ["--user", USER, "--password-file", str(tmp_path / "password")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        (mail,) = server.mails("ops")
        assert len(server.mails("dev")) == 1
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["Subject"] == "Daily ingest log"
    assert "Last 300 lines of file:\n" in body
    assert body.count("\nline ") == 300
    assert "line 200\n" in body
    assert "line 199\n" not in body
