"""superlance's listeners, unmodified: they are told what they were written for, and do what they do."""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.servers.smtp import MailServer


def command(name: str, *arguments: str) -> str:
    """That listener of superlance's, with its arguments."""
    words = [sys.executable, "-m", f"superlance.{name}", *arguments]
    return f"command = {words}\n"


def mailer(folder: Path) -> str:
    """A sendmail of our own, which keeps what it is given."""
    program = folder / "sendmail"
    program.write_text(f"#!/bin/sh\ncat > {folder}/mail\nmv {folder}/mail {folder}/mailed\necho mailed >&2\n")
    program.chmod(0o755)
    return str(program)


def test_crashmail_mails_a_crash(make: Callable[..., Daemon], gate: Gate, tmp_path: Path) -> None:
    services = """[services.web]
command = "sh -c 'read x <gate; exit 3'"
start_seconds = "10ms"
[listeners.crashmail]
events = "PROCESS_STATE"
"""
    daemon = make(services + command("crashmail", "-a", "-m", "you@example.com", "-s", mailer(tmp_path))).start()
    daemon.wait_for("crashmail: running")
    gate.let_pass()
    daemon.wait_for("crashmail .* unexpected exit, mailing")
    daemon.wait_for("crashmail .* Mailed:")
    mail = (tmp_path / "mailed").read_text()
    assert "Process web in group web exited unexpectedly (pid " in mail
    assert "from state RUNNING" in mail
    assert daemon.ask("events", "--dead-letters")["listeners"][0]["trouble"] == ""


def test_fatalmailbatch_mails_what_was_given_up(make: Callable[..., Daemon]) -> None:
    services = """[services.web]
command = "sh -c 'exit 3'"
start_retries = 1
depends_on = ["gate"]
[services.gate]
command = "sleep 600"
start_seconds = "3s"
[listeners.fatalmailbatch]
events = ["PROCESS_STATE", "TICK_1"]
"""
    with MailServer() as server:
        arguments = (
            "-t",
            "you@example.com",
            "-f",
            "me@example.com",
            "-e",
            "TICK_1",
            "-i",
            "0.05",
            "-H",
            server.address,
        )
        daemon = make(services + command("fatalmailbatch", *arguments)).start()
        daemon.wait_for("web: .*it stays down")
        assert "Process web:web failed to start too many times" in " ".join(server.mail().raw.decode().split())


def test_httpok_restarts_what_does_not_answer(make: Callable[..., Daemon]) -> None:
    services = """[services.web]
command = "sleep 600"
[listeners.httpok]
events = "TICK_1"
"""
    daemon = make(services + command("httpok", "-p", "web", "-t", "1", "http://127.0.0.1:9/")).start()
    daemon.wait_for("web: running")
    daemon.wait_for(r"httpok +\| .*Restarting selected processes")
    daemon.wait_for("web: stopping")
    daemon.wait_for(r"httpok +\| .*web restarted")
    assert daemon.ask("events", "--dead-letters")["listeners"][0]["trouble"] == ""


def test_memmon_restarts_what_has_grown_too_large(make: Callable[..., Daemon]) -> None:
    services = """[services.web]
command = "sleep 600"
[listeners.memmon]
events = "TICK_1"
"""
    daemon = make(services + command("memmon", "-p", "web=1KB")).start()
    daemon.wait_for("web: running")
    daemon.wait_for(r"memmon +\| RSS of web:web is \d+")
    daemon.wait_for("web: stopping")
    daemon.wait_for("web: running")
    assert daemon.ask("events", "--dead-letters")["listeners"][0]["trouble"] == ""
