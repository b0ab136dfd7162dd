"""Starts what is in a container: namespaces of its own, a root of its own, and in it, as PID 1, what shall keep it.

The network is the machine's: ports are free ones.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.acceptance.daemon import LIMIT
from tests.acceptance.namespaced import Namespaced
from tests.acceptance.test_init import first_of_namespace
from tests.acceptance.test_timeouts import wait_until_gone

HERE = Path(__file__).parent
TOP = HERE.parents[2]


class Contained(Namespaced):
    """The folders of `own` are at the top of the container; `env` is its environment, besides ours."""

    def __init__(self, home: Path, **env: str) -> None:
        super().__init__(home)
        self.own = home / "own"
        self.env = env
        self._said = b""

    def start(self, *keeper: str) -> None:
        """Let `keeper`, a command of this Python, be PID 1."""
        root = self.home / "root"
        root.mkdir()
        enter = (
            "sh",
            str(HERE / "enter.sh"),
            str(root),
            str(self.own),
            str(TOP),
            str(self.home),
            sys.base_prefix,
            "--",
        )
        command = (*enter, sys.executable, "-m", *keeper)
        self.enter(command, os.environ | self.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def hear(self, text: str) -> str:
        """The next line with `text` in it that PID 1 says of itself."""
        assert self._process.stderr is not None
        line = b""
        until = time.monotonic() + LIMIT
        while time.monotonic() < until:
            line, end, rest = self._said.partition(b"\n")
            if end:
                self._said = rest
                if text in line.decode():
                    return line.decode()
            elif select.select([self._process.stderr], [], [], LIMIT)[0]:
                more = os.read(self._process.stderr.fileno(), 65_536)
                assert more, f"it ended and did not say {text!r}: {line.decode()}"
                self._said += more
        raise AssertionError(f"it did not say {text!r} within {LIMIT} s, but at last: {line.decode()}")

    def run(self, *words: str, user: str = "root") -> str:
        """Run a command in the container, as `docker exec` does; what it prints."""
        pid = str(first_of_namespace(self.home))
        into = ("nsenter", "--target", pid, "--mount", "--pid", "--root", "--wd")
        command = (*into, "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *words)
        env = os.environ | self.env
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, env=env, check=False)
        if done.returncode:
            raise AssertionError(f"{' '.join(words)}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def kill(self, name: str) -> None:
        """Kill the process of that name that PID 1 has started, and wait until it, and its sockets, are gone. What it
        left behind of its clients comes to PID 1 too, for a moment, and is younger."""
        first = first_of_namespace(self.home)
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        pid = min(int(pid) for pid in children if name_of(pid) == name)
        os.kill(pid, signal.SIGKILL)
        wait_until_gone([pid])


def name_of(pid: str) -> str:
    """Nothing for a process that has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().rstrip("\n")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
