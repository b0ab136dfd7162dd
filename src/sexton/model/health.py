"""How well Sexton is: checks with their levels, after draft-inadarei-api-health-check-06."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    PASS = "pass"
    WARN = "warn"  # works, and a person should know
    FAIL = "fail"


class Check(NamedTuple):
    """One thing that was looked at. `kind` is what it is about (`job`, `store` …), `output` why it does not pass, `at`
    when what it says came to be (ISO 8601)."""

    name: str
    kind: str
    level: Level = Level.PASS
    output: str = ""
    at: str | None = None


class Health(NamedTuple):
    """`ready`: what has to be done before Sexton does its work. `checks`: how that goes."""

    ready: tuple[Check, ...]
    checks: tuple[Check, ...]
