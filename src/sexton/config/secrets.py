"""`[secrets]`, and who is given what of it: the tables of all files → Secrets, and the process key `secrets` → uses.

Only the way to a value is read here, never the value. Loaded when a configuration speaks of secrets.
"""

import os
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from sexton.config.files import FILE_LIMIT, Unreadable, read_text
from sexton.config.suggest import hint
from sexton.config.table import Table, pending
from sexton.config.values import Unfit, found, name, shown
from sexton.config.where import Where
from sexton.model.errors import ConfigError, Problem
from sexton.model.reference import SecretReference
from sexton.model.secret import Secret, SecretUse, Source

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_VAULT = re.compile(r"[^/#\s]+(?:/[^/#\s]+)+#[^#\s]+")
_ONE = '{ file = "/run/secrets/x" }, { env = "X" }, { command = ["./x.sh"] } or { vault = "kv/app#x" }'
_USE = '"name" or { name = "name", as = "file" }'
_OWN = "SEXTON_"


def read_secrets(roots: Sequence[Table], expanded: Container[str]) -> dict[str, Secret]:
    """The secrets of all files by name; a name that is taken or cannot be one is reported. So is a source among the
    variables that were `expanded`: its value stands in the plan for everyone to see."""
    tables: dict[str, Table] = {}
    secrets: dict[str, Secret] = {}
    for root in roots:
        whole = root.below("secrets", "a table for each secret, such as x = { file = … },")
        for key in whole.data if whole else ():
            table = whole.below(key, _ONE) if whole else None
            if table is None:
                continue
            if not _NAME.fullmatch(key):
                table.problem(
                    "no secret can have this name; at most 64 letters, digits and _, no digit first, are meant"
                )
            if tables.setdefault(key, table) is not table:
                table.problem(f"a secret of this name is at {tables[key].place()} already; give one another name")
            secret = secrets[key] = _read_secret(key, table)
            if secret.source is Source.ENV and secret.where and secret.where[0] in expanded:
                table.problem(f"${{{secret.where[0]}}} shows the value where it stands; give it by `secrets` instead")
    return secrets


def _read_secret(key: str, table: Table) -> Secret:
    table.only(_SOURCES, {}, "source")
    given = [source for source in _SOURCES if source in table]
    if len(given) != 1:
        table.problem(f"{'two sources are' if given else 'no source is'} given; one of {_ONE} is meant")
    where: tuple[str, ...] = ()
    source = Source(given[0]) if given else Source.FILE
    if given and not pending(table.data[source]):
        where = table.read(source, lambda value: _SOURCES[source](value, table.file), where)
    return Secret(key, source, where, table.file)


def _file(value: object, file: str) -> tuple[str, ...]:
    return (os.path.join(os.path.dirname(os.path.abspath(file)), name(value)),)


def _variable(value: object, file: str) -> tuple[str, ...]:
    if "=" in name(value) or name(value).startswith(_OWN):
        raise Unfit(f"{shown(value)} is no variable that can hold it")
    return (name(value),)


def _command(value: object, file: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Unfit(f'{found(value)}; a list such as ["pass", "show", "x"] is meant')
    if not value or not all(isinstance(word, str) and "\0" not in word for word in value) or not value[0]:
        raise Unfit('a list of words such as ["pass", "show", "x"] is meant, the first not empty')
    return tuple(value)


def _vault(value: object, file: str) -> tuple[str, ...]:
    if not _VAULT.fullmatch(name(value)):
        raise Unfit(f'{shown(value)} is no address; "mount/path#field" is meant')
    return (name(value),)


_SOURCES: dict[str, Callable[[object, str], tuple[str, ...]]] = {
    "file": _file,
    "env": _variable,
    "command": _command,
    "vault": _vault,
}


def line_of(secret: Secret) -> int:
    """Where its file has the secret, for what is found wrong with it after the plan was made; 0 when it has gone."""
    try:
        return Where(read_text(secret.file, FILE_LIMIT)).line(("secrets", secret.name))
    except (Unreadable, ValueError):
        return 0


def verify_unchanged(before: Mapping[str, Secret], now: Mapping[str, Secret]) -> None:
    """Raise ConfigError where a plan that is loaded anew needs what was not read at the start."""
    problems = [
        Problem(secret.file, line_of(secret), f"secrets.{name}: secrets are read when Sexton starts; start it anew")
        for name, secret in now.items()
        if before.get(name) != secret
    ]
    if problems:
        raise ConfigError(problems)


def read_uses(table: Table) -> tuple[SecretUse, ...]:
    """What a process's `secrets` and the references in its `env` give it."""
    uses: list[SecretUse] = []
    listed = table.data.get("secrets", [])
    if not isinstance(listed, list):
        table.problem(f"{found(listed)}; a list of {_USE} is meant", "secrets")
        listed = []
    for index, item in enumerate(listed):
        if (use := _listed(table, item, index)) is not None:
            _add(uses, use, table, "secrets", index)
    env = table.data.get("env", {})
    for key, value in env.items() if isinstance(env, dict) else ():
        if isinstance(value, SecretReference):
            _add(uses, SecretUse(value.secret, key), table, "env", key)
    return tuple(uses)


def _listed(table: Table, item: object, index: int) -> SecretUse | None:
    if isinstance(item, str):
        return None if pending(item) else SecretUse(item, item.upper())
    if not isinstance(item, dict):
        table.problem(f"{found(item)}; {_USE} is meant", "secrets", index)
        return None
    one = table.at(item, "secrets", index)
    one.only(("name", "as"), {})
    if "name" not in item:
        one.problem(f"`name` is missing; {_USE} is meant")
    secret = one.read("name", name, "")
    as_file = one.read("as", _as_file, False)
    return SecretUse(secret, secret.upper() + ("_FILE" if as_file else ""), as_file) if secret else None


def _as_file(value: object) -> bool:
    if value not in ("file", "env"):
        raise Unfit(f'{shown(value)} is unknown; "file" or "env" is meant')
    return value == "file"


def _add(uses: list[SecretUse], use: SecretUse, table: Table, *keys: str | int) -> None:
    """Keep one use, unless it and something else would set the same variable."""
    env = table.data.get("env")
    here = keys[0] == "env"
    if use.variable.startswith(_OWN):
        table.problem(f"variables that begin with {_OWN} are Sexton's own; give the secret another name", *keys)
    elif any(other.variable == use.variable for other in uses) or (
        not here and isinstance(env, dict) and use.variable in env
    ):
        table.problem(f"something else gives the variable {use.variable} already; take one of them out", *keys)
    uses.append(use)


def verify_secrets(tables: Iterable[Table], secrets: Mapping[str, Secret]) -> None:
    """Report each mention of a secret that is not there, in the tables of Sexton and of all that start processes."""
    for table in tables:
        for named, keys in _mentions(table):
            if named not in secrets:
                table.problem(f"there is no secret `{named}`; {hint(named, secrets)}", *keys)


def _mentions(table: Table) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The secrets that a table names, and where."""
    listed, env = table.data.get("secrets"), table.data.get("env")
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        named = item.get("name") if isinstance(item, dict) else item
        if isinstance(named, str) and named and not pending(named):
            yield named, ("secrets", index)
    for key, value in env.items() if isinstance(env, dict) else ():
        if isinstance(value, SecretReference):
            yield value.secret, ("env", key)
    for key, value in table.data.items():
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, SecretReference):
                yield item.secret, (key,)
    if "steps" in table:
        from sexton.config.steps.read import mentions

        yield from mentions(table)
