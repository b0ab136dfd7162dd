"""`sexton attach --schedule EXPR -- COMMAND…`: give a real supervisord a schedule, as an event listener of it.

Reads the options as the configuration reads the keys of the same names; all that it then does is attach/'s.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import TypeVar

from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Option, Usage
from sexton.config.values import Unfit
from sexton.config.zones import default_zone
from sexton.core.durations import parse_duration
from sexton.core.schedules.parse import parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.job import Job, Overlap
from sexton.model.log import STREAMS, Log
from sexton.model.process import Process
from sexton.model.units import SECOND

USAGE = Usage(
    "sexton attach --schedule EXPR [OPTIONS] -- COMMAND...",
    "Run COMMAND at the fire times of EXPR, as an event listener of a supervisord:\n"
    "the command of an [eventlistener:x] with any `events`. What COMMAND writes goes\n"
    "to standard error, which supervisord logs. Needs no daemon, keeps no history.",
    (
        Option("--schedule", "as the key: 30 2 * * 1-5, @every 5m; may be given again", value="EXPR"),
        Option("--timezone", "the zone it holds in (default: TZ, or the machine's)", value="ZONE"),
        Option("--except", "days to leave out, as calendar: Sat,Sun; also again", value="DAYS"),
        Option("--jitter", "put each start off by up to this much", value="LENGTH"),
        Option("--timeout", "stop a run that takes longer: 10m", value="LENGTH"),
        Option("--overlap", "during a run: skip (default), queue, allow or replace", value="W"),
        Option("--stop", "be gone so long after TERM (default 9s)", value="LENGTH"),
        Option("--log", "where COMMAND's output goes, rotated at 50 MB", value="FILE"),
        Option("--job", "its name, for H and jitter (default: the listener's)", value="JOB"),
    ),
    least=1,
    most=None,
)
STOP_WITHIN = 9 * SECOND  # a second less than supervisord waits, unless told
T = TypeVar("T")


def execute(arguments: Arguments, console: Console) -> int:
    _check_descriptors()
    try:
        zone = arguments.text("--timezone") or default_zone(console.environ)
        within = _read(arguments, "--stop", parse_duration, STOP_WITHIN)
        job = _job(arguments, zone, console.environ.get("SUPERVISOR_PROCESS_NAME", "job"))
    except (ScheduleError, Unfit) as error:
        raise UsageError(str(error)) from None
    from sexton.attach.attached import run_attached

    return run_attached(job, zone, within, os.environ)


def _check_descriptors() -> None:
    from sexton.premises import keep_standard_descriptors

    keep_standard_descriptors()
    kind = os.fstat(0).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind) or os.isatty(0)):
        raise UsageError(
            "no events can come on standard input; it is supervisord that starts it, for an [eventlistener:x]"
        )


def _job(arguments: Arguments, zone: str, listener: str) -> Job:
    name = arguments.text("--job") or listener
    texts = arguments.texts("--schedule")
    if not texts:
        raise UsageError("when? --schedule '@every 5m', say")
    return Job(
        name,
        Process(tuple(arguments.operands), log=_log(arguments)),
        parse_schedule(texts, zone, name, arguments.texts("--except")),
        timeout=_read(arguments, "--timeout", parse_duration, None),
        overlap=_read(arguments, "--overlap", _overlap, Overlap.SKIP),
        jitter=_read(arguments, "--jitter", parse_duration, 0),
    )


def _read(arguments: Arguments, option: str, convert: Callable[[str], T], default: T) -> T:
    text = arguments.text(option)
    if text is None:
        return default
    try:
        return convert(text)
    except ScheduleError as error:
        raise UsageError(f"{option}: {error}") from None


def _overlap(text: str) -> Overlap:
    if text not in list(Overlap):
        raise UsageError(f"--overlap takes {', '.join(Overlap)}, not '{text}'")
    return Overlap(text)


def _log(arguments: Arguments) -> Log:
    text = arguments.text("--log")
    if text is None:
        return Log(file="/dev/stderr")
    path = os.path.abspath(text)
    if path == "/dev/stdout":
        raise UsageError("--log: standard output is for supervisord alone; leave --log out for standard error")
    if path not in STREAMS and not os.access(os.path.dirname(path), os.W_OK | os.X_OK):
        raise UsageError(f"--log: cannot write to {os.path.dirname(path)}; name a file in a folder that is there")
    return Log(file=path)
