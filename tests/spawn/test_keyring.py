"""Who is given which value, how, and for how long."""

import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from sexton.model.errors import SpawnError
from sexton.model.process import Process
from sexton.model.secret import SecretUse
from sexton.spawn.keyring import Keyring
from sexton.spawn.process import Child

VALUES = {"pw": b"hunter2!\n", "key": b"line\r\n\nline\r\n", "raw": b"a\0bcd", "pin": b"123"}


class Starter:
    """Notes the environment that a process would be started with."""

    def __init__(self, error: str = "") -> None:
        self.error = error
        self.env: Mapping[str, str] = {}

    def __call__(self, env: Mapping[str, str]) -> Child:
        self.env = env
        if self.error:
            raise SpawnError(self.error)
        return Child(42, -1)


def keyring() -> Keyring:
    return Keyring(VALUES, [b"token!"], ["/dev/shm"])


def listing(*uses: SecretUse) -> Process:
    return Process(("true",), secrets=uses)


def test_a_value_comes_as_a_variable_without_its_line_end_and_wins_over_what_was_there() -> None:
    start = Starter()
    keyring().spawn(listing(SecretUse("pw", "PW"), SecretUse("key", "B")), {"PW": "old", "C": "c"}, start)
    assert start.env == {"PW": "hunter2!", "B": "line\r\n\nline", "C": "c"}


def test_a_file_has_the_value_as_it_came_until_its_process_has_ended() -> None:
    start = Starter()
    with closing(keyring()) as ring:
        ring.spawn(listing(SecretUse("raw", "RAW_FILE", as_file=True)), {}, start)
        path = start.env["RAW_FILE"]
        assert Path(path).read_bytes() == b"a\0bcd"
        ring.ended(41)
        assert os.path.exists(path)
        ring.ended(42)
        assert not os.path.exists(path)
        ring.ended(42)


def test_nothing_is_left_when_the_process_could_not_be_started() -> None:
    start = Starter("cannot start 'hunter2!': no such file")
    with closing(keyring()) as ring, pytest.raises(SpawnError) as caught:
        ring.spawn(listing(SecretUse("pw", "PW_FILE", as_file=True)), {}, start)
    assert not os.path.exists(start.env["PW_FILE"])
    assert str(caught.value) == "cannot start '***': no such file"


@pytest.mark.parametrize(
    ("use", "why"),
    [
        (SecretUse("raw", "RAW"), 'the secret `raw` holds a NUL character; give it with as = "file"'),
        (SecretUse("new", "NEW"), "the secret `new` was not read when Sexton started; start it anew"),
    ],
)
def test_what_cannot_be_given_is_explained(use: SecretUse, why: str) -> None:
    with pytest.raises(SpawnError) as caught:
        keyring().spawn(listing(use), {}, Starter())
    assert str(caught.value) == why


def test_values_and_what_opens_the_way_to_them_are_redacted_and_short_ones_warned_of() -> None:
    ring = keyring()
    assert ring.redactor.text("hunter2! token! 123") == "*** *** 123"
    assert ring.warnings == ["the secret `pin` is shorter than 4 bytes: where a process prints it, it stays"]
