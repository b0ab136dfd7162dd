"""Sexton, killed with SIGKILL at the N-th step that it takes in the life of a run.

    python killpoints.py N run FILE …    N = 0: never, but every step is written to the file $STEPS

A step is a boundary between the engine and its adapters: before and after each change is submitted to the store, its
answer is delivered, a process is spawned, and the dead are reaped. Nothing of Sexton is replaced: the composition root
is given adapters that count.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sexton import app, start
from sexton.model.ledger import Claim, End
from sexton.model.outbox import Delivered, Undelivered
from sexton.model.process import Process
from sexton.model.run import Exit
from sexton.spawn.process import Child
from sexton.spawn.spawner import Spawner
from sexton.store import OpenStore, open_store

FATAL = int(sys.argv[1])
taken = 0


def step(name: str) -> None:
    global taken
    taken += 1
    if FATAL == 0:
        with open(os.environ["STEPS"], "a") as file:
            file.write(f"{name}\n")
    elif taken == FATAL:
        os.kill(os.getpid(), signal.SIGKILL)


class CountingStore:
    def __init__(self, store: Any) -> None:
        self._store = store
        self.ask, self.flush = store.ask, store.flush

    def submit(self, change: object, answer: Callable[[Any], None]) -> None:
        name = type(change).__name__
        if not isinstance(change, Claim | End | Delivered | Undelivered):
            self._store.submit(change, answer)
            return

        def answered(value: Any) -> None:
            step(f"{name} is durable")
            answer(value)
            step(f"{name} was answered")

        step(f"{name} is to be submitted")
        self._store.submit(change, answered)
        step(f"{name} was submitted")


class CountingSpawner(Spawner):
    def spawn(self, process: Process, env: Mapping[str, str]) -> Child:
        step("process is to be spawned")
        child = super().spawn(process, env)
        step("process was spawned")
        return child

    def reap(self) -> Iterable[tuple[int, Exit]]:
        step("the dead are to be reaped")
        dead = list(super().reap())
        step("the dead were reaped")
        return dead


def open_counting(path: str, post: Any) -> OpenStore:
    opened = open_store(path, post)
    opened.store = CountingStore(opened.store)  # type: ignore[assignment]
    return opened


if __name__ == "__main__":
    vars(app).update(open_store=open_counting, Spawner=CountingSpawner)
    sys.exit(start.run_daemon([sys.argv[3]], once="--once" in sys.argv, environ=os.environ))
