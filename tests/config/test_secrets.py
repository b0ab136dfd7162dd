"""Where secrets come from and who lists them; no value is read here."""

import subprocess
import sys
from pathlib import Path

import pytest

from sexton.config.secrets import line_of
from sexton.model.secret import Secret, SecretUse, Source, sources_in_environment
from tests.config.conftest import Complain, Load

JOB = '[jobs.x]\ncommand = "true"\n'
ONE = '{ file = "/run/secrets/x" }, { env = "X" }, { command = ["./x.sh"] } or { vault = "kv/app#x" }'
USE = '"name" or { name = "name", as = "file" }'


def test_each_source_has_its_place(load: Load, folder: Path) -> None:
    plan = load(
        '[secrets]\na = { file = "keys/a" }\nb = { file = "/run/secrets/b" }\nc = { env = "C" }\n'
        'd = { command = ["pass", "show", "d"] }\n_e1 = { vault = "kv/app/db#password" }\n'
    )
    where = {name: (secret.source, secret.where) for name, secret in plan.secrets.items()}
    assert where == {
        "a": (Source.FILE, (str(folder / "keys/a"),)),
        "b": (Source.FILE, ("/run/secrets/b",)),
        "c": (Source.ENV, ("C",)),
        "d": (Source.COMMAND, ("pass", "show", "d")),
        "_e1": (Source.VAULT, ("kv/app/db#password",)),
    }


def test_a_process_lists_what_it_is_given_and_how(load: Load) -> None:
    plan = load(
        '[secrets]\npw = { env = "PW" }\nkey = { env = "KEY" }\n[jobs.x]\ncommand = "true"\n'
        'secrets = ["pw", { name = "key", as = "file" }, { name = "key", as = "env" }]\n'
        'env = { A = "secret:pw", B = "b" }\n[services.s]\ncommand = "true"\nsecrets = ["key"]\n'
    )
    process = plan.jobs["x"].process
    assert process.secrets == (
        SecretUse("pw", "PW"),
        SecretUse("key", "KEY_FILE", as_file=True),
        SecretUse("key", "KEY"),
        SecretUse("pw", "A"),
    )
    assert process.env == {"B": "b"}
    assert plan.services["s"].process.secrets == (SecretUse("key", "KEY"),)


def test_secrets_of_all_files_are_one_list(load: Load) -> None:
    plan = load(
        f'[sexton]\ninclude = ["more.toml"]\n{JOB}secrets = ["y"]\n[secrets]\nx = {{ env = "X" }}\n',
        more='[secrets]\ny = { env = "Y" }\n',
    )
    assert list(plan.secrets) == ["x", "y"]
    assert {Path(secret.file).name for secret in plan.secrets.values()} == {"sexton.toml", "more.toml"}


def test_looking_at_a_plan_reads_no_secret(load: Load) -> None:
    plan = load('[secrets]\na = { file = "/not/there" }\nb = { file = "${NOT_SET}" }\n', for_run=False)
    assert list(plan.secrets) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("secrets = 1", "1: secrets: 1 is a number; a table for each secret, such as x = { file = … }, is meant"),
        ("secrets.x = 'v'", f'1: secrets.x: "v" is a string; {ONE} is meant'),
        ("secrets.x = {}", f"1: secrets.x: no source is given; one of {ONE} is meant"),
        ("secrets.x = { env = 'X', file = 'x' }", f"1: secrets.x: two sources are given; one of {ONE} is meant"),
        (
            "secrets.a-b = { env = 'X' }",
            "1: secrets.a-b: no secret can have this name; at most 64 letters, digits and _, no digit first, are meant",
        ),
        ("secrets.x = { env = '' }", "1: secrets.x.env: it is empty"),
        ("secrets.x = { env = 'A=B' }", '1: secrets.x.env: "A=B" is no variable that can hold it'),
        (
            "secrets.x = { command = 'pass show x' }",
            '1: secrets.x.command: "pass show x" is a string; a list such as ["pass", "show", "x"] is meant',
        ),
        (
            "secrets.x = { command = [] }",
            '1: secrets.x.command: a list of words such as ["pass", "show", "x"] is meant, the first not empty',
        ),
        (
            "secrets.x = { vault = 'kv#field' }",
            '1: secrets.x.vault: "kv#field" is no address; "mount/path#field" is meant',
        ),
        (f"{JOB}secrets = 'x'", f'3: jobs.x.secrets: "x" is a string; a list of {USE} is meant'),
        (f"{JOB}secrets = [1]", f"3: jobs.x.secrets[0]: 1 is a number; {USE} is meant"),
        (f"{JOB}secrets = [{{}}]", f"3: jobs.x.secrets[0]: `name` is missing; {USE} is meant"),
    ],
)
def test_what_cannot_be_is_explained(complain: Complain, text: str, problem: str) -> None:
    assert complain(text) == [f"sexton.toml:{problem}"]


