"""A process: what to start, as whom, within which limits, what becomes of its output, and how it is asked to end."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sexton.model.units import SECOND, Duration


class Stop(NamedTuple):
    """How a process is asked to end: `signal` to its group, then KILL for every descendant after `timeout`."""

    signal: int = 15
    timeout: Duration = 10 * SECOND


class Process(NamedTuple):
    """What to start: an argument vector (never empty), the folder to start in, what to add to the environment."""

    argv: tuple[str, ...]
    cwd: str | None = None
    env: Mapping[str, str] = MappingProxyType({})
    stop: Stop = Stop()
