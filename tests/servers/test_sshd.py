"""The tests' own sshd and the door before it do what other tests take for granted."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.servers.account import throw_away_account
from tests.servers.cut import Cut
from tests.servers.process import LIMIT
from tests.servers.sshd import Sshd, sshd


def batch(server: Sshd, port: int, commands: str) -> subprocess.CompletedProcess[str]:
    known = server.known_hosts.with_name("known_here")
    known.write_text("".join(f"[127.0.0.1]:{port} {key}\n" for key in server.host_keys))
    options = [f'-oUserKnownHostsFile="{known}"', "-oIdentitiesOnly=yes", f"-i{server.key_file}", f"-P{port}", "-b-"]
    argv = ["sftp", "-F/dev/null", *options, f"{server.user}@127.0.0.1"]
    return subprocess.run(argv, input=commands, capture_output=True, text=True, timeout=LIMIT, check=False)


def test_files_land_in_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("hello")

    with sshd(tmp_path / "sshd") as server:
        done = batch(server, server.port, f'put "{tmp_path}/a" b\n')

        assert done.returncode == 0, done.stderr
        assert (server.home / "b").read_text() == "hello"


def test_nothing_of_the_server_is_left_when_its_test_is_over(tmp_path: Path) -> None:
    with sshd(tmp_path) as server, socket.create_connection(("127.0.0.1", server.port)) as connection:
        assert connection.recv(4) == b"SSH-"

    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", server.port))


def test_the_door_cuts_the_connection_that_was_named_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(os.urandom(300_000))

    with sshd(tmp_path / "sshd") as server, Cut(server.port) as cut:
        cut.next(after=100_000)
        broken = batch(server, cut.port, f'put "{tmp_path}/a" b\n')
        whole = batch(server, cut.port, f'put "{tmp_path}/a" c\n')

        assert broken.returncode != 0
        assert (server.home / "b").stat().st_size < 100_000
        assert whole.returncode == 0, whole.stderr
        assert (server.home / "c").read_bytes() == (tmp_path / "a").read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="makes a user")
def test_an_account_starts_in_its_own_home(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("hello")

    with throw_away_account() as account, sshd(tmp_path / "sshd", account) as server:
        done = batch(server, server.port, f'put "{tmp_path}/a" b\n')

        assert done.returncode == 0, done.stderr
        assert (account.home / "b").owner() == account.name
