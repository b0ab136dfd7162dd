"""Where secrets come from: each source read once, before anything else is started.

Files and variables are read here, commands and Vault by children. Invariant: what is wrong is said of the source, with
the line of the configuration that names it, and never holds a value.
"""

import os
import sys
from collections.abc import Iterable, Mapping

from sexton.model.errors import ConfigError, Problem, SpawnError
from sexton.model.plan import Plan
from sexton.model.secret import Secret, Source, sources_in_environment
from sexton.model.units import SECOND
from sexton.spawn import helpers, tokens
from sexton.spawn.initial_environment import forget
from sexton.spawn.keyring import Keyring

WITHIN = 30 * SECOND  # for all commands and Vault together
LIMIT = helpers.LIMIT  # bytes of a value

_VAULT = (sys.executable, "-P", "-m", "sexton.spawn.vault_read")


class _Unread(Exception):
    """A source that gives no value; the message says why."""


def read_values(secrets: Iterable[Secret], environ: Mapping[str, str]) -> dict[str, bytes]:
    """The value of each secret by name, as its source gives it. Raises ConfigError with all that cannot be had."""
    secrets = list(secrets)
    answers = _ask(secrets, environ)
    values: dict[str, bytes] = {}
    problems: list[Problem] = []
    for secret in secrets:
        try:
            value = _read(secret, environ, answers)
            if not value.strip(b"\r\n"):
                raise _Unread("it is empty")
            values[secret.name] = value
        except _Unread as error:
            from sexton.config.secrets import line_of

            problems.append(Problem(secret.file, line_of(secret), f"secrets.{secret.name}: {error}"))
    if problems:
        raise ConfigError(problems)
    return values


def _read(secret: Secret, environ: Mapping[str, str], answers: Mapping[str, helpers.Answer]) -> bytes:
    if secret.source is Source.FILE:
        return _file(secret.where[0])
    if secret.source is Source.ENV:
        return _variable(secret.where[0], environ)
    if secret.source is Source.VAULT:
        return _from_vault(secret.where[0], answers[""])
    return _printed(answers[secret.name])


def _file(path: str) -> bytes:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe without a writer is not waited for
        with open(fd, "rb") as file:
            value = file.read(LIMIT + 1) or b""
    except OSError as error:
        raise _Unread(f"cannot read {path}: {error.strerror}") from None
    if len(value) > LIMIT:
        raise _Unread(f"{path} is larger than {LIMIT:,} bytes")
    return value


def _variable(name: str, environ: Mapping[str, str]) -> bytes:
    """As container images have it: NAME_FILE names a file to read, where NAME is not set."""
    value, file = environ.get(name), environ.get(f"{name}_FILE")
    if value and file:
        raise _Unread(f"{name} and {name}_FILE are both set; set one of them")
    if file:
        return _file(file)
    if value is None:
        raise _Unread(f"{name} is not set, and {name}_FILE neither")
    return os.fsencode(value)


def _ask(secrets: list[Secret], environ: Mapping[str, str]) -> dict[str, helpers.Answer]:
    """What the commands print, by the secret's name; what the one reader of Vault prints, by no name."""
    commands = {secret.name: secret.where for secret in secrets if secret.source is Source.COMMAND}
    addresses = [secret.where[0] for secret in secrets if secret.source is Source.VAULT]
    hidden = sources_in_environment(secret for secret in secrets if secret.source is Source.ENV)
    env = {name: value for name, value in environ.items() if name not in hidden}
    return helpers.ask(commands | ({"": (*_VAULT, *addresses)} if addresses else {}), env, WITHIN)


def _printed(answer: helpers.Answer) -> bytes:
    if answer.problem:
        raise _Unread(answer.problem)
    return answer.output


def _from_vault(address: str, answer: helpers.Answer) -> bytes:
    """One of the values that the reader of Vault has printed."""
    import json

    if answer.problem:
        raise _Unread(answer.problem.replace(_VAULT[0], "the reader of Vault", 1))
    found = json.loads(answer.output)[address]
    if "problem" in found:
        raise _Unread(f"{address}: {found['problem']}")
    value: str = found["value"]
    return value.encode()


def open_keyring(plan: Plan, environ: Mapping[str, str]) -> tuple[Keyring, Plan]:
    """Read the plan's secrets, and take their sources out of our own environment; the plan then has the values of its
    tokens. Raises ConfigError."""
    secrets = plan.secrets.values()
    values = read_values(secrets, environ)
    plan = tokens.with_values(plan, values)
    sources = sources_in_environment(secrets)
    hidden = [*_vault_token(sources, environ), *tokens.as_values(plan.settings.http.tokens)]
    keyring = Keyring(values, hidden, ("/dev/shm", os.path.dirname(plan.settings.socket)))
    processes = [job.process for job in plan.jobs.values()] + [each.process for each in plan.services.values()]
    if any(use.as_file for process in processes for use in process.secrets):
        try:
            keyring.prepare()
        except SpawnError as error:
            raise ConfigError([Problem(plan.files[0], 0, f"secrets: {error}")]) from None
    if trouble := forget([*sources, *tokens.variables_of(plan.settings.http.tokens, environ)]):
        keyring.warnings.append(f"/proc/{os.getpid()}/environ still shows the variables that hold secrets: {trouble}")
    return keyring, plan


def _vault_token(sources: Iterable[str], environ: Mapping[str, str]) -> list[bytes]:
    """What opens the way to Vault, where that was asked."""
    if "VAULT_TOKEN" not in sources:
        return []
    if token := environ.get("VAULT_TOKEN"):
        return [os.fsencode(token)]
    try:
        return [_file(environ["VAULT_TOKEN_FILE"]).strip()]
    except _Unread as error:
        raise ConfigError([Problem("VAULT_TOKEN_FILE", 0, str(error))]) from None
