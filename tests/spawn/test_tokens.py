"""Tokens that are secrets: which values can be tokens, and which variables hold them."""

from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.model.errors import ConfigError
from sexton.model.http import Tokens
from sexton.spawn.tokens import as_values, variables_of, with_values


def resolved(folder: Path, value: bytes) -> tuple[Tokens, tuple[str, ...]]:
    file = folder / "sexton.toml"
    file.write_text('[sexton]\ntoken = "secret:a"\nread_token = "0123456789-abcdef"\n[secrets]\na = { env = "A" }\n')
    file.chmod(0o600)
    plan = with_values(load_plan([str(file)], {"HOME": "/"}), {"a": value})
    return plan.settings.http.tokens, plan.warnings


def test_a_secret_takes_its_place_without_its_line_end(tmp_path: Path) -> None:
    tokens, warnings = resolved(tmp_path, b"correct-horse-battery\r\n")
    assert tokens == Tokens("correct-horse-battery", "0123456789-abcdef")
    assert as_values(tokens) == [b"correct-horse-battery", b"0123456789-abcdef"]
    assert warnings == ()


def test_a_short_one_is_a_warning(tmp_path: Path) -> None:
    assert resolved(tmp_path, b"short")[1] == (
        "secrets.a: it is the `token` of [sexton], and a token of fewer than 16 characters can be guessed",
    )


@pytest.mark.parametrize("value", [b"two words", b"two\nlines", b"\xff\xfe", b"nul\0nul", "é".encode()])
def test_what_no_client_can_send_is_refused_unseen(tmp_path: Path, value: bytes) -> None:
    with pytest.raises(ConfigError) as caught:
        resolved(tmp_path, value)
    assert str(caught.value) == (
        f"{tmp_path}/sexton.toml:5: secrets.a: it is the `token` of [sexton], and "
        "a token is ASCII letters, digits and signs without spaces"
    )


def test_variables_that_hold_a_token_are_found_by_their_value() -> None:
    environ = {"A": "one", "B": " one\n", "C": "ones", "D": "", "E": "two"}
    assert variables_of(Tokens("one", ""), environ) == ["A", "B"]
    assert variables_of(Tokens(), environ) == []
