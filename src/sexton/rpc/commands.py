"""Whether a service's program is there to be run, said as supervisord says it before it tries."""

from __future__ import annotations

import os
import stat
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
    program = service.process.argv[0]
    folder = service.process.cwd or ""
    if "/" in program:
        found = [os.path.join(folder, program)]
    else:
        path = service.process.env.get("PATH") or os.environ.get("PATH", os.defpath)
        found = [os.path.join(folder, each or ".", program) for each in path.split(os.pathsep)]
    there = [each for each in found if os.path.exists(each)]
    if not there:
        return Code.NO_FILE, f"can't find command {program!r}"
    if any(_executable(each) for each in there):
        return None
    if os.path.isdir(there[0]):
        return Code.NOT_EXECUTABLE, f"command at {there[0]!r} is a directory"
    return Code.NOT_EXECUTABLE, f"command at {there[0]!r} is not executable"


def _executable(path: str) -> bool:
    try:
        found = os.stat(path)
    except OSError:
        return False
    return not stat.S_ISDIR(found.st_mode) and bool(found.st_mode & 0o111)
