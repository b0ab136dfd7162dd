"""Whether a service's program is there to be run, said as supervisord says it before it tries."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sexton.rpc.faults import Code, Fault

if TYPE_CHECKING:
    from sexton.model.service import Service


def missing(service: Service) -> Fault | None:
    """The fault of a program that is not there or not executable; None when it can be tried."""
    said = why_missing(service)
    return None if said is None else Fault(*said)


def why_missing(service: Service) -> tuple[Code, str] | None:
    """As above, as its code and words. Looks along the PATH of Sexton and of the service's own environment."""
    if service.process.flaw:
        return Code.NOT_EXECUTABLE, service.process.flaw
    there = ""
    for path in _places(service):
        try:
            found = os.stat(path)
        except OSError:
            continue
        if not stat.S_ISDIR(found.st_mode) and found.st_mode & 0o111:
            return None
        there = there or path
    if there:
        what = "a directory" if os.path.isdir(there) else "not executable"
        return Code.NOT_EXECUTABLE, f"command at {there!r} is {what}"
    return Code.NO_FILE, f"can't find command {service.process.argv[0]!r}"


def _places(service: Service) -> Iterator[str]:
    """The files that it may be, in their order (execvp(3))."""
    process = service.process
    program, folder = process.argv[0], process.cwd or ""
    if "/" in program:
        yield os.path.join(folder, program)
        return
    for each in (process.env.get("PATH") or os.environ.get("PATH", os.defpath)).split(os.pathsep):
        yield os.path.join(folder, each or ".", program)
