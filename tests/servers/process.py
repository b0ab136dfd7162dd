"""Servers of the tests as processes: started, waited for by a line of their log, and ended with all their children."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

LIMIT = 20.0


class Server:
    """A process that writes its log to standard error. `ready` waits for words in it; `lines` has what was said."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self.lines: list[str] = []
        self._heard = threading.Condition()
        self._over = False
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env)
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()

    def ready(self, words: str) -> bool:
        """Whether a line with `words` came before the process ended."""
        with self._heard:
            told = self._heard.wait_for(lambda: self._over or self.said(words), LIMIT)
            assert told, f"no {words!r} within {LIMIT} s; said: {self.lines}"
        return self.said(words)

    def said(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def kill_sessions(self) -> None:
        """End at once, with KILL, all that serves connections; the server itself stays."""
        for pid in descendants(self.process.pid):
            _kill(pid)

    def end(self) -> None:
        offspring = descendants(self.process.pid)
        for pid in (self.process.pid, *offspring):
            _kill(pid)
        self.process.wait(LIMIT)
        self._ear.join(LIMIT)
        assert self.process.stderr is not None
        self.process.stderr.close()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._hear(line.rstrip("\n"))
        self._hear(None)

    def _hear(self, line: str | None) -> None:
        with self._heard:
            if line is None:
                self._over = True
            else:
                self.lines.append(line)
            self._heard.notify_all()


def descendants(pid: int) -> list[int]:
    """Children, their children, and so on (/proc/PID/task/PID/children, proc(5))."""
    try:
        children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [each for child in children for each in (child, *descendants(child))]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
