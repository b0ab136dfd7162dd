"""`sexton crontab`, or a link to `sexton` that is called `crontab`: crontab(1) for those whose scripts install one.

The tables lie where cron(8) has them, one file for each user, and a daemon that runs that folder reads them again.
Follows Debian's crontab(1): its options, its words for what is not there, and its exit code 1 for every refusal.
Invariant: a table with a mistake in it is never installed, and one that is installed is there whole or not at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import Failed, Unreachable, UsageError
from sexton.cli.options import Arguments, Option, Usage
from sexton.config.files import FILE_LIMIT, Unreadable, read_text
from sexton.config.folders import SPOOL
from sexton.model.errors import EXIT_FAILED, EXIT_OK, ConfigError, SextonError

FOLDER = f"/var/spool/cron/{SPOOL}"  # Debian's

USAGE = Usage(
    "sexton crontab [-u USER] FILE | - | -l | -r | -e",
    "Install a user's crontab, show it, remove it or edit it, as crontab(1) does.\n"
    f"The tables are in SEXTON_CRONTABS, {FOLDER} unless set;\n"
    "`sexton run` with that folder runs them, and reads them again at once.\n"
    "Through a link that is called `crontab`, scripts need no other word.",
    (
        Option("--user", "whose crontab; your own unless given", short="-u", value="USER"),
        Option("--list", "print it", short="-l"),
        Option("--remove", "remove it", short="-r"),
        Option("--edit", "edit it with VISUAL or EDITOR, and install what comes of that", short="-e"),
        Option("--ask", "with -r: ask first", short="-i"),
    ),
    most=1,
)
_ACTIONS = ("--list", "--remove", "--edit")


def execute(arguments: Arguments, console: Console) -> int:
    asked = [action for action in _ACTIONS if arguments.has(action)]
    if len(asked) + len(arguments.operands) != 1:
        raise UsageError("one of a file, -, -l, -r and -e is meant")
    user = arguments.text("--user") or _own_name()
    table = os.path.join(_folder(console.environ), _verified(user))
    match asked:
        case ["--list"]:
            return _print(table, user, console)
        case ["--remove"]:
            return _remove(table, user, arguments, console)
        case ["--edit"]:
            text = _edited(table, console)
        case _:
            text = _given(arguments.operands[0])
    return _install(text, table, arguments, console)


def _own_name() -> str:
    from pwd import getpwuid

    try:
        return getpwuid(os.getuid()).pw_name
    except KeyError:
        raise Failed(f"cannot tell whose crontab: user {os.getuid()} has no name; give -u USER") from None


def _verified(user: str) -> str:
    from pwd import getpwnam

    try:
        return getpwnam(user).pw_name
    except KeyError:
        raise Failed(f"cannot use the crontab of {user}: there is no such user") from None


def _folder(environ: Mapping[str, str]) -> str:
    return environ.get("SEXTON_CRONTABS") or FOLDER


def _print(table: str, user: str, console: Console) -> int:
    try:
        console.text(read_text(table, FILE_LIMIT))
    except Unreadable as error:
        raise _absent(table, user) or Failed(f"cannot read {table}: {error}") from None
    return EXIT_OK


def _absent(table: str, user: str) -> Failed | None:
    return None if os.path.lexists(table) else Failed(f"no crontab for {user}")


def _remove(table: str, user: str, arguments: Arguments, console: Console) -> int:
    if arguments.has("--ask") and not _confirmed(f"really delete {user}'s crontab? (y/n) ", console):
        return EXIT_OK
    try:
        os.unlink(table)
    except OSError as error:
        raise _absent(table, user) or Failed(f"cannot remove {table}: {error.strerror}") from None
    _tell(arguments, console)
    return EXIT_OK


def _confirmed(question: str, console: Console) -> bool:
    console.text(question)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _given(file: str) -> str:
    """The text of a file, of standard input for `-`. Raises Failed."""
    if file == "-":
        return sys.stdin.buffer.read(FILE_LIMIT + 1).decode("utf-8", "surrogateescape")
    try:
        return read_text(file, FILE_LIMIT)
    except Unreadable as error:
        raise Failed(f"cannot read {file}: {error}") from None


def _edited(table: str, console: Console) -> str:
    """What a person makes of it in an editor (environ(7): VISUAL, EDITOR)."""
    from shlex import split
    from subprocess import run
    from tempfile import NamedTemporaryFile

    editor = console.environ.get("VISUAL") or console.environ.get("EDITOR") or "vi"
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".crontab") as draft:
        if os.path.exists(table):
            draft.write(read_text(table, FILE_LIMIT))
            draft.flush()
        try:
            code = run([*split(editor), draft.name], check=False).returncode
        except OSError as error:
            raise Failed(f"cannot start the editor {editor}: {error.strerror}; set EDITOR") from None
        if code:
            raise Failed(f"the editor ended with exit code {code}; nothing was changed")
        return read_text(draft.name, FILE_LIMIT)


def _install(text: str, table: str, arguments: Arguments, console: Console) -> int:
    """Write it beside the table first, look at it there, and put it in its place."""
    draft = os.path.join(os.path.dirname(table), f"tmp.{os.getpid()}")
    try:
        _write(draft, text)
        if problems := _problems(draft, arguments, console):
            console.problem("\n".join(problems) + "\nerrors in crontab file, can't install.")
            return EXIT_FAILED
        os.replace(draft, table)
    except OSError as error:
        raise Failed(f"cannot install {table}: {error.strerror}; SEXTON_CRONTABS names another folder") from None
    finally:
        if os.path.exists(draft):
            os.unlink(draft)
    _tell(arguments, console)
    return EXIT_OK


def _write(draft: str, text: str) -> None:
    os.makedirs(os.path.dirname(draft), mode=0o1730, exist_ok=True)
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(opened, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
        file.flush()
        os.fsync(opened)


def _problems(draft: str, arguments: Arguments, console: Console) -> list[str]:
    """What is wrong with it, each line as crontab(1) says where: `"FILE":line: …`."""
    from sexton.config.load import load_plan

    named = arguments.operands[0] if arguments.operands else "-"
    try:
        load_plan([draft], console.environ, for_run=False, form="crontab")
    except ConfigError as error:
        return [f'"{named}":{problem.line}: {problem.message}' for problem in error.problems]
    return []


def _tell(arguments: Arguments, console: Console) -> None:
    """Let the daemon read it now. One that is not there yet will read it when it starts."""
    try:
        connect(arguments, console).post("/api/v1/reload")
    except Unreachable:
        return
    except SextonError as error:
        console.problem(f"the table is in its place, but the daemon did not take it: {error}")
