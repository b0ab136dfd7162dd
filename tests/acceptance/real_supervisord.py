"""The real supervisord 4.3.0, for what Sexton does beside it: its own process, and asked by supervisorctl."""

import os
import subprocess
import sys
from pathlib import Path

from tests.acceptance.daemon import LIMIT, kill_marked

SETTINGS = """
[supervisord]
nodaemon = true
logfile = {home}/supervisord.log
pidfile = {home}/supervisord.pid
childlogdir = {home}
"""
SERVER = """
[unix_http_server]
file = {home}/s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl = unix://{home}/s
"""


class RealSupervisord:
    """`home` holds its configuration and logs. A context manager: what is left at the end is killed."""

    def __init__(self, home: Path, sections: str, server: str = SERVER) -> None:
        self.home = home
        self._config = home / "supervisord.conf"
        self._config.write_text((SETTINGS + server).format(home=home) + sections)

    def __enter__(self) -> "RealSupervisord":
        command = (sys.executable, "-m", "supervisor.supervisord", "-c", str(self._config))
        self._process = subprocess.Popen(
            command,
            cwd=self.home,
            env=os.environ | {"HOME_OF_TEST": str(self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(LIMIT)
        kill_marked(self.home)

    def ctl(self, *words: str) -> str:
        """What supervisorctl answers."""
        command = (sys.executable, "-m", "supervisor.supervisorctl", "-c", str(self._config), *words)
        return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False).stdout

    def signal(self, signum: int) -> None:
        self._process.send_signal(signum)

    def end(self) -> int:
        """Wait for it to end by itself; the exit code."""
        return self._process.wait(LIMIT)

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(LIMIT)

    @property
    def log(self) -> str:
        return (self.home / "supervisord.log").read_text()
