"""A notice → a command of one's own, which takes the place of this process.

The command reads the notice as JSON on standard input and finds its facts in SEXTON_NOTICE_ variables. Its exit code is
the answer: 0 accepted, 75 and 78 try again, anything else refused; the last line that it says is why. It is also this
process, with its group, that the daemon ends when the deadline has passed.
"""

from __future__ import annotations

import json
import os
from typing import NoReturn

from sexton.net.errors import Misconfigured
from sexton.sinks import notice as says
from sexton.sinks.order import Order


def deliver(order: Order) -> NoReturn:
    argv = [str(word) for word in order.options["argv"]]
    text = json.dumps({"id": order.id, "sink": order.sink, "attempt": order.attempt, "notice": says.told(order.notice)})
    paper = os.memfd_create("notice", os.MFD_CLOEXEC)
    os.write(paper, text.encode())
    os.lseek(paper, 0, os.SEEK_SET)
    os.dup2(paper, 0)
    os.dup2(2, 1)  # what it prints is for people: facts for the daemon are on standard output
    try:
        os.execvpe(argv[0], argv, {**os.environ, **variables(order)})
    except (OSError, ValueError) as error:
        raise Misconfigured(f"cannot start {argv[0]!r}: {getattr(error, 'strerror', None) or error}") from error


def variables(order: Order) -> dict[str, str]:
    """SEXTON_NOTICE_JOB, SEXTON_NOTICE_OUTCOME, …: all that `{{ name }}` may be, empty where there is no such fact, for
    a script that stops at a variable which is not set; and SEXTON_NOTICE_ID."""
    found = {**says.words(order.notice, order.sink), "id": order.id}
    return {f"SEXTON_NOTICE_{name.upper()}": value for name, value in found.items()}
