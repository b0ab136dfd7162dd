"""A notice is something worth telling; a sink is where it is told. What is told when is core/notices.py's."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from sexton.model.units import DAY, SECOND, Duration


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
