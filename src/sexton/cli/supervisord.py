"""`sexton supervisord …`: takes supervisord's options, and says what is wrong in its words, with its exit code.

Which options there are and what they set is a table here; all else is sexton/supervise's. The file that is read without
`-c` is looked for where supervisord 4 looks.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping

from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.errors import EXIT_OK, EXIT_USAGE, ConfigError, SextonError

VERSION = "4.3.0"  # of the supervisord that this is in the place of

_FLAGS = {  # option → key of [supervisord]
    "--nodaemon": Option("--nodaemon", "stay in the foreground", short="-n"),
    "--silent": Option("--silent", "no log on standard output", short="-s"),
    "--nocleanup": Option("--nocleanup", "keep logs of programs of earlier starts", short="-k"),
    "--strip_ansi": Option("--strip_ansi", "leave colours out of the logs of programs", short="-t"),
}
_VALUES = {
    "--user": Option("--user", "give up root's rights for this user's", short="-u", value="USER"),
    "--umask": Option("--umask", "file creation mask in the background", short="-m", value="OCTAL"),
    "--directory": Option("--directory", "working directory in the background", short="-d", value="DIR"),
    "--logfile": Option("--logfile", "its own log", short="-l", value="FILE"),
    "--logfile_maxbytes": Option("--logfile_maxbytes", "when that is rotated", short="-y", value="SIZE"),
    "--logfile_backups": Option("--logfile_backups", "how many old ones stay", short="-z", value="N"),
    "--loglevel": Option("--loglevel", "critical, error, warn, info ...", short="-e", value="LEVEL"),
    "--pidfile": Option("--pidfile", "where its pid is written", short="-j", value="FILE"),
    "--identifier": Option("--identifier", "its name for clients", short="-i", value="NAME"),
    "--childlogdir": Option("--childlogdir", "folder of AUTO logs", short="-q", value="DIR"),
    "--minfds": Option("--minfds", "least number of open files", short="-a", value="N"),
    "--minprocs": Option("--minprocs", "least number of processes", value="N"),
    "--profile_options": Option("--profile_options", "taken, and without effect", value="LIST"),
}
_OF_FILES = ("--logfile", "--pidfile")
_SEARCHED = ("supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")

USAGE = Usage(
    "sexton supervisord [-c FILE] [-n] [OPTIONS]",
    "Be supervisord: the same options and the same file. Without -n it goes into the\nbackground.",
    (
        Option("--configuration", "the file to read", short="-c", value="FILE"),
        *_FLAGS.values(),
        *_VALUES.values(),
        Option("--version", "show the version of supervisord that it is like", short="-v"),
    ),
    strict=True,
)


def execute(arguments: Arguments, console: Console) -> int:
    if arguments.has("--version"):
        console.line(VERSION)
        return EXIT_OK
    for option in ("--socket", "--json", "--format"):
        if arguments.has(option):
            raise UsageError(f"{option} is not for `supervisord`")
    file = arguments.text("--configuration") or _find_file()
    gc.disable()  # as `sexton run`
    from sexton.supervise.start import Words, be_supervisord

    keys = dict(_keys(arguments))
    return be_supervisord(Words(os.path.abspath(file), keys, tuple(_words(keys))), os.environ)


def refuse(error: SextonError, console: Console) -> int:
    """Say what is wrong as supervisord does."""
    from sexton.wire.clean import clean

    problems = map(str, error.problems) if isinstance(error, ConfigError) else str(error).splitlines()
    for problem in problems:
        console.problem(f"Error: {clean(problem)}")
    console.problem("For help, use sexton supervisord -h")
    return EXIT_USAGE


def _keys(arguments: Arguments) -> Iterator[tuple[str, str]]:
    for name in _FLAGS:
        if arguments.has(name):
            yield name.removeprefix("--"), "true"
    for name in _VALUES:
        value = arguments.text(name)
        if value is not None:
            yield name.removeprefix("--"), _absolute(name, value) if name in _OF_FILES else value


def _absolute(option: str, path: str) -> str:
    """The folder of a log that the file names is made; that of one that is named here may be a slip."""
    if path == "syslog":
        return path
    path = os.path.abspath(os.path.expanduser(path))
    if not os.path.isdir(os.path.dirname(path)):
        raise UsageError(f"{option}: the folder of {path} is not there; make it, or name another")
    return path


def _words(keys: Mapping[str, str]) -> Iterator[str]:
    """What says the same once more, from wherever."""
    for key, value in keys.items():
        yield f"--{key}" if f"--{key}" in _FLAGS else f"--{key}={value}"


def _find_file() -> str:
    above = os.path.dirname(os.path.dirname(sys.argv[0]))
    searched = (os.path.join(above, "etc/supervisord.conf"), os.path.join(above, "supervisord.conf"), *_SEARCHED)
    for file in searched:
        if os.path.exists(file):
            return file
    raise UsageError(f"no config file found at default paths ({', '.join(searched)}); use -c to name another")
