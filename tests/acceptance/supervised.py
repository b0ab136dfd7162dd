"""A real Sexton in the place of supervisord, by that one's options and file."""

import os
import subprocess
from pathlib import Path
from typing import Any

from tests.acceptance.daemon import LIMIT, Daemon, sexton


class Supervised(Daemon):
    """`home` has its supervisord.conf and everything that it writes."""

    def __init__(self, home: Path, conf: str) -> None:
        super().__init__(home, "")
        self.config.unlink()
        self.config = home / "supervisord.conf"
        self.config.write_text(conf)

    def words(self) -> tuple[str, ...]:
        return ("supervisord", "-n", "-c", str(self.config))

    def launch(self, *args: str, env: dict[str, str] | None = None, **options: Any) -> None:
        """In no folder but its own: a start removes AUTO logs."""
        super().launch(*args, env={"TMPDIR": str(self.home)} | (env or {}), **options)

    def by(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """`sexton supervisord` with these options, to its end, or until it is in the background."""
        return subprocess.run(
            (*sexton(), "supervisord", *args),
            cwd=self.home,
            env=os.environ | {"HOME_OF_TEST": str(self.home), "TMPDIR": str(self.home)} | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )

    def wait_for_end_of(self, pid: int) -> None:
        """Until a process that is not our child has ended."""
        import select

        try:
            fd = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        try:
            assert select.select([fd], [], [], LIMIT)[0], f"{pid} lives"
        finally:
            os.close(fd)
