"""The keys about HTTP: where it listens, and what must hold before it may."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sexton.core.addresses import is_loopback
from sexton.core.reload import compare
from sexton.model.http import DEFAULT_ADDRESS, Http, Tokens
from sexton.model.plan import Plan
from sexton.model.reference import SecretReference

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]

LONG = "correct-horse-battery"


def sexton(*lines: str) -> str:
    return "\n".join(("[sexton]", *lines))


def test_http_listens_on_loopback_when_nothing_is_said(load: Load) -> None:
    http = load("").settings.http
    assert http == Http(DEFAULT_ADDRESS)
    assert (DEFAULT_ADDRESS, http.file) == (("127.0.0.1", 8470), "")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        ("localhost:80", ("127.0.0.1", 80)),
        ("[::1]:8470", ("::1", 8470)),
        ("127.8.8.8:0", ("127.8.8.8", 0)),
    ],
)
def test_an_address_is_an_ip_address_and_a_port(load: Load, written: str, address: tuple[str, int]) -> None:
    http = load(sexton(f'http = "{written}"')).settings.http
    assert (http.address, http.file, http.line) == (address, "sexton.toml", 2)


def test_no_address_has_no_place(load: Load) -> None:
    assert load(sexton('http = ""')).settings.http == Http(None)


MEANT = '"127.0.0.1:8470", "[::1]:8470" or "" (off) is meant'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("http = 8470", "sexton.http: 8470 is a number; a string is meant"),
        ('http = "8470"', f'sexton.http: "8470" is no address; {MEANT}'),
        ('http = ":8470"', f'sexton.http: ":8470" is no address; {MEANT}'),
        ('http = "::1:8470"', f'sexton.http: "::1:8470" is no address; {MEANT}'),
        ('http = "example.com:80"', f'sexton.http: "example.com" is no IP address; {MEANT}'),
        ('http = "127.0.0.1:65536"', "sexton.http: there is no port 65536; they go up to 65535"),
        (
            'hosts = ["a b"]',
            'sexton.hosts: "a b" is no host name; one such as "sexton.example.com", without a port, is meant',
        ),
        (
            'hosts = "x:80"',
            'sexton.hosts: "x:80" is no host name; one such as "sexton.example.com", without a port, is meant',
        ),
        ('token = ""', "sexton.token: a token is ASCII letters, digits and signs without spaces, at least one"),
        (
            'token = "pass word"',
            "sexton.token: a token is ASCII letters, digits and signs without spaces, at least one",
        ),
        ("token_file = 'none'", "sexton.token_file: cannot read {folder}/none: No such file or directory"),
    ],
)
def test_what_cannot_be_used_is_said(complain: Complain, folder: Path, line: str, said: str) -> None:
    assert complain(sexton(line)) == [f"sexton.toml:2: {said.format(folder=folder)}"]


@pytest.mark.parametrize("address", ["0.0.0.0:8470", "[::]:8470", "192.0.2.1:8470"])
def test_an_address_open_to_others_is_refused_when_there_is_no_token(complain: Complain, address: str) -> None:
    why = f'"{address}" is open to other machines, and there is no token'
    fix = 'set `token_file`, or listen on "127.0.0.1:8470"'
    assert complain(sexton('relay = "raw"', f'http = "{address}"')) == [f"sexton.toml:3: sexton.http: {why}; {fix}"]


@pytest.mark.parametrize("key", ["token", "read_token"])
def test_an_address_open_to_others_is_taken_when_there_is_a_token(load: Load, key: str) -> None:
    http = load(sexton('http = "0.0.0.0:8470"', f'{key} = "{LONG}"')).settings.http
    assert http.address == ("0.0.0.0", 8470)
    assert LONG in http.tokens


def test_a_token_is_the_content_of_its_file_without_the_line_end(load: Load, folder: Path) -> None:
    (folder / "control").write_text(f"{LONG}\n")
    (folder / "control").chmod(0o600)
    (folder / "look").write_text(f"{LONG}-2")
    (folder / "look").chmod(0o640)
    plan = load(sexton("token_file = 'control'", "read_token_file = 'look'"))
    assert plan.settings.http.tokens == Tokens(LONG, f"{LONG}-2")
    assert plan.warnings == ()


def test_a_token_given_twice_is_a_problem(complain: Complain) -> None:
    assert complain(sexton(f'token = "{LONG}"', 'token_file = "x"')) == [
        "sexton.toml:3: sexton.token_file: `token` is set as well; set one of them"
    ]


def test_a_token_that_everybody_may_read_is_a_warning(load: Load, folder: Path) -> None:
    (folder / "t").write_text(LONG)
    (folder / "t").chmod(0o644)
    assert load(sexton("token_file = 't'")).warnings == (
        f"sexton.toml:2: sexton.token_file: everybody on this machine may read the token in {folder}/t; chmod o-r it",
    )
    os.chmod("sexton.toml", 0o644)
    assert load(sexton(f"token = '{LONG}'")).warnings == (
        "sexton.toml:2: sexton.token: everybody on this machine may read the token in sexton.toml; chmod o-r it",
    )


def test_a_token_may_be_a_secret_that_is_there(load: Load, complain: Complain) -> None:
    door = '[secrets]\ndoor = { env = "DOOR" }'
    tokens = load(sexton('token = "secret:door"', door)).settings.http.tokens
    assert tokens.control == "secret:door"
    assert isinstance(tokens.control, SecretReference)
    assert load(sexton('http = "0.0.0.0:1"', 'read_token = "secret:door"', door), for_run=False).warnings == ()
    assert complain(sexton('token = "secret:dor"', door)) == [
        "sexton.toml:2: sexton.token: there is no secret `dor`; did you mean `door`?"
    ]
    assert complain(sexton('token_file = "secret:door"', door))[0].startswith(
        "sexton.toml:2: sexton.token_file: a secret cannot stand here"
    )


def test_a_short_token_is_a_warning_that_does_not_show_it(load: Load, folder: Path) -> None:
    (folder / "t").write_text("hunter2")
    (folder / "t").chmod(0o600)
    plan = load(sexton("token_file = 't'"))
    assert plan.settings.http.tokens.control == "hunter2"
    assert plan.warnings == ("sexton.toml:2: sexton.token_file: a token of fewer than 16 characters can be guessed",)


def test_no_token_is_read_when_it_is_not_for_a_run(load: Load) -> None:
    plan = load(sexton('http = "0.0.0.0:1"', 'token_file = "missing"'), for_run=False)
    assert plan.settings.http.tokens == Tokens()


def test_http_is_no_other_when_it_only_stands_elsewhere(load: Load) -> None:
    plans = [load(sexton(*lines, 'http = "[::1]:1"')) for lines in ((), ("# moved",))]
    assert plans[0].settings.http != plans[1].settings.http
    assert compare(*plans).settings == ()


def test_hosts_are_compared_in_lower_case(load: Load) -> None:
    assert load(sexton('hosts = ["Sexton.Example.com", "b"]')).settings.http.hosts == {"sexton.example.com", "b"}
    assert load(sexton("hosts = []")).settings.http.hosts == frozenset()


@pytest.mark.parametrize(
    ("host", "loops"),
    [
        ("127.0.0.1", True),
        ("127.255.255.254", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:10.0.0.1", False),
        ("10.127.0.0", False),
        ("::", False),
        ("::2", False),
        ("", False),
    ],
)
def test_loopback_is_told_from_other_addresses(host: str, loops: bool) -> None:
    assert is_loopback(host) is loops
