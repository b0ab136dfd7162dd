"""The plan: the whole validated configuration, immutable, whatever text it came from."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sexton.model.http import Http
from sexton.model.job import Job, Pool
from sexton.model.log import Relay as Relay
from sexton.model.service import Service
from sexton.model.units import DAY, SECOND, Duration

if TYPE_CHECKING:
    from sexton.model.listener import Listener
    from sexton.model.notice import Rule, Sink
    from sexton.model.secret import Secret
    from sexton.model.supervisord import Supervisord


class OnStateLoss(StrEnum):
    """What to do when the database is gone although it once was here."""

    HOLD = "hold"
    RUN = "run"


class Keep(NamedTuple):
    """Retention: ended runs, their log files by age, and all log files together by size in bytes."""

    runs: Duration = 90 * DAY
    logs: Duration = 30 * DAY
    size: int = 1_000_000_000


class Settings(NamedTuple):
    """The `[sexton]` table. `state` is a database file's path or `:memory:`; paths are absolute."""

    state: str
    log_dir: str
    socket: str
    timezone: str
    relay: Relay = Relay.PREFIX
    log_format: str = "text"
    stop_within: Duration = 9 * SECOND
    max_parallel: int = 64
    on_state_loss: OnStateLoss = OnStateLoss.HOLD
    keep: Keep = Keep()
    watch: bool = False
    http: Http = Http()


class Plan(NamedTuple):
    """Everything Sexton shall do. `files` are the absolute paths it was read from, the main file first; `warnings` are
    things a person should know that do not stop the start; `supervisord` is there when a supervisord.conf is among the
    files. `notify` has by subject (`job:ingest`, `service:db`, `sexton`) who is told what of it."""

    settings: Settings
    jobs: Mapping[str, Job] = MappingProxyType({})
    services: Mapping[str, Service] = MappingProxyType({})
    secrets: "Mapping[str, Secret]" = MappingProxyType({})
    pools: Mapping[str, Pool] = MappingProxyType({})
    listeners: "Mapping[str, Listener]" = MappingProxyType({})
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    supervisord: "Supervisord | None" = None
    sinks: "Mapping[str, Sink]" = MappingProxyType({})
    notify: "Mapping[str, tuple[Rule, ...]]" = MappingProxyType({})
