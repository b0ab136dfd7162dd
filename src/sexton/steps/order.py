"""What the conductor, and each step below it, is told on standard input: a JSON text.

A secret is written as `{"$secret": NAME}` where its value belongs; `secrets` has the values, and they are put in for
the child alone that needs them. Invariant: a value is in no argument, no file and nobody's environment but that of a
command whose `env` asks for it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from sexton.model.units import SECOND, Duration, Instant

SECRET = "$secret"
NOTHING: Mapping[str, Any] = {}


class StepOrder(NamedTuple):
    """One step: built-in (`step`, with `options` as TOML has them) or a person's own (`command`, with what `env` adds).
    `timeout` in microseconds, None: no limit."""

    name: str
    step: str = ""
    options: Mapping[str, Any] = NOTHING
    command: tuple[str, ...] = ()
    env: Mapping[str, Any] = NOTHING
    cwd: str | None = None
    timeout: Duration | None = None

    @property
    def as_table(self) -> dict[str, Any]:
        return self._asdict()


class Order(NamedTuple):
    """A job of steps, for one attempt of a run. `place` is the folder of the job's steps; `instance` the state whose
    number `run` is; `resumes` the run whose place this one takes. `stop` is how long a step may take after it was
    asked to end. `python` has the job's own variables of Python, which only commands are to find."""

    place: str
    steps: tuple[StepOrder, ...]
    job: str = ""
    run: str = ""
    attempt: int = 1
    fence: int = 0
    fire_time: Instant = 0
    zone: str = "UTC"
    instance: str = ""
    resumes: str = ""
    stop: Duration = 10 * SECOND
    python: Mapping[str, str] = NOTHING
    secrets: Mapping[str, str] = NOTHING

    @property
    def moment(self) -> datetime:
        """The fire time, aware, in the job's zone."""
        return moment(self.fire_time, self.zone)


def moment(fire_time: Instant, zone: str) -> datetime:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=fire_time)
    return at.astimezone(time_zone(zone))


def time_zone(name: str) -> tzinfo:
    """UTC needs no database of zones."""
    if name in ("UTC", "Etc/UTC"):
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def of_json(text: str) -> Order:
    """Raises ValueError, TypeError or KeyError for anything that is no order."""
    found = {field: value for field, value in json.loads(text).items() if field in Order._fields}
    return Order(**{**found, "steps": tuple(map(_step, found["steps"]))})


def _step(found: Mapping[str, Any]) -> StepOrder:
    known = {field: value for field, value in found.items() if field in StepOrder._fields}
    return StepOrder(**{**known, "command": tuple(known.get("command", ()))})


def resolved(value: Any, secrets: Mapping[str, str]) -> Any:
    """A value with the secrets in their places. Raises KeyError for one that is not there."""
    if isinstance(value, dict):
        return (
            secrets[value[SECRET]] if SECRET in value else {key: resolved(each, secrets) for key, each in value.items()}
        )
    return [resolved(each, secrets) for each in value] if isinstance(value, list) else value
