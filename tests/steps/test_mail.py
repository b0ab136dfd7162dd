"""The step `mail`: who gets the end of which file, and how often."""

from pathlib import Path
from typing import Any

import pytest

from sexton.config.sinks.mail import Tls
from sexton.config.steps.mail import Options
from sexton.steps.errors import Misconfigured, StepError, Temporary
from sexton.steps.mail import run
from tests.servers.smtp import Mail, MailServer
from tests.steps.doing import Remembering, entry, work, written

TO = ("ops@example.com",)


def sent(place: Path, *files: Path, options: dict[str, Any] | None = None, **given: Any) -> Mail:
    with MailServer() as server:
        chosen = Options(TO, smtp_host="127.0.0.1", port=server.port, tls=Tls.NONE, **(options or {}))
        doing = work(place, *map(entry, files), **given)
        assert run(chosen, doing) == doing.input
        return server.mail()


def text(mail: Mail) -> str:
    return mail.part("plain").replace("\r\n", "\n")


def test_a_mail_has_the_last_lines_that_are_not_empty(tmp_path: Path) -> None:
    log = written(tmp_path / "ingest.log", "\n\n".join(f"line {number}" for number in range(1000)))
    mail = sent(tmp_path, options={"file": str(log), "max_lines": 3, "subject": "Daily {{ job }}: {{ file }}"})
    assert mail.message["Subject"] == "Daily j: ingest.log"
    assert "Last 3 lines of file:\n---------------------\nline 997\nline 998\nline 999\n\n" in text(mail)
    assert "Last 3 lines of file:" in mail.part("html")


def test_a_file_with_no_more_lines_is_there_as_a_whole(tmp_path: Path) -> None:
    log = written(tmp_path / "a.log", "one\n\ntwo\n")
    assert "All of file:\n------------\none\ntwo\n" in text(sent(tmp_path, options={"file": str(log), "max_lines": 2}))


def test_the_files_that_were_handed_on_are_listed_and_their_ends_shown(tmp_path: Path) -> None:
    files = [written(tmp_path / f"{number}.csv", f"a,{number}\n") for number in range(7)]
    mail = sent(tmp_path, *files, options={"attach": True})
    assert mail.message["Subject"] == "j: 7 files"
    assert "6.csv  4 bytes" in text(mail)
    assert "All of 4.csv:" in text(mail)
    assert "All of 5.csv:" not in text(mail)
    assert "The ends of 2 more files are not shown." in text(mail)
    assert [part.get_filename() for part in mail.message.iter_attachments()] == [file.name for file in files]


def test_only_the_end_of_a_long_file_is_read(tmp_path: Path) -> None:
    log = tmp_path / "sparse.log"
    with log.open("wb") as file:
        file.seek(50_000_000_000)
        file.write(b"\n" * 600_000 + b"the end\n")
    assert "Last line of file:\n------------------\nthe end\n" in text(sent(tmp_path, options={"file": str(log)}))


def test_what_is_no_text_is_not_shown(tmp_path: Path) -> None:
    binary = written(tmp_path / "a.bin", b"\x7fELF\0\0")
    assert "File is no text:" in text(sent(tmp_path, options={"file": str(binary)}))


def test_a_mail_that_was_accepted_is_not_sent_again(tmp_path: Path) -> None:
    log = written(tmp_path / "a.log", "one\n")
    with MailServer() as server:
        options = Options(TO, file=str(log), smtp_host="127.0.0.1", port=server.port, tls=Tls.NONE)
        first, again = work(tmp_path), work(tmp_path)
        run(options, first)
        server.mail()
        run(options, again)
        assert server.is_idle
        run(options, work(tmp_path, run="2"))
        server.mail()


def test_one_that_is_sent_twice_can_be_recognised(tmp_path: Path) -> None:
    log = written(tmp_path / "a.log", "one\n")
    first = sent(tmp_path, options={"file": str(log)})
    (tmp_path / "run-1" / "01-step" / "sent").unlink()
    assert sent(tmp_path, options={"file": str(log)}).message["Message-ID"] == first.message["Message-ID"]


def test_counts_and_refusals_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = written(tmp_path / "a.log", "one\n")
    report = Remembering()
    with MailServer(refusing={"b@x.org": "550 gone"}) as server:
        to = ("a@x.org, b@x.org",)
        options = Options(to, file=str(log), smtp_host="127.0.0.1", port=server.port, tls=Tls.NONE)
        run(options, work(tmp_path, report=report))
    assert report.counts == {"recipients": 1, "refused": 1}
    assert capsys.readouterr().out == "sent to a@x.org (250 2.0.0 taken)\nrefused b@x.org (550 gone)\n"


@pytest.mark.parametrize(("reply", "error"), [("451 later", Temporary), ("554 never", StepError)])
def test_a_refusal_is_for_now_or_for_good(tmp_path: Path, reply: str, error: type[StepError]) -> None:
    log = written(tmp_path / "a.log", "one\n")
    with MailServer(replies=[reply]) as server, pytest.raises(StepError, match=reply) as caught:
        run(Options(TO, file=str(log), smtp_host="127.0.0.1", port=server.port, tls=Tls.NONE), work(tmp_path))
    assert type(caught.value) is error


def test_a_password_in_the_open_is_a_matter_of_configuration(tmp_path: Path) -> None:
    log = written(tmp_path / "a.log", "one\n")
    with pytest.raises(Misconfigured, match="without TLS"):
        run(Options(TO, file=str(log), tls=Tls.NONE, user="u", password="p"), work(tmp_path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"cannot mail: No such file or directory \(.*none\.log\)"):
        run(Options(TO, file=str(tmp_path / "none.log")), work(tmp_path))


def test_nothing_handed_on_is_no_mail_for_a_run_and_a_mistake_by_hand(tmp_path: Path) -> None:
    assert run(Options(TO), work(tmp_path)) == work(tmp_path).input
    with pytest.raises(Misconfigured, match="name a FILE"):
        run(Options(TO), work(tmp_path)._replace(run=""))
