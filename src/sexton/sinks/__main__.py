"""`python -m sexton.sinks`: one order in, one delivery, an exit code (sinks/__init__.py has what they mean).

Each delivery keeps its deadline by itself; a watch over the whole process keeps it where a library does not.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeAlias

from sexton.brief import briefly
from sexton.model.errors import EXIT_TEMPFAIL
from sexton.net.errors import Misconfigured, TryLater, Undelivered
from sexton.sinks.order import LIMIT, Order, read_order

Facts: TypeAlias = Mapping[str, Any]
Deliver: TypeAlias = Callable[[Order], Facts]

KINDS = ("mail", "webhook", "ping", "apprise", "command")
_GRACE = 1.0  # seconds after the deadline, for those who keep it themselves


def main() -> int:
    try:
        order = read_order(sys.stdin.buffer.read(LIMIT))
        _watch(order.deadline)
        _tell(_deliverer(order.kind)(order))
    except Undelivered as error:
        if isinstance(error, TryLater) and error.retry_after is not None:
            _tell({"retry_after": error.retry_after})
        print(" ".join(str(error).split()), file=sys.stderr)
        return error.exit_code
    return 0


def _deliverer(kind: str) -> Deliver:
    """`deliver` of the module that does it: what is accepted returns facts, anything else raises Undelivered."""
    if kind not in KINDS:
        raise Misconfigured(f"there is no kind of sink called {kind!r}")
    deliver: Deliver = import_module(f"sexton.sinks.{kind}").deliver
    return deliver


def _tell(facts: Facts) -> None:
    """One line of JSON on standard output, if there is anything to tell."""
    import json

    if facts:
        print(json.dumps(facts), flush=True)


def _watch(deadline: float) -> None:
    timer = threading.Timer(deadline + _GRACE, _give_up, (deadline,))
    timer.daemon = True
    timer.start()


def _give_up(deadline: float) -> None:
    os.write(2, f"it took longer than the deadline of {deadline:g} s\n".encode())
    os._exit(EXIT_TEMPFAIL)


if __name__ == "__main__":
    sys.exit(briefly(main))
