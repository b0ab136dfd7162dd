"""What a container is on this machine: namespaces of its own, in which the first process keeps all the others."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.acceptance.daemon import LIMIT, kill_marked
from tests.acceptance.test_init import NAMESPACE, first_of_namespace


class Namespaced:
    """By `home`, which is in their environment, the processes in it are known."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def enter(self, command: Sequence[str], env: Mapping[str, str], **streams: Any) -> None:
        """Let `command` be PID 1, or become it."""
        self._process: subprocess.Popen[Any] = subprocess.Popen(
            (*NAMESPACE, "--mount", *command),
            env={**env, "HOME_OF_TEST": str(self.home)},
            stdin=subprocess.DEVNULL,
            **streams,
        )

    def stop(self) -> int:
        """Ask PID 1 to stop, and wait for the end; its exit code."""
        os.kill(first_of_namespace(self.home), signal.SIGTERM)
        return self._process.wait(LIMIT)

    def close(self) -> None:
        """Kill whatever is left."""
        self._process.kill()
        self._process.communicate(timeout=LIMIT)
        kill_marked(self.home)
