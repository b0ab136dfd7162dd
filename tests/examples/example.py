"""A copy of examples/ingest under a Sexton of its own: files are delivered to its feed, ingested, and looked for."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

from tests.acceptance.daemon import NO_HTTP, Daemon
from tests.acceptance.jobs import FAR_OFF

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "ingest"
HEADER = "date,precipitation,temp_max,temp_min,wind,weather\n"
FETCH = 'step = "fetch"'


class Example(Daemon):
    """`variables` are those of the container. A context manager."""

    def __init__(self, home: Path, feed: bool = True, **variables: str) -> None:
        super().__init__(home, "")
        left_out = shutil.ignore_patterns("data", "__pycache__", "secrets", *([] if feed else ["*.csv"]))
        self.folder = shutil.copytree(FOLDER, home / "in gest", ignore=left_out)
        self.data = self.folder / "data"
        self.config = self.folder / "sexton.toml"
        replace(self.config, "[sexton]\n", f'[sexton]\nsocket = "{home}/run/s.sock"\n{NO_HTTP}')
        for name in ("here.toml", "server.toml"):
            take_at_once(self.folder / name)
        never = dict.fromkeys(("CRON_INGEST_SPEC", "CRON_EMAIL_SPEC"), FAR_OFF)
        folders = dict.fromkeys(("SEXTON_EXAMPLE", "SCRIPT_DIR"), str(self.folder))
        self.variables = {"TZ": "UTC", **never, **folders, **variables}

    def up(self) -> "Example":
        self.start(env=self.variables)
        return self

    def deliver(self, name: str, content: str | bytes) -> Path:
        """Put a file into the feed; rows of text get the header."""
        path = self.folder / "feed" / name
        path.write_bytes(content if isinstance(content, bytes) else (HEADER + content).encode())
        return path

    def ingest(self, at: str = "2025-11-22T08:00:00Z") -> CompletedProcess[str]:
        """One run to its end, for a fire time."""
        return self.cli("trigger", "ingest", "--at", at, "--wait", check=False)

    def files(self, kind: str) -> list[str]:
        """The files below data/KIND, by their paths there."""
        top = self.data / kind
        return sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.is_file())

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.data / "ingest.db")) as db:
            return db.execute(query).fetchall()


def take_at_once(plan: Path) -> None:
    """Have `plan` fetch without waiting for what may still be written: nobody writes to our feed slowly."""
    replace(plan, FETCH, f'stable = "10ms"\n{FETCH}')


def replace(path: Path, old: str, new: str) -> None:
    """Write the file with its first `old` made `new`."""
    before, found, after = path.read_text().partition(old)
    assert found, f"{path.name} has no {old!r}"
    path.write_text(before + new + after)
