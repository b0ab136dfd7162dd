"""Being let in by a server, and by no other; and how long anything may take."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from sexton.model.units import SECOND
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from sexton.steps.sftp import connect
from sexton.steps.sftp.address import parse
from tests.servers.account import throw_away_account
from tests.servers.cut import Cut
from tests.servers.odd_sftp import PASSWORD, OddSftp
from tests.servers.sshd import Sshd, free_port, sshd
from tests.steps.sftp.options import Given, by_key

LONG = 60 * SECOND


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OddSftp]:
    with OddSftp(tmp_path_factory.mktemp("odd")) as server:
        yield server


def come_in(url: str, options: Given, within: int = LONG) -> None:
    client = connect(parse(url), options, Deadline(within))
    try:
        assert client.look(".") is not None
    finally:
        client.close()
        client.close()


def refused(url: str, options: Given, within: int = LONG) -> StepError:
    with pytest.raises(StepError) as caught:
        come_in(url, options, within)
    assert PASSWORD not in str(caught.value)
    return caught.value


def test_a_key_file_opens(sftp_server: Sshd) -> None:
    come_in(sftp_server.url(), by_key(sftp_server))


def test_the_text_of_a_key_opens(sftp_server: Sshd) -> None:
    come_in(
        sftp_server.url(), by_key(sftp_server)._replace(key_file=None, private_key=sftp_server.key_file.read_text())
    )


def test_a_key_that_is_encrypted_opens_with_its_passphrase_alone(sftp_server: Sshd, tmp_path: Path) -> None:
    text = asyncssh.read_private_key(sftp_server.key_file).export_private_key(passphrase="hunter2", rounds=50).decode()
    options = by_key(sftp_server)._replace(key_file=None, private_key=text)

    come_in(sftp_server.url(), options._replace(passphrase="hunter2"))
    assert "add `passphrase`" in str(refused(sftp_server.url(), options))
    wrong = refused(sftp_server.url(), options._replace(passphrase="hunter3"))
    assert isinstance(wrong, Misconfigured)
    assert "hunter3" not in str(wrong)


def test_a_user_whom_the_machine_does_not_know_needs_no_home(
    sftp_server: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(uid: int) -> None:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr("pwd.getpwuid", unknown)
    for variable in ("HOME", "LOGNAME", "USER", "LNAME", "USERNAME", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(variable, raising=False)
    come_in(sftp_server.url(), by_key(sftp_server))
    monkeypatch.delenv("HOME")
    assert "keys of the agent and of ~/.ssh" in str(
        refused(sftp_server.url(), by_key(sftp_server)._replace(key_file=None))
    )


def test_the_agent_opens_when_nothing_else_is_given(sftp_server: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = subprocess.Popen(["ssh-agent", "-D"], stdout=subprocess.PIPE, text=True)
    assert agent.stdout is not None
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.stdout.readline().split("=", 1)[1].split(";")[0])
    try:
        subprocess.run(["ssh-add", "-q", str(sftp_server.key_file)], check=True)

        come_in(sftp_server.url(), Given(known_hosts=str(sftp_server.known_hosts)))
    finally:
        agent.kill()
        agent.wait()
        agent.stdout.close()


def test_a_password_opens(odd: OddSftp) -> None:
    come_in(odd.url(), Given(password=PASSWORD, host_key=odd.host_key))


@pytest.mark.skipif(os.geteuid() != 0, reason="makes a user")
def test_a_password_opens_openssh_s_server(tmp_path: Path) -> None:
    with throw_away_account() as account, sshd(tmp_path, account) as server:
        come_in(server.url(), Given(password=account.password, host_key=server.host_keys[1]))


def test_a_wrong_password_is_not_permitted_and_not_shown(odd: OddSftp) -> None:
    error = refused(odd.url(), Given(password="hunter2", host_key=odd.host_key))

    assert isinstance(error, NotPermitted)
    assert "hunter2" not in str(error)
    assert "does not accept the password" in str(error)


def test_a_key_that_the_server_does_not_know_is_not_permitted(sftp_server: Sshd) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()

    assert isinstance(
        refused(sftp_server.url(), by_key(sftp_server)._replace(key_file=None, private_key=key)), NotPermitted
    )


def test_a_changed_host_key_is_refused_loudly_before_any_password_is_sent(odd: OddSftp) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519")
    error = refused(odd.url(), Given(password=PASSWORD, host_key=other.export_public_key().decode()))

    assert isinstance(error, NotPermitted)
    assert "ITS KEY IS NOT THE ONE" in str(error)
    assert other.get_fingerprint() in str(error)


def test_a_revoked_host_key_is_refused(odd: OddSftp) -> None:
    error = refused(odd.url(), Given(password=PASSWORD, host_key=f"{odd.host_key}\n@revoked {odd.host_key}"))

    assert isinstance(error, NotPermitted)
    assert "revoked" in str(error)


def test_a_server_without_a_key_of_the_known_kind_is_refused(odd: OddSftp) -> None:
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode()

    error = refused(odd.url(), Given(password=PASSWORD, host_key=other))

    assert isinstance(error, NotPermitted)
    assert "It shows ssh-ed25519 SHA256:" in str(error)


def test_a_user_is_wanted(sftp_server: Sshd) -> None:
    assert "`username`" in str(refused(f"sftp://127.0.0.1:{sftp_server.port}/", by_key(sftp_server)))
    come_in(f"sftp://127.0.0.1:{sftp_server.port}/", by_key(sftp_server)._replace(username=sftp_server.user))


def test_a_server_that_is_away_is_temporary() -> None:
    port = free_port()

    error = refused(f"sftp://u@127.0.0.1:{port}/", Given(password="p", host_key=_some_key()))

    assert isinstance(error, Temporary)
    assert f"127.0.0.1:{port}" in str(error)


def test_a_server_that_says_nothing_is_given_up_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"sftp://u@127.0.0.1:{silent.getsockname()[1]}/"
        begun = time.monotonic()
        error = refused(url, Given(password="p", host_key=_some_key()), SECOND // 2)

    assert isinstance(error, Temporary)
    assert "deadline" in str(error)
    assert time.monotonic() - begun < 8


def test_an_answer_that_does_not_come_is_given_up_at_the_deadline(sftp_server: Sshd, tmp_path: Path) -> None:
    with Cut(sftp_server.port) as cut:
        cut.next(after=10_000, then="stall")
        options = by_key(sftp_server)._replace(known_hosts=None, host_key=sftp_server.host_keys[0])
        client = connect(parse(f"sftp://{sftp_server.user}@127.0.0.1:{cut.port}/"), options, Deadline(3 * SECOND))
        begun = time.monotonic()
        with pytest.raises(Temporary, match="deadline"), client.create("stalled") as writer:
            writer.write(bytes(1_000_000), 0)
        client.close()

    assert time.monotonic() - begun < 12


def test_the_extra_is_named_when_asyncssh_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncssh", None)

    with pytest.raises(Misconfigured, match=r"sexton\[ingest\]"):
        connect(parse("sftp://u@h/"), Given(), Deadline(LONG))


def _some_key() -> str:
    return asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
