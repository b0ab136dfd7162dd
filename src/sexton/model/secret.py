"""A secret: a value that only those who list it get, and that is shown nowhere. The plan knows where it comes from,
never the value."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Source(StrEnum):
    """The kinds of places that a secret's value comes from."""

    FILE = "file"
    ENV = "env"
    COMMAND = "command"
    VAULT = "vault"


class Secret(NamedTuple):
    """One of the plan's secrets. `where` is one word (an absolute path, a variable, `mount/path#field`), of a command
    its argument vector; `file` is the configuration's file that says so."""

    name: str
    source: Source
    where: tuple[str, ...]
    file: str = ""


class SecretUse(NamedTuple):
    """How a process is given a secret: in `variable`, or in a file whose path is in `variable`."""

    secret: str
    variable: str
    as_file: bool = False


def sources_in_environment(secrets: Iterable[Secret]) -> list[str]:
    """The variables that only Sexton may see: those that hold secrets, or that open the way to them."""
    names: list[str] = []
    for secret in secrets:
        if secret.source is Source.ENV:
            names += [secret.where[0], f"{secret.where[0]}_FILE"]
        elif secret.source is Source.VAULT:
            names += ["VAULT_TOKEN", "VAULT_TOKEN_FILE"]
    return list(dict.fromkeys(names))
