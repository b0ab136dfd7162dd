"""The key `socket` of a service."""

from collections.abc import Callable

import pytest

from sexton.model.plan import Plan
from sexton.model.process import Socket

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]


def socket_of(load: Load, written: str) -> Socket | None:
    return load(f'[services.a]\ncommand = "x"\nsocket = {written}\n', {"TZ": "UTC"}).services["a"].process.socket


def test_a_path_or_an_address_can_be_given(load: Load) -> None:
    keys = '{ path = "/run/a.sock", mode = "0660", owner = "root:0", backlog = 5 }'
    assert socket_of(load, keys) == Socket("/run/a.sock", backlog=5, owner=(0, 0), mode=0o660)
    assert socket_of(load, '{ address = "localhost:9000" }') == Socket(host="127.0.0.1", port=9000)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{}", "socket: `path` or `address` is meant"),
        ('{ path = "a.sock" }', 'socket.path: "a.sock" is no absolute path'),
        ('{ address = "9000" }', 'socket.address: "9000" is no address'),
        ('{ address = "127.0.0.1:9000", mode = "0700" }', "socket.mode: only a socket with a `path` has one"),
        ('{ path = "/a", owner = "nobody-of-this-name" }', 'socket.owner: "nobody-of-this-name" names nobody'),
        ('{ path = "/a" }\nstdin = "x"', "stdin: it is taken"),
    ],
)
def test_what_cannot_be_meant_is_a_problem(complain: Complain, written: str, said: str) -> None:
    (problem,) = complain(f'[services.a]\ncommand = "x"\nsocket = {written}\n')
    assert said in problem
