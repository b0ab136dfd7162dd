"""A real Sexton for the acceptance tests: started as its own process, watched by what it says, asked by its own CLI.

Waiting is always for an event (a line that it says, a file that a job makes, an end of file), under one time limit.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO, Any, Self

KILLPOINTS = Path(__file__).with_name("killpoints.py")
LIMIT = 20.0  # seconds: far beyond what anything here takes
SETTINGS = '[sexton]\nstate = "sqlite:///state/state.db"\nlog_dir = "log"\nsocket = "run/s.sock"\ntimezone = "UTC"\n'
NO_HTTP = 'http = ""\n'  # a port is the machine's, and other tests may run on it


class Daemon:
    """`home` holds its configuration, state, logs and socket. A context manager: it ends with a KILL if need be."""

    def __init__(self, home: Path, jobs: str, settings: str = "") -> None:
        self.home = home
        self.config = home / "sexton.toml"
        self.write(jobs, settings)
        self.said: deque[str] = deque()
        self._news = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None

    def write(self, jobs: str, settings: str = "") -> None:
        """The configuration for the next start."""
        http = "" if "http = " in settings else NO_HTTP
        self.config.write_text(f"{SETTINGS}{http}{settings}\n{jobs}")

    def start(
        self,
        *args: str,
        env: dict[str, str] | None = None,
        launcher: tuple[str, ...] = (),
        cwd: Path | None = None,
        stdout: int | None = None,
    ) -> "Daemon":
        """Start it and wait until it has said so; with `stdout`, what children print goes there, unheard by us."""
        self.launch(*args, env=env, launcher=launcher, cwd=cwd, stdout=stdout)
        self.wait_for(r"Sexton \S+, pid")
        return self

    def once(self, **env: str) -> subprocess.CompletedProcess[str]:
        """`run --once` to its end."""
        return self.run("--once", **env)

    def run(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """`run`, expected to end by itself."""
        command = (*sexton(), "run", str(self.config), *args)
        surroundings = os.environ | {"HOME_OF_TEST": str(self.home)} | env
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT,
            cwd=self.home,
            env=surroundings,
            check=False,
        )

    def killed_at(self, number: int) -> int:
        """Start it to be killed at step `number`, as killpoints.py counts them; its return code."""
        command = (sys.executable, KILLPOINTS, str(number), "run", self.config, "--once")
        env = os.environ | {"HOME_OF_TEST": str(self.home), "STEPS": str(self.home / "steps"), "PYTHONPATH": "."}
        done = subprocess.run(command, cwd=self.home, env=env, capture_output=True, timeout=LIMIT, check=False)
        return done.returncode

    def cli(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        env = os.environ | {"SEXTON_SOCKET": str(self.home / "run/s.sock")}
        command = (*sexton(), *args)
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, env=env, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(args)}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def ask(self, *args: str) -> Any:
        """A listing as JSON."""
        return json.loads(self.cli(*args, "--json").stdout)

    def pids(self) -> dict[str, Any]:
        """Of the process of each service."""
        return {service["name"]: service["pid"] for service in self.ask("status")["services"]}

    def runs(self, job: str | None = None) -> list[dict[str, Any]]:
        """History, oldest first."""
        listed: list[dict[str, Any]] = self.ask("runs", *([job] if job else []), "-n", "1000")["runs"]
        return listed[::-1]

    def wait_for(self, pattern: str) -> str:
        """The first line said from now on (or said and not waited for yet) that matches."""
        with self._news:
            while True:
                while self.said:
                    line = self.said.popleft()
                    if re.search(pattern, line):
                        return line
                if not self._news.wait(LIMIT):
                    raise AssertionError(f"Sexton did not say {pattern!r} within {LIMIT} s")

    def wait_for_each(self, *patterns: str) -> None:
        """Until a line was said for each, in whatever order they come."""
        left = list(patterns)
        while left:
            line = self.wait_for("|".join(left))
            left.remove(next(pattern for pattern in left if re.search(pattern, line)))

    def ended(self, job: str) -> dict[str, Any]:
        """The next run of `job` that is said to have ended."""
        line = self.wait_for(rf"{job}: run \d+ (succeeded|failed|timed out|was cancelled)")
        run_id = int(line.split(f"{job}: run ")[1].split()[0])
        (found,) = (run for run in self.runs(job) if run["id"] == run_id)
        return found

    def signal(self, signum: int) -> None:
        assert self._process is not None
        self._process.send_signal(signum)

    def end(self) -> int:
        """Wait for the process to end by itself; its exit code."""
        assert self._process is not None
        return self._process.wait(LIMIT)

    def stop(self) -> int:
        self.signal(signal.SIGTERM)
        return self.end()

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.end()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def others(self) -> set[int]:
        """What lives of the test besides the process that was started."""
        return set(marked(self.home)) - {self.pid}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait(LIMIT)
        kill_marked(self.home)

    def words(self) -> tuple[str, ...]:
        """What is asked of the command."""
        return ("run", str(self.config))

    def launch(
        self,
        *args: str,
        env: dict[str, str] | None = None,
        launcher: tuple[str, ...] = (),
        cwd: Path | None = None,
        stdout: int | None = None,
    ) -> None:
        """`start` without waiting."""
        self.said.clear()
        self._process = subprocess.Popen(
            (*(launcher or sexton()), *self.words(), *args),
            cwd=cwd or self.home,
            env=os.environ | {"HOME_OF_TEST": str(self.home)} | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=subprocess.STDOUT if stdout is None else subprocess.PIPE,
        )
        stream = self._process.stdout or self._process.stderr
        threading.Thread(target=self._listen, args=(stream,), daemon=True).start()

    def _listen(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                with self._news:
                    self.said.append(line.decode(errors="replace").rstrip("\n"))
                    self._news.notify_all()


def sexton() -> tuple[str, ...]:
    """The command, by the interpreter that runs the tests."""
    return (sys.executable, "-m", "sexton")


def marked(home: Path) -> list[int]:
    """Living processes of the tests in `home`, however they were started: their environment names it."""
    mark = f"HOME_OF_TEST={home}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def kill_marked(home: Path) -> None:
    for pid in marked(home):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
