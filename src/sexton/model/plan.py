"""The plan: the whole validated configuration, immutable, whatever text it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sexton.model.job import Job
from sexton.model.units import DAY, SECOND, Duration


class Relay(StrEnum):
    """How children's output appears on Sexton's own standard output."""

    PREFIX = "prefix"
    RAW = "raw"
    JSON = "json"
    OFF = "off"


class OnStateLoss(StrEnum):
    """What to do when the database is gone although it once was here."""

    HOLD = "hold"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Keep:
    """Retention: ended runs, their log files by age, and all log files together by size in bytes."""

    runs: Duration = 90 * DAY
    logs: Duration = 30 * DAY
    size: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Settings:
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


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything Sexton shall do. `files` are the absolute paths it was read from, the main file first;
    `warnings` are things a person should know that do not stop the start."""

    settings: Settings
    jobs: Mapping[str, Job] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
