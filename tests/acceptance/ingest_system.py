"""The ingest of examples/ingest as in its container, with the servers that it talks to: PostgreSQL, sshd, SMTP.

The database and the SFTP server are reached through doors that can cut a connection.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from asyncssh import SFTPServer

from tests.examples.example import Example
from tests.servers.account import throw_away_account
from tests.servers.cut import Cut
from tests.servers.odd_sftp import PASSWORD, USER, OddSftp, Plain
from tests.servers.postgres import Postgres
from tests.servers.smtp import MailServer
from tests.servers.sshd import sshd


class System:
    """`delivered` is the folder on the SFTP server. Each test has fire times of a year of its own."""

    def __init__(self, home: Path, database: Postgres, mails: MailServer, delivered: Path, **variables: str) -> None:
        self.database = database
        self.mails = mails
        self.delivered = delivered
        self.to_database = Cut(database.port)
        self.to_sftp = Cut(int(variables.pop("SFTP_PORT")))
        self.example = Example(home, feed=False, **self._common(), **variables)

    def _common(self) -> dict[str, str]:
        return {
            "INGEST": "server",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "RETRY_DELAY": "100ms",
            "LOG_FILE": "ingest.log",
            "DB_HOST": "127.0.0.1",
            "DB_PORT": str(self.to_database.port),
            "DB_NAME": "postgres",
            "DB_USER": "sexton",
            "DB_PASSWORD": self.database.password,
            "SFTP_HOST": "127.0.0.1",
            "SFTP_PORT": str(self.to_sftp.port),
            "EMAIL_RECIPIENTS": "ops@example.com,dev@example.com",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mails.port),
        }

    def __enter__(self) -> "System":
        self.to_database.__enter__()
        self.to_sftp.__enter__()
        self.example.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.example.__exit__()
        self.to_sftp.__exit__()
        self.to_database.__exit__()

    def ingest(self, at: str) -> dict[str, Any]:
        """One run to its end, and what is known of it."""
        self.example.ingest(at)
        newest = self.example.runs("ingest")[-1]
        assert newest["fire_time"] == at
        run: dict[str, Any] = self.example.ask("runs", str(newest["id"]))
        return run

    def count(self, year: int) -> int:
        """The rows of a year in the database."""
        statement = f"SELECT count(*) FROM weather WHERE extract(year FROM date) = {year}"
        return int(self.database.psql(statement))


def outcomes(run: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Its steps, by name, with outcome and attempt."""
    return [(step["name"], step["state"], step["attempt"]) for step in run["run"]["steps"]]


def days(year: int, number: int = 365) -> str:
    """So many good rows, from the first of January on."""
    first = date(year, 1, 1)
    return "".join(f"{first + timedelta(each):%Y/%m/%d},0.5,12.5,3.25,4.7,drizzle\n" for each in range(number))


class Delivery(NamedTuple):
    """An SFTP server with the folder that files go to, and the variables that lead there."""

    folder: Path
    variables: dict[str, str]


@contextmanager
def sshd_delivery(home: Path) -> Iterator[Delivery]:
    """Debian's sshd, and a user with a password. Needs root."""
    with throw_away_account() as who, sshd(home / "sshd", who) as server:
        folder = server.home / "processedfiles"
        folder.mkdir()
        shutil.chown(folder, who.name)
        login = {"SFTP_USER": who.name, "SFTP_PASSWORD": who.password, "SFTP_PORT": str(server.port)}
        yield Delivery(folder, {"KNOWN_HOST": server.host_keys[0], **login})


@contextmanager
def odd_delivery(home: Path, habit: type[SFTPServer] = Plain) -> Iterator[Delivery]:
    """asyncssh's server, with a habit. What is secret, and what is long, is in files, as a container has it."""
    folder = home / "sftp" / "processedfiles"
    folder.mkdir(parents=True)
    with OddSftp(home / "sftp", habit) as server:
        given = {"SFTP_PASSWORD": PASSWORD, "KNOWN_HOST": server.host_key.partition(" ")[2]}
        for name, value in given.items():
            (home / name).write_text(f"{value}\n")
        files = {f"{name}_FILE": str(home / name) for name in given}
        yield Delivery(folder, {"SFTP_USER": USER, "SFTP_PORT": str(server.port), **files})


@contextmanager
def system(home: Path, database: Postgres, delivery: Delivery, **more: str) -> Iterator[System]:
    with MailServer() as mails, System(home, database, mails, delivery.folder, **delivery.variables, **more) as made:
        yield made
