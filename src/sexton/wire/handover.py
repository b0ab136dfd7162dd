"""The hand-over as bytes: JSON in which every noun has its name, and every field of a noun its own.

The image that reads may be of another version than the one that wrote: fields that it does not know are dropped, and
those that are missing take their defaults. Invariant: `decode(encode(left)) == left`, or it is refused with a reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, TypeAlias

from sexton.core import due
from sexton.model import (
    handover,
    http,
    job,
    ledger,
    listener,
    log,
    notice,
    plan,
    process,
    run,
    schedule,
    secret,
    service,
    step,
    supervisord,
)
from sexton.model.errors import HandOverError
from sexton.model.handover import VERSION, HandOver
from sexton.model.reference import SecretReference

_Noun: TypeAlias = "type[Any]"  # a NamedTuple or an Enum

NAME = "$"  # of the noun; no field of a noun is called so
VALUE = "is"  # of what is no noun

_WORLD = (
    *(due, handover, http, job, ledger, listener, log, notice, plan, process, run, schedule, secret, service, step),
    supervisord,
)
_PLAIN = (type(None), bool, int, float, str)


def nouns() -> Iterator[tuple[str, _Noun]]:
    """Every noun that may be in a hand-over, by name."""
    for module in _WORLD:
        for name, found in vars(module).items():
            if isinstance(found, type) and (issubclass(found, Enum) or hasattr(found, "_fields")):
                yield name, found


_NOUNS: dict[str, _Noun] = dict(nouns())


def encode(left: HandOver) -> bytes:
    """Raises HandOverError when there is something in it that cannot be handed over."""
    return json.dumps(_spelled(left), separators=(",", ":")).encode()


def decode(data: bytes) -> HandOver:
    """Raises HandOverError, saying what this image cannot read."""
    try:
        spelled = json.loads(data)
        version, by = spelled["version"], spelled["by"]
    except (ValueError, TypeError, KeyError) as error:
        raise HandOverError(f"cannot read the hand-over: it is none ({error!r})") from None
    if version != VERSION:
        raise HandOverError(f"cannot read the hand-over of Sexton {by}: its version is {version}, not {VERSION}")
    left = _meant(spelled)
    if not isinstance(left, HandOver):
        raise HandOverError("cannot read the hand-over: it is something else")
    return left


def _spelled(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum) and _is_known(value):
        return {NAME: type(value).__name__, VALUE: value.value}
    if isinstance(value, SecretReference):
        return {NAME: "secret", VALUE: str(value)}
    if isinstance(value, bytes):
        return {NAME: "bytes", VALUE: value.decode("latin-1")}
    if isinstance(value, tuple):
        return _spelled_noun(value) if hasattr(value, "_fields") else [_spelled(item) for item in value]
    if isinstance(value, frozenset):
        return {NAME: "set", VALUE: [_spelled(item) for item in value]}
    if isinstance(value, Mapping):
        return {NAME: "map", VALUE: [[_spelled(key), _spelled(item)] for key, item in value.items()]}
    raise HandOverError(f"cannot hand over {value!r}: it is no noun")


def _spelled_noun(value: Any) -> dict[str, Any]:
    if not _is_known(value):
        raise HandOverError(f"cannot hand over {type(value).__name__}: it is no noun of model/")
    return {NAME: type(value).__name__} | {field: _spelled(getattr(value, field)) for field in value._fields}


def _is_known(value: Any) -> bool:
    return _NOUNS.get(type(value).__name__) is type(value)


def _meant(spelled: Any) -> Any:
    if isinstance(spelled, list):
        return tuple(map(_meant, spelled))
    if not isinstance(spelled, dict):
        return spelled
    name = spelled.get(NAME)
    if (read := _BUILT_IN.get(str(name))) is not None:
        return read(spelled[VALUE])
    noun = _NOUNS.get(str(name))
    if noun is None:
        raise HandOverError(f"cannot read the hand-over: this version of Sexton knows no {name}")
    try:
        return noun(spelled[VALUE]) if issubclass(noun, Enum) else _noun(noun, spelled)
    except (ValueError, TypeError, KeyError) as error:
        raise HandOverError(f"cannot read the hand-over: {name}: {error}") from None


def _noun(noun: _Noun, spelled: Mapping[str, Any]) -> Any:
    return noun(**{field: _meant(spelled[field]) for field in noun._fields if field in spelled})


_BUILT_IN: dict[str, Callable[[Any], Any]] = {
    "bytes": lambda spelled: spelled.encode("latin-1"),
    "secret": SecretReference,
    "set": lambda spelled: frozenset(map(_meant, spelled)),
    "map": lambda spelled: {_meant(key): _meant(item) for key, item in spelled},
}
