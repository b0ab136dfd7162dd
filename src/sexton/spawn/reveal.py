"""Secrets in the place of their names, for what a process is to read and nobody else. Loaded when one is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sexton.model.errors import SpawnError
from sexton.model.reference import SecretReference
from sexton.spawn.keyring import without_line_end

if TYPE_CHECKING:
    from sexton.spawn.keyring import Keyring


def reveal(options: Mapping[str, Any], keyring: Keyring | None) -> dict[str, Any]:
    """`options` with each SecretReference replaced, however deep. Raises SpawnError for one that was not read."""
    return {key: _revealed(value, keyring) for key, value in options.items()}


def _revealed(value: Any, keyring: Keyring | None) -> Any:
    if isinstance(value, Mapping):
        return reveal(value, keyring)
    if isinstance(value, list | tuple):
        return [_revealed(item, keyring) for item in value]
    return _value(value.secret, keyring) if isinstance(value, SecretReference) else value


def _value(name: str, keyring: Keyring | None) -> str:
    known = None if keyring is None else keyring.values.get(name)
    if known is None:
        raise SpawnError(f"the secret `{name}` was not read when Sexton started; start it anew")
    return os.fsdecode(without_line_end(known))
