"""Processes that share a listening socket as their standard input: it is there from the first to the last of them."""

import os
import socket
from pathlib import Path

import pytest

from sexton.model.errors import SpawnError
from sexton.model.process import Process, Socket
from tests.spawn.conftest import ENV, Nursery

SERVE = """
import socket, sys
listener = socket.socket(fileno=0)
print("up", flush=True)
client, _ = listener.accept()
client.sendall(b"hello")
"""


def start(nursery: Nursery, wanted: Socket) -> int:
    """A process that answers one client; its place among the children."""
    argv = ("/usr/bin/env", "python3", "-c", SERVE)
    env = {**ENV, "PATH": os.environ["PATH"]}
    nursery.children.append(nursery.spawner.spawn(Process(argv, socket=wanted), env))
    assert nursery.line(nursery.children[-1]) == b"up"
    return len(nursery.children) - 1


def ask(path: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        return client.recv(100)


def test_processes_answer_at_one_socket_which_goes_with_the_last(nursery: Nursery, tmp_path: Path) -> None:
    wanted = Socket(str(tmp_path / "s"), mode=0o660)
    for _ in range(2):
        start(nursery, wanted)
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o660
    assert ask(wanted.path) == b"hello"
    assert ask(wanted.path) == b"hello"
    nursery.exit(nursery.children[0])
    nursery.exit(nursery.children[1])
    assert not (tmp_path / "s").exists()


def test_a_socket_that_another_has_left_is_replaced_and_a_file_is_let_be(nursery: Nursery, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "s"))
    start(nursery, Socket(str(tmp_path / "s")))
    (tmp_path / "f").write_text("mine")
    with pytest.raises(SpawnError, match=r"cannot listen at .*/f"):
        nursery.spawner.spawn(Process(("true",), socket=Socket(str(tmp_path / "f"))), ENV)
    assert (tmp_path / "f").read_text() == "mine"


def test_a_socket_is_closed_when_its_only_process_could_not_be_started(nursery: Nursery, tmp_path: Path) -> None:
    with pytest.raises(SpawnError):
        nursery.spawner.spawn(Process(("/no/such",), socket=Socket(str(tmp_path / "s"))), ENV)
    assert not (tmp_path / "s").exists()


def test_an_address_can_be_listened_at(nursery: Nursery) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start(nursery, Socket(host="127.0.0.1", port=port, backlog=5))
    with socket.create_connection(("127.0.0.1", port)) as client:
        assert client.recv(100) == b"hello"
