"""Reading and emptying logs by offset, as supervisord's clients do; offsets count in the file in use.

What is read is UTF-8; a character that an offset cuts, and bytes that are none, are U+FFFD. At most MOST bytes are read
for one call. Only regular files are opened; /dev/null, where it has a section's word for it, reads as an empty one.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sexton.model.log import STREAMS
from sexton.rpc import naming
from sexton.rpc.configs import logfiles
from sexton.rpc.faults import Code, Fault
from sexton.rpc.steering import result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sexton.ports import Program, Programs

MOST = 4 * 1024 * 1024  # bytes: what an answer may hold up the loop for
NOTHING = STREAMS[2]
CAREFUL = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_output(programs: Programs, name: object, offset: object, length: object) -> str:
    return _read(_path(programs, name, 0), _whole(offset), _whole(length))


def read_errors(programs: Programs, name: object, offset: object, length: object) -> str:
    return _read(_path(programs, name, 1), _whole(offset), _whole(length))


def read_own(programs: Programs, offset: object, length: object) -> str:
    return _read(own(programs), _whole(offset), _whole(length))


def tail_output(programs: Programs, name: object, offset: object, length: object) -> list[object]:
    return _tail(_path(programs, name, 0), _whole(offset), _whole(length))


def tail_errors(programs: Programs, name: object, offset: object, length: object) -> list[object]:
    return _tail(_path(programs, name, 1), _whole(offset), _whole(length))


def clear(programs: Programs, name: object) -> bool:
    program = naming.one(programs, name)
    for path in programs.logs(program):
        if path is not None:
            _clear(programs, path, str(name))
    return True


def clear_all(programs: Programs) -> list[dict[str, object]]:
    return [_cleared(programs, program) for program in naming.every(programs)]


def clear_own(programs: Programs) -> bool:
    path = own(programs)
    if path is None or not os.path.exists(path):
        raise Fault(Code.NO_FILE)
    _clear(programs, path, None)
    return True


def own(programs: Programs) -> str | None:
    """Where Sexton's own log is, as far as it has a file."""
    supervisord = programs.plan.supervisord
    return None if supervisord is None else supervisord.logfile


def place(programs: Programs, program: Program, channel: int) -> str | None:
    """Where the log of a channel is: a path, one of STREAMS, or None where none is kept."""
    path = programs.logs(program)[channel]
    return NOTHING if path is None and logfiles(programs, program)[channel] == NOTHING else path


def _path(programs: Programs, name: object, channel: int) -> str | None:
    return place(programs, naming.one(programs, name), channel)


def _cleared(programs: Programs, program: Program) -> dict[str, object]:
    try:
        clear(programs, f"{naming.by_priority(program)[1]}:{naming.by_priority(program)[3]}")
    except Fault as fault:
        return result(program, fault)
    return result(program)


def _clear(programs: Programs, path: str, called: str | None) -> None:
    try:
        programs.clear(path)
    except OSError:
        raise Fault(Code.FAILED, called) from None


def _whole(number: object) -> int:
    try:
        return int(number)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        raise Fault(Code.INCORRECT_PARAMETERS) from None


def _read(path: str | None, offset: int, length: int) -> str:
    """From `offset` on `length` bytes, 0: all that follow; below 0 the last so many bytes, and no `length` then."""
    if path is None or not os.path.exists(path):
        raise Fault(Code.NO_FILE, path)
    if length < 0 or (offset < 0 and length):
        raise Fault(Code.BAD_ARGUMENTS)
    if path == NOTHING:
        return ""
    with _opened(path) as (file, size):
        start = max(0, size + offset) if offset < 0 else offset
        count = min(length, size - start) if length else size - start
        if count > MOST:
            raise Fault(Code.FAILED, f"that is more than {MOST} bytes; read them in several calls")
        return os.pread(file, max(0, count), start).decode("utf-8", "replace")


def _tail(path: str | None, offset: int, length: int) -> list[object]:
    """[text, size, overflow]: the last `length` bytes at most; overflow where there are more than from `offset`."""
    if path is None or path == NOTHING or not os.path.exists(path):
        return ["", 0, False]
    try:
        with _opened(path) as (file, size):
            return _tail_of(file, size, offset, length)
    except Fault:
        return ["", offset, False]


def _tail_of(file: int, size: int, offset: int, length: int) -> list[object]:
    overflow = size > offset + length
    if overflow:
        offset = size - 1
    if offset + length > size:
        length = 0 if offset > size - 1 else length
        offset = size - length
    length = max(0, min(length, MOST))
    return [os.pread(file, length, max(0, offset)).decode("utf-8", "replace"), size, overflow]


@contextmanager
def _opened(path: str) -> Iterator[tuple[int, int]]:
    """A log, open, and its size. Raises Fault(FAILED)."""
    try:
        file = os.open(path, CAREFUL)
    except OSError:
        raise Fault(Code.FAILED) from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise Fault(Code.FAILED)
        yield file, status.st_size
    except OSError:
        raise Fault(Code.FAILED) from None
    finally:
        os.close(file)
