"""Where cgroups of our own can be made: below the one that Sexton is in, when cgroup v2 lets us (cgroups(7)).

A cgroup that hands controllers down has no processes of its own, so Sexton moves, with what it has started, into a
cgroup `sexton-PID` first, and those of bounded processes stand beside that one. Invariant: no process but Sexton and
what is below it is moved, unless Sexton is process 1, where all that there is belongs to it.
"""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress

from sexton.spawn.descendants import descendants


class Unavailable(Exception):
    """Why no cgroup can be made here, and what would be right."""


def find(proc: str = "/proc/self") -> str:
    """The folder of the cgroup that we are in. Raises Unavailable."""
    path = _path(_read(f"{proc}/cgroup"))
    for line in _read(f"{proc}/mountinfo").splitlines():
        fields, _, kind = line.partition(" - ")
        if kind.split(" ")[0] == "cgroup2":
            root, mounted = fields.split(" ")[3:5]
            if path == root or path.startswith(root.rstrip("/") + "/"):
                return os.path.normpath(mounted + "/" + path[len(root.rstrip("/")) :])
    raise Unavailable("no cgroup v2 is mounted here")


def prepare(own: str, controllers: Iterable[str], pid: int) -> str:
    """The folder in which cgroups with `controllers` can be made, `own` being that of Sexton, process `pid`. Raises
    Unavailable."""
    leaf = f"sexton-{pid}"
    base = os.path.dirname(own) if os.path.basename(own) == leaf else own
    wanted = set(controllers)
    for missing in sorted(wanted - _words(f"{base}/cgroup.controllers")):
        said = f"the cgroup {base} has no controller `{missing}`; delegate it to Sexton, or give up cgroup v1"
        raise Unavailable(said)
    lacking = sorted(wanted - _words(f"{base}/cgroup.subtree_control"))
    try:
        if lacking:
            if os.path.exists(f"{base}/cgroup.type"):  # only the root may have processes all the same
                _move_out(base, f"{base}/{leaf}", pid)
            write(f"{base}/cgroup.subtree_control", " ".join(f"+{name}" for name in lacking))
    except OSError as error:
        raise Unavailable(_why(base, error)) from error
    return base


def write(file: str, text: str) -> None:
    """Write one of the kernel's files, which is never made by us."""
    fd = os.open(file, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _move_out(base: str, leaf: str, pid: int) -> None:
    """Into `leaf` with all of ours that is in `base`."""
    with suppress(FileExistsError):
        os.mkdir(leaf)
    ours = None if pid == 1 else {pid, *descendants(pid)}
    for each in _read(f"{base}/cgroup.procs").split():
        if ours is None or int(each) in ours:
            with suppress(ProcessLookupError):
                write(f"{leaf}/cgroup.procs", each)


def _why(base: str, error: OSError) -> str:
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"the cgroup {base} is not Sexton's to change ({error.strerror}); mount it writable, or delegate it"
    if error.errno == errno.EBUSY:
        return f"the cgroup {base} has other processes than Sexton's; start Sexton in one of its own"
    return f"cannot make cgroups in {base}: {error.strerror}"


def _path(cgroup: str) -> str:
    """Our place in the hierarchy of version 2, from what /proc/self/cgroup says."""
    for line in cgroup.splitlines():
        if line.startswith("0::"):
            return line[3:]
    raise Unavailable("this system has no cgroup v2")


def _words(file: str) -> set[str]:
    return set(_read(file).split())


def _read(file: str) -> str:
    try:
        with open(file) as opened:
            return opened.read()
    except OSError as error:
        raise Unavailable(f"cannot read {file}: {error.strerror}") from error
