"""Orders as the daemon writes them, and the child that carries them out."""

import json
import subprocess
import sys
import time
from typing import Any, NamedTuple

from sexton.sinks.order import Order, read_order

LIMIT = 30  # seconds: far beyond any deadline here

NOTICE: dict[str, Any] = {
    "kind": "run",
    "outcome": "failed",
    "job": "ingest",
    "service": None,
    "run": 4711,
    "slot": "2026-03-02T07:00:00Z",
    "fire_time": "2026-03-02T08:00:00+01:00",
    "started": "2026-03-02T08:00:00.214000+01:00",
    "ended": "2026-03-02T08:03:02.901000+01:00",
    "duration": 182.687,
    "exit_code": 3,
    "signal": None,
    "reason": "exited with code 3",
    "attempt": 3,
    "attempts": 3,
    "host": "web-1.example.com",
    "instance": "a1b2",
    "tail": "fetching\n\n\x1b[31mno such file\x1b[0m\n",
    "log": None,
    "previous": "succeeded",
    "since": "2026-03-02T08:03:02.901000+01:00",
    "title": "ingest failed: exited with code 3",
    "items": [],
    "version": "0.9",
}


class Ended(NamedTuple):
    """How a child ended: `facts` is what it told, `seconds` how long it took."""

    code: int
    facts: dict[str, Any]
    said: str
    seconds: float


def order(by: str, options: dict[str, Any], *, deadline: float = 20.0, **facts: Any) -> Order:
    """A notice of a failed run with other `facts`."""
    return Order("ops", by, options, "n-17", 1, deadline, {**NOTICE, **facts})


def carry_out(given: Order) -> Ended:
    """In a child of its own, as the daemon does."""
    began = time.monotonic()
    command = [sys.executable, "-m", "sexton.sinks"]
    done = subprocess.run(command, input=written(given), capture_output=True, timeout=LIMIT, check=False)
    facts = json.loads(done.stdout) if done.stdout else {}
    return Ended(done.returncode, facts, done.stderr.decode().strip(), time.monotonic() - began)


def written(given: Order) -> bytes:
    text = json.dumps(given._asdict()).encode()
    assert read_order(text) == given
    return text
