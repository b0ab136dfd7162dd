"""The process key `log`: where output goes, when its file is rotated, how many rotations stay → Log.

A path counts from the process's `cwd`, as all its paths do. What cannot be meant is a problem: a file shared with
standard error, rotation by time for a job, whose runs have files of their own.
"""

import os
import re
from collections.abc import Callable

from sexton.config.table import Table
from sexton.config.values import Unfit, boolean, choice, duration, name, names, shown, size, whole
from sexton.model.log import CHANNELS, STREAMS, Log, Relay
from sexton.model.units import DAY, MINUTE, Duration

LOG_KEYS = (
    *("file", "max_size", "keep", "every", "compress", "stderr", "relay", "events", "capture"),
    *("stdout", "mode", "strip_ansi"),
)

_OF_CHANNEL = ("file", "max_size", "keep", "mode")
_MOST_KEPT = 1_000
_MERGE = "merge"


def read_log(table: Table, cwd: str | None) -> Log:
    """The `log` of a job's or a service's table."""
    log = table.below("log", 'a table such as { max_size = "50MB", keep = 10 }')
    if log is None:
        return Log()
    log.only(LOG_KEYS, {})
    if table.path[0] == "jobs":
        _refuse_for_a_job(log)
    elif "stdout" in log and table.path[0] != "listeners" and "listener" not in table:
        log.problem("it is for listeners, whose log is that of standard error; `file` is meant", "stdout")
    by_default = Log()
    read = Log(
        file=log.read("file", _path(cwd), None),
        max_size=log.read("max_size", _max_size, by_default.max_size),
        keep=log.read("keep", whole(0, _MOST_KEPT, f"a whole number from 0 to {_MOST_KEPT}"), by_default.keep),
        every=log.read("every", _every, None),
        compress=log.read("compress", boolean, False),
        relay=log.read("relay", choice(Relay), None),
        events=log.read("events", _channels, by_default.events),
        capture=_read_capture(log),
        mode=log.read("mode", _mode, by_default.mode),
        strip_ansi=log.read("strip_ansi", boolean, False),
    )
    read = _with_answers(_with_errors(read, log, cwd), log, cwd)
    if read.stderr is not None and read.stderr == read.file and read.stderr not in STREAMS:
        log.problem('it is the same as `file`; "merge" is meant', "stderr")
    if read.relay is None and STREAMS[0] in (read.file, read.stderr):
        return read._replace(relay=Relay.OFF)  # it is there already
    return read


def _with_errors(read: Log, log: Table, cwd: str | None) -> Log:
    """`read` with the file of standard error: a path, or a table with a path and what differs there."""
    if not isinstance(log.data.get("stderr"), dict):
        path = log.read("stderr", lambda value: None if value == _MERGE else _path(cwd)(value), None)
        return read._replace(stderr=path)
    errors = _read_channel(read, log, "stderr", cwd)
    return read._replace(stderr=errors.file, errors=errors._replace(file=read.file))


def _with_answers(read: Log, log: Table, cwd: str | None) -> Log:
    """`read` with the file of what a listener answers: a path, or a table as for standard error."""
    if "stdout" not in log:
        return read
    if isinstance(log.data["stdout"], dict):
        answers = _read_channel(read, log, "stdout", cwd)
    else:
        answers = read._replace(file=log.read("stdout", _path(cwd), None))
    if answers.file == read.file and answers.file not in STREAMS:
        log.problem("it is the same as `file`; another one is meant", "stdout")
    return read._replace(answers=answers)


def _read_channel(read: Log, log: Table, channel: str, cwd: str | None) -> Log:
    """A table with the file of a channel, and what differs there from `read`."""
    of_channel = log.at(log.data[channel], channel)
    of_channel.only(_OF_CHANNEL, {})
    if "file" not in of_channel:
        of_channel.problem('`file` is missing; a path such as "web.err" is meant')
    return read._replace(
        file=of_channel.read("file", _path(cwd), None),
        max_size=of_channel.read("max_size", _max_size, read.max_size),
        keep=of_channel.read("keep", whole(0, _MOST_KEPT, f"a whole number from 0 to {_MOST_KEPT}"), read.keep),
        mode=of_channel.read("mode", _mode, read.mode),
    )


def _refuse_for_a_job(log: Table) -> None:
    for key in ("file", "every", "events", "capture", "stdout"):
        if key in log:
            log.problem(
                "it is for services; each run of a job has a file of its own below `log_dir`: leave it out", key
            )


def _path(cwd: str | None) -> Callable[[object], str]:
    def convert(value: object) -> str:
        if value in STREAMS:
            return name(value)
        path = os.path.abspath(os.path.join(cwd or "", name(value)))
        if os.path.islink(path) or (os.path.exists(path) and not os.path.isfile(path)):
            raise Unfit(f"{shown(path)} is not a regular file, and only those can be logs; relay is for the rest")
        return path

    return convert


def _read_capture(log: Table) -> tuple[int, int]:
    """One size for both channels, or a table with one for each."""
    if not isinstance(log.data.get("capture"), dict):
        both = log.read("capture", size("64kB"), 0)
        return both, both
    each = log.at(log.data["capture"], "capture")
    each.only(CHANNELS, {})
    return each.read("stdout", size("64kB"), 0), each.read("stderr", size("64kB"), 0)


def _channels(value: object) -> tuple[str, ...]:
    channels = names('"stdout", "stderr" or a list of both')(value)
    for channel in channels:
        if channel not in CHANNELS:
            raise Unfit(f'{shown(channel)} is no channel; "stdout" or "stderr" is meant')
    return channels


def _max_size(value: object) -> int | None:
    """Bytes; None for `"0"`, which is no limit."""
    return size("50MB")(value) or None


def _mode(value: object) -> int:
    """Permission bits; we ourselves can always read and write."""
    if not isinstance(value, str) or not re.fullmatch("0?[67][0-7][0-7]", value):
        raise Unfit(f'{shown(value)} are no permissions of a log; octal digits from "600" on are meant')
    return int(value, 8)


def _every(value: object) -> Duration:
    every = duration("1d")(value)
    if every % MINUTE or every > 366 * DAY:
        raise Unfit(f'{shown(value)} cannot be kept to; whole minutes such as "1h" or "1d" are meant')
    return every
