"""Reading a whole small text file, and whether root may trust it. Every failure is a sentence for a person."""

import os
import stat

FILE_LIMIT = 4_000_000  # bytes of a configuration file


class Unreadable(Exception):
    """A file that cannot be used; the message says why, without the file's name."""


def read_text(path: str, limit: int, *, trusted: bool = False) -> str:
    """The text of a UTF-8 file of at most `limit` bytes, newlines untouched. Raises Unreadable.

    With `trusted`, root (effective uid 0) refuses a file that anyone may write. The opened file is
    judged, not its name, so nobody can swap it in between.
    """
    try:
        with open(path, "rb") as file:
            if trusted:
                distrust = why_distrusted(os.fstat(file.fileno()), os.geteuid())
                if distrust:
                    raise Unreadable(distrust)
            content = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(os.strerror(error.errno) if error.errno else str(error)) from error
    if len(content) > limit:
        raise Unreadable(f"it is larger than {limit:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"it is not UTF-8 text (line {line})") from None


def why_distrusted(status: os.stat_result, effective_uid: int) -> str | None:
    """Why root must not act on this file, or None: whoever may write it would command as root."""
    if effective_uid == 0 and stat.S_ISREG(status.st_mode) and status.st_mode & stat.S_IWOTH:
        return "anyone may write it, and Sexton runs as root; chmod o-w it"
    return None


def why_doubtful(status: os.stat_result, effective_uid: int, caller_uid: int) -> str | None:
    """What root should know before it acts on this file: no refusal, since files mounted into a container belong to
    whoever has them outside."""
    if effective_uid == 0 and status.st_uid not in (0, caller_uid):
        return f"this file belongs to user {status.st_uid}, who so commands what Sexton runs as root"
    return None
