"""At each start the logs that no section names are begun anew, as supervisord's temporary ones are (`nocleanup`).

Where it stops: logs of programs that the file does not have, and whatever is not a regular file of ours, are let be.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from sexton.logs.files import service_log
from sexton.logs.rotate import discard_all

if TYPE_CHECKING:
    from sexton.model.plan import Plan
    from sexton.model.service import Service
    from sexton.model.supervisord import Described


def clean_up(plan: Plan) -> None:
    """Remove such logs of all programs, with their rotations. What cannot be removed goes on."""
    described = {} if plan.supervisord is None else plan.supervisord.described
    for name, said in described.items():
        for path in _automatic(plan.services[name], said, plan.settings.log_dir):
            with suppress(OSError):
                discard_all(path)


def _automatic(service: Service, said: Described, log_dir: str) -> Iterator[str]:
    log, own = service.process.log, service_log(log_dir, service.name)
    answers = log.answers.file if log.answers is not None else None
    output, errors = (log.file or own, log.stderr) if service.listener is None else (answers, log.file or own)
    if said.output.logfile == "" and output is not None:
        yield output
    if said.errors.logfile == "" and errors is not None:
        yield errors
