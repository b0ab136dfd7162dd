"""Each source of secrets is read once, and what is wrong with it is said with its line and without the value."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.model.errors import ConfigError
from sexton.model.units import MILLISECOND
from sexton.spawn import sources
from sexton.spawn.sources import LIMIT, read_values
from tests.vault import StandInVault

ENV = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ} | {"HOME": "/"}


def values(folder: Path, text: str, env: Mapping[str, str] = ENV) -> dict[str, bytes]:
    file = folder / "sexton.toml"
    file.write_text(f"[secrets]\n{text}\n")
    return read_values(load_plan([str(file)], env).secrets.values(), env)


def problem(folder: Path, text: str, env: Mapping[str, str] = ENV) -> str:
    """What is said of the one secret in the text, without the file's name."""
    with pytest.raises(ConfigError) as caught:
        values(folder, text, env)
    return str(caught.value).removeprefix(f"{folder}/")


def vault_env(vault: StandInVault, **more: str) -> dict[str, str]:
    return {**ENV, "VAULT_ADDR": vault.url, "VAULT_TOKEN": vault.token, **more}


def test_each_source_gives_its_value_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "value").write_bytes(b"of a file\xff\n")
    env = ENV | {"VALUE": "of a variable", "OTHER_FILE": str(tmp_path / "value")}
    assert values(
        tmp_path,
        'a = { file = "value" }\nb = { env = "VALUE" }\nc = { env = "OTHER" }\nd = { command = ["echo", "printed"] }',
        env,
    ) == {"a": b"of a file\xff\n", "b": b"of a variable", "c": b"of a file\xff\n", "d": b"printed\n"}


def test_a_command_does_not_see_what_other_secrets_come_from(tmp_path: Path) -> None:
    text = 'a = { env = "A" }\nb = { command = ["sh", "-c", "echo $A-$B"] }'
    assert values(tmp_path, text, ENV | {"A": "hush", "B": "seen"})["b"] == b"-seen\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('x = { file = "/not/there" }', "cannot read /not/there: No such file or directory"),
        ('x = { file = "/" }', "cannot read /: Is a directory"),
        ('x = { file = "/dev/null" }', "it is empty"),
        ('x = { file = "/dev/zero" }', f"/dev/zero is larger than {LIMIT:,} bytes"),
        ('x = { env = "X" }', "X is not set, and X_FILE neither"),
        ('x = { env = "TWO" }', "TWO and TWO_FILE are both set; set one of them"),
        ('x = { env = "EMPTY" }', "it is empty"),
        ('x = { command = ["echo"] }', "it is empty"),
        (
            'x = { command = ["sh", "-c", "echo hush; exit 2"] }',
            "sh exited with code 2; run it by hand to see what it says",
        ),
        ('x = { vault = "kv/app#x" }', "kv/app#x: VAULT_ADDR is not set; the address of Vault, such as "),
    ],
)
def test_a_source_without_value_is_explained_by_line(tmp_path: Path, text: str, why: str) -> None:
    said = problem(tmp_path, f"\n{text}", ENV | {"TWO": "hush", "TWO_FILE": "/x", "EMPTY": ""})
    assert said.startswith(f"sexton.toml:3: secrets.x: {why}")
    assert "hush" not in said


def test_all_that_cannot_be_read_is_said_at_once(tmp_path: Path) -> None:
    assert len(problem(tmp_path, 'a = { env = "A" }\nb = { env = "B" }\nc = { env = "PATH" }').split("\n")) == 2


def test_a_pipe_without_writer_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert problem(tmp_path, 'x = { file = "pipe" }') == "sexton.toml:2: secrets.x: it is empty"


def test_slow_sources_share_one_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WITHIN", 300 * MILLISECOND)
    said = problem(tmp_path, 'a = { command = ["sleep", "1000"] }\nb = { command = ["sleep", "1001"] }')
    assert said.count("sleep did not end in time") == 2


def test_vault_is_asked_for_each_value_by_one_child(tmp_path: Path) -> None:
    kept: dict[str, dict[str, object]] = {
        "kv/app/db": {"password": "of Vault", "port": 5432},
        "secret/other": {"x": "y\n"},
    }
    with StandInVault(kept) as vault:
        found = values(
            tmp_path,
            'a = { vault = "kv/app/db#password" }\nb = { vault = "kv/app/db#port" }\nc = { vault = "secret/other#x" }',
            vault_env(vault),
        )
        assert found == {"a": b"of Vault", "b": b"5432", "c": b"y\n"}
        assert vault.asked == ["/v1/kv/data/app/db", "/v1/kv/data/app/db", "/v1/secret/data/other"]


def test_the_token_of_vault_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("the-token\n")
    with StandInVault({"kv/app": {"x": "y"}}) as vault:
        env = {**ENV, "VAULT_ADDR": vault.url, "VAULT_TOKEN_FILE": str(tmp_path / "token")}
        assert values(tmp_path, 'a = { vault = "kv/app#x" }', env) == {"a": b"y"}


@pytest.mark.parametrize(
    ("address", "env", "why"),
    [
        ("kv/app#z", {}, "kv/app#z: there is no field `z` in kv/app"),
        ("kv/none#x", {}, "kv/none#x: Vault gives no value: there is nothing at this path"),
        ("kv/app#x", {"VAULT_TOKEN": "another"}, "kv/app#x: Vault gives no value: permission denied"),
        ("kv/app#x", {"VAULT_TOKEN": ""}, "kv/app#x: VAULT_TOKEN and VAULT_TOKEN_FILE are not set; set one of them"),
        (
            "kv/app#x",
            {"VAULT_ADDR": "http://127.0.0.1:1"},
            "kv/app#x: Vault gives no value: no connection to VAULT_ADDR",
        ),
        (
            "kv/app#x",
            {"VAULT_TOKEN": "", "VAULT_TOKEN_FILE": "/not/there"},
            "kv/app#x: cannot read /not/there, which VAULT_TOKEN_FILE names: No such file or directory",
        ),
    ],
)
def test_what_vault_does_not_give_is_explained(tmp_path: Path, address: str, env: dict[str, str], why: str) -> None:
    with StandInVault({"kv/app": {"x": "hush"}}) as vault:
        said = problem(tmp_path, f'a = {{ vault = "{address}" }}', vault_env(vault, **env))
    assert said == f"sexton.toml:2: secrets.a: {why}"


def test_a_vault_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WITHIN", 1000 * MILLISECOND)
    with StandInVault({"kv/app": {"x": "y"}}) as vault:
        vault.answering.clear()
        said = problem(tmp_path, 'a = { vault = "kv/app#x" }', vault_env(vault))
    assert said == ("sexton.toml:2: secrets.a: the reader of Vault did not end in time (1 s for all sources together)")
