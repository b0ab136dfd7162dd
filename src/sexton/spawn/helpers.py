"""Children that print one value and end: started before the loop turns, waited for together under one deadline.

A helper leads a session of its own and gets /dev/null as its input; what it says on standard error is dropped, because
it may hold the value. Invariant: when `ask` returns, or a signal that stops the start of Sexton ends it, no helper and
nothing of its process group lives.
"""

import os
import select
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sexton.early import EARS
from sexton.model.errors import SpawnError
from sexton.model.log import Log
from sexton.model.process import Process
from sexton.model.signals import signal_name
from sexton.model.units import MILLISECOND, SECOND, Duration
from sexton.spawn.process import spawn

LIMIT = 65_536  # bytes that a helper may print
_AT_ONCE = 8


class Answer(NamedTuple):
    """What a helper printed, or (`problem` not empty) why it has no answer; the problem never quotes it."""

    output: bytes
    problem: str = ""


def ask(commands: Mapping[str, Sequence[str]], env: Mapping[str, str], within: Duration) -> dict[str, Answer]:
    """The answer of each command, by the name it has here; what is not there `within` that time is given up."""
    round_ = _Round(env, within)
    names = list(commands)
    answers: dict[str, Answer] = {}
    for first in range(0, len(names), _AT_ONCE):
        answers |= round_.ask({name: commands[name] for name in names[first : first + _AT_ONCE]})
    return answers


class _Round:
    """Helpers that share an environment and a deadline."""

    def __init__(self, env: Mapping[str, str], within: Duration) -> None:
        self._env = env
        self._late = f"did not end in time ({within // SECOND} s for all sources together)"
        self._deadline = time.monotonic_ns() // 1000 + within

    def ask(self, commands: Mapping[str, Sequence[str]]) -> dict[str, Answer]:
        going: dict[str, _Helper] = {}
        answers: dict[str, Answer] = {}
        EARS.hold()
        try:
            for name, argv in commands.items():
                try:
                    going[name] = _Helper(argv, self._env)
                except SpawnError as error:
                    answers[name] = Answer(b"", str(error))
            while going and self._wait(list(going.values())):
                for name in [name for name, helper in going.items() if helper.done()]:
                    answers[name] = going.pop(name).end()
        finally:
            answers |= {name: helper.end(self._late) for name, helper in going.items()}
            EARS.release()
        return answers

    def _wait(self, helpers: Sequence["_Helper"]) -> bool:
        """Wait until one of them has something to say; whether there was time left."""
        left = self._deadline - time.monotonic_ns() // 1000
        if left <= 0:
            return False
        poller = select.poll()
        for helper in helpers:
            for fd in helper.awaited:
                poller.register(fd, select.POLLIN)
        EARS.release()
        try:
            poller.poll(left / MILLISECOND)
        finally:
            EARS.hold()
        return True


class _Helper:
    def __init__(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        stdin = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        try:
            child = spawn(Process(tuple(argv), log=Log(stderr=os.devnull)), env, stdin)
        finally:
            os.close(stdin)
        self._name = argv[0]
        self._pid = child.pid
        self._pidfd = os.pidfd_open(child.pid)
        self._output = child.output
        self._fds = {child.output, self._pidfd} | ({child.errors} if child.errors is not None else set())
        self._said = b""
        self.awaited = set(self._fds)

    def done(self) -> bool:
        """Take what is there; whether it has ended, or has said more than it may."""
        ended = bool(select.select([self._pidfd], [], [], 0)[0])  # looked at first: so its last words are read
        for fd in self.awaited - {self._pidfd}:
            self._read(fd)
        return ended or len(self._said) > LIMIT

    def _read(self, fd: int) -> None:
        said = b""
        with suppress(BlockingIOError):
            while len(said) <= LIMIT:
                more = os.read(fd, LIMIT)
                if not more:
                    self.awaited.discard(fd)
                    break
                said += more
        if fd == self._output:
            self._said += said

    def end(self, why: str = "") -> Answer:
        """End it and all of its group. Its answer, unless `why` says that there is none."""
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        for fd in self._fds:
            os.close(fd)
        code = os.waitstatus_to_exitcode(status)
        if len(self._said) > LIMIT:
            why = f"prints more than {LIMIT:,} bytes"
        elif not why and code:
            how = f"exited with code {code}" if code > 0 else f"was killed by {signal_name(-code)}"
            why = f"{how}; run it by hand to see what it says"
        return Answer(b"", f"{self._name} {why}") if why else Answer(self._said)
