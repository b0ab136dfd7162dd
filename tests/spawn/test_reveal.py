"""Secrets in what a process is given to read."""

import pytest

from sexton.model.errors import SpawnError
from sexton.model.reference import SecretReference
from sexton.spawn.keyring import Keyring
from sexton.spawn.spawner import Spawner

PASSWORD = SecretReference("secret:smtp")


def spawner() -> Spawner:
    return Spawner(Keyring({"smtp": b"hunter22\n"}, (), ()))


def test_a_reference_becomes_the_value_however_deep_it_stands() -> None:
    options = {"user": "u", "password": PASSWORD, "headers": {"Authorization": PASSWORD}, "urls": ("a", PASSWORD)}
    assert spawner().reveal(options) == {
        "user": "u", "password": "hunter22", "headers": {"Authorization": "hunter22"}, "urls": ["a", "hunter22"],
    }  # fmt: skip


def test_what_only_looks_like_a_reference_stays() -> None:
    assert spawner().reveal({"subject": "secret:smtp"}) == {"subject": "secret:smtp"}


@pytest.mark.parametrize("known", [None, Keyring({}, (), ())])
def test_a_secret_that_was_not_read_is_said(known: Keyring | None) -> None:
    with pytest.raises(SpawnError, match="the secret `smtp` was not read when Sexton started; start it anew"):
        Spawner(known).reveal({"password": PASSWORD})


def test_what_a_process_says_is_shown_without_secrets() -> None:
    assert "hunter22" not in spawner().redacted("login failed for u:hunter22")
    assert Spawner().redacted("as it is") == "as it is"
