"""`secret:NAME` in place of a value: where somebody resolves it, it is kept as a SecretReference, elsewhere refused.

Loaded when a value begins so.
"""

import re

from sexton.config.expand import Unexpanded
from sexton.config.table import Table
from sexton.model.reference import SecretReference

_REFERENCE = re.compile(r"secret:[A-Za-z0-9._-]+")
_RESOLVED = (
    *(("jobs", "*", "env", "*"), ("services", "*", "env", "*")),
    *(("sexton", "token"), ("sexton", "read_token")),
)
_ANYWHERE_IN = "sinks"


def reference(value: str, place: Table) -> str | None:
    """The reference that `value` is, at `place`; None when it is none."""
    if not _REFERENCE.fullmatch(value):
        return None
    known = place.path[0] == _ANYWHERE_IN or _is_of_a_step(place.path)
    if known or any(_fits(place.path, pattern) for pattern in _RESOLVED):
        return SecretReference(value)
    place.problem("a secret cannot stand here; the key `secrets` or a variable in `env` gives it to a process")
    return Unexpanded(value)


def _fits(path: tuple[str | int, ...], pattern: tuple[str, ...]) -> bool:
    return len(path) == len(pattern) and all(want in ("*", part) for part, want in zip(path, pattern, strict=True))


def _is_of_a_step(path: tuple[str | int, ...]) -> bool:
    """Steps take secrets in any value, however deep; config/steps/read.py refuses them where they cannot be."""
    return len(path) >= 5 and (path[0], path[2]) == ("jobs", "steps")
