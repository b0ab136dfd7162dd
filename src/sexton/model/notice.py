"""A notice is something worth telling; a sink is where it is told. What is told when is core/notices.py's."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from sexton.model.units import DAY, SECOND, Duration, Instant


class SinkKind(StrEnum):
    """By which way a sink is reached."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    PING = "ping"
    APPRISE = "apprise"
    COMMAND = "command"


class Sink(NamedTuple):
    """One sink of the plan. `options` are its kind's, as JSON can have them; a SecretReference among them stands for a
    value that only the process which delivers is given. `deadline`: how long one delivery may take in all;
    `give_up_after`: how old a notice may grow before nobody tries again."""

    name: str
    kind: SinkKind
    options: Mapping[str, Any] = MappingProxyType({})
    deadline: Duration = 60 * SECOND
    give_up_after: Duration = 3 * DAY


class Quiet(NamedTuple):
    """A time of every day, as lengths since midnight on the wall: from `start` until before `end`, which is of the next
    day where it is no later than `start`."""

    start: Duration
    end: Duration


class Rule(NamedTuple):
    """What a sink is told of jobs, services, or Sexton itself: the words in `on`.

    `each`: every time, instead of once for each incident; `repeat`: again while the incident lasts; in `quiet` times
    notices are held back; with `digest`, a time of the day, they come together then. `every` is the pause between two
    signs of life. `to` and `sender` are a crontab's MAILTO and MAILFROM: then a run that succeeded without a word is
    nothing to tell."""

    sink: str
    on: frozenset[str] = frozenset()
    each: bool = False
    repeat: Duration | None = None
    quiet: tuple[Quiet, ...] = ()
    digest: Duration | None = None
    every: Duration | None = None
    to: tuple[str, ...] = ()
    sender: str | None = None

    @property
    def route(self) -> str:
        """By what the rule is known beside others of the same subject."""
        return self.sink if self.digest is None else f"{self.sink} digest"


class Incident(StrEnum):
    """What a route was told last of a subject that is not well."""

    WELL = "well"  # nothing
    FAILED = "failed"
    LATE = "late"  # or, of a service, unhealthy
    BOTH = "both"


class Tell(NamedTuple):
    """`word` happened to `subject` (`job:ingest`, `service:db`, `sexton`): to be judged by `rule`, and told no earlier
    than `not_before`. `notice` are the facts, as JSON can have them. Answer when submitted by itself: how many rows
    came of it."""

    subject: str
    word: str
    rule: Rule
    at: Instant
    not_before: Instant
    notice: Mapping[str, Any]