SECRETS = '[secrets]\npass = { env = "PW" }\npass_file = { env = "X" }\nsexton_key = { env = "Y" }\n' + JOB


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ('secrets = ["pas"]', "7: jobs.x.secrets[0]: there is no secret `pas`; did you mean `pass`?"),
        ('secrets = [{ name = "pas" }]', "7: jobs.x.secrets[0]: there is no secret `pas`; did you mean `pass`?"),
        ('env = { A = "secret:pas" }', "7: jobs.x.env.A: there is no secret `pas`; did you mean `pass`?"),
        (
            'secrets = [{ name = "pass", as = "fd" }]',
            '7: jobs.x.secrets[0].as: "fd" is unknown; "file" or "env" is meant',
        ),
        (
            'secrets = ["pass_file", { name = "pass", as = "file" }]',
            "7: jobs.x.secrets[1]: something else gives the variable PASS_FILE already; take one of them out",
        ),
        (
            'secrets = ["pass"]\nenv = { PASS = "x" }',
            "7: jobs.x.secrets[0]: something else gives the variable PASS already; take one of them out",
        ),
        (
            'secrets = ["sexton_key"]',
            "7: jobs.x.secrets[0]: variables that begin with SEXTON_ are Sexton's own; give the secret another name",
        ),
        (
            'cwd = "secret:pass"',
            "7: jobs.x.cwd: a secret cannot stand here; the key `secrets` or a variable in `env` gives it to a process",
        ),
    ],
)
def test_what_a_process_cannot_be_given_is_explained(complain: Complain, keys: str, problem: str) -> None:
    assert complain(SECRETS + keys) == [f"sexton.toml:{problem}"]


def test_a_source_that_stands_in_the_plan_is_refused(complain: Complain) -> None:
    text = '[secrets]\npw = { env = "PW" }\n[jobs.x]\ncommand = "login ${PW:-none}"\n'
    assert complain(text, {"PW": "hush"}) == [
        "sexton.toml:2: secrets.pw: ${PW} shows the value where it stands; give it by `secrets` instead"
    ]


def test_a_name_that_is_taken_is_said_with_both_places(complain: Complain) -> None:
    assert complain(
        '[sexton]\ninclude = ["more.toml"]\n[secrets]\nx = { env = "X" }\n', more='[secrets]\nx = { env = "Y" }\n'
    ) == ["more.toml:2: secrets.x: a secret of this name is at sexton.toml:4 already; give one another name"]


def test_a_secret_that_is_not_there_is_no_problem_when_a_file_could_not_be_read(complain: Complain) -> None:
    problems = complain(f'[sexton]\ninclude = ["gone.toml"]\n{JOB}secrets = ["x"]\n')
    assert len(problems) == 1
    assert "gone.toml" in problems[0]


def test_the_line_of_a_secret_is_found_afterwards(load: Load, folder: Path) -> None:
    secret = load('[secrets]\n\nx = { env = "X" }\n').secrets["x"]
    assert line_of(secret) == 3
    (folder / "sexton.toml").unlink()
    assert line_of(secret) == 0


LOOK = """
import sys
from sexton.config.load import load_plan
import sexton.app
load_plan(sys.argv[1:], {"HOME": "/"})
print(sorted(name for name in sys.modules if name.startswith("sexton.") and ("secret" in name or "redact" in name)))
"""


def test_nothing_of_secrets_is_loaded_when_there_are_none(folder: Path) -> None:
    (folder / "sexton.toml").write_text(JOB + 'env = { A = "a secret" }\n')
    looked = subprocess.run([sys.executable, "-c", LOOK, "sexton.toml"], capture_output=True, text=True, check=True)
    assert looked.stdout == "[]\n"


def test_the_environment_holds_sources_and_what_opens_them() -> None:
    secrets = [
        Secret("a", Source.ENV, ("A",)),
        Secret("b", Source.FILE, ("/b",)),
        Secret("c", Source.VAULT, ("kv/c#c",)),
        Secret("d", Source.VAULT, ("kv/d#d",)),
    ]
    assert sources_in_environment(secrets) == ["A", "A_FILE", "VAULT_TOKEN", "VAULT_TOKEN_FILE"]
