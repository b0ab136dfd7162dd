"""What becomes of a process's output: the file, when it is rotated, how many old ones stay, and the relayed copy.

Two of its words are rotation's: the file in use is *rotated* when it becomes `NAME.1`, a *rotation*, and the older
rotations move up by one.
"""

from enum import StrEnum
from typing import NamedTuple

from sexton.model.units import Duration, Instant


class Relay(StrEnum):
    """How children's output appears on Sexton's own standard output."""

    PREFIX = "prefix"
    RAW = "raw"
    JSON = "json"
    OFF = "off"


CHANNELS = ("stdout", "stderr")
STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/null")  # as a log's file: our own two as they are, and nothing


def log_beside(service: str, channel: str) -> str:
    """Where below `log_dir` that channel of a service goes which its log does not have, when nothing is said of it. No
    log of another service has this path: these are in the folder above, and no service has a / in its name."""
    return f"services/{channel}/{service}.log"


class Log(NamedTuple):
    """The process key `log`. Sizes are bytes, paths are absolute or count from Sexton's own working directory.

    `file` None is a place below the plan's `log_dir`; `max_size` None never rotates by size; `keep` is the number of
    rotations beside the file in use; `every` None never rotates by time; `stderr` None is merged into the same file;
    `relay` None is the plan's; `errors` is for the file of standard error what the rest is for that of the output,
    None: the same. `events` are the channels (`stdout`, `stderr`) whose output listeners are told; `capture` is how
    many bytes of what is written there between two marks are told to them, 0: such marks mean nothing.
    `answers` is for the file that keeps what a listener answers, None: nothing keeps it. `mode` has the permission bits
    of files that are made, `strip_ansi` leaves out what colours a terminal."""

    file: str | None = None
    max_size: int | None = 50_000_000
    keep: int = 10
    every: Duration | None = None
    compress: bool = False
    stderr: str | None = None
    relay: Relay | None = None
    errors: "Log | None" = None
    events: tuple[str, ...] = ()
    capture: tuple[int, int] = (0, 0)
    answers: "Log | None" = None
    mode: int = 0o640
    strip_ansi: bool = False


class Lost(NamedTuple):
    """What of somebody's output is in no log: how many bytes, when the last was lost, and why, as long as that goes
    on."""

    size: int
    last: Instant
    reason: str = ""
