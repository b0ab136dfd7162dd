"""What a person wants of a run besides the run: another fire time than now, more in its environment, a name.

Reads and bounds what came through the API; raises Refused as `invalid`. Invariant: a wish for a fire time or with a
key of its own leads to the same slot however often it is made, so to one run.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sexton.core.schedules.localtime import first_instant, read_time
from sexton.core.schedules.zones import find_zone
from sexton.core.slots import fire_slot, manual_slot
from sexton.model.errors import Refused
from sexton.model.job import Job
from sexton.model.units import Instant

MOST_VARIABLES = 64
LARGEST = 16 * 1024  # bytes of the environment as JSON
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(r"[!-~]{1,64}")


class Wish(NamedTuple):
    """`at` is the fire time that the run shall stand for, None for now; `key` names the request."""

    at: Instant | None = None
    env: Mapping[str, str] = MappingProxyType({})
    key: str | None = None

    @property
    def slot(self) -> str | None:
        """What the run is known by; None when the request has no name."""
        if self.at is not None:
            return fire_slot(self.at)
        return None if self.key is None else manual_slot(self.key)


def read_wish(job: Job, timezone: str, at: str | None, env: str | None, key: str | None) -> Wish:
    """A wish for a run of `job`. `at` is a time in the job's zone, or `timezone` where it has none, `env` a JSON
    object, `key` the text of a header."""
    if at is not None and key is not None:
        raise Refused("invalid", "a fire time and an idempotency key both name the run; give one of them")
    if key is not None and not _KEY.fullmatch(key):
        raise Refused("invalid", "an idempotency key has 1 to 64 characters of ASCII, none of them a space")
    zone = find_zone(job.schedule.zone if job.schedule else timezone)
    instant = None if at is None else first_instant(read_time(at, zone), zone)
    return Wish(instant, read_environment(job, env), key)


def read_environment(job: Job, text: str | None) -> Mapping[str, str]:
    """The variables in `text`; none of them is Sexton's own, or one by which the job gets a secret."""
    if not text:
        return {}
    if len(text.encode("utf-8", "surrogateescape")) > LARGEST:
        raise Refused("invalid", f"the environment is too large; it may have {LARGEST} bytes")
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Refused("invalid", 'parameter \'env\' has to be a JSON object of texts, such as {"DAY": "2026-11-22"}')
    if len(found) > MOST_VARIABLES:
        raise Refused("invalid", f"there are {len(found)} variables; a run may be given {MOST_VARIABLES}")
    for name, value in found.items():
        _verify(job, name, value)
    return found


def _verify(job: Job, name: str, value: str) -> None:
    if not _NAME.fullmatch(name):
        raise Refused("invalid", f"{name!r} is no name of a variable; use letters, digits and _, and no digit first")
    if name.startswith("SEXTON_"):
        raise Refused("invalid", f"{name} is Sexton's own to set; use another name")
    if name in {variable for use in job.process.secrets for variable in (use.variable, f"{use.variable}_FILE")}:
        raise Refused("invalid", f"{name} is one of the job's secrets; those come from [secrets] alone")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Refused("invalid", f"the value of {name} has a character that no environment can hold")
