"""A daily ingest in a container, whose scripts were written for cron, run by Sexton with another CMD and nothing else.

Real PostgreSQL, real sshd with sftp-server, sshpass and sftp, a mail server where the script looks for one.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.daemon import marked
from tests.acceptance.ingest_container.container import Container
from tests.acceptance.jobs import FAR_OFF
from tests.servers.account import Account, throw_away_account
from tests.servers.postgres import Postgres
from tests.servers.smtp import MailServer
from tests.servers.sshd import Sshd, sshd

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a container's folders")

MAIL = "127.0.0.25"  # where nobody else has port 25
ROWS = "station,degrees\nlisbon,17\nporto,-2\nfaro,warm\n"


@pytest.fixture
def who() -> Iterator[Account]:
    with throw_away_account() as made:
        yield made


@pytest.fixture
def server(tmp_path: Path, who: Account) -> Iterator[Sshd]:
    with sshd(tmp_path / "sshd", who) as running:
        (running.home / "processedfiles").mkdir()
        shutil.chown(running.home / "processedfiles", who.name)
        yield running


@pytest.fixture
def database() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running


@pytest.fixture
def container(tmp_path: Path, server: Sshd, who: Account, database: Postgres) -> Iterator[Container]:
    variables = {
        "DB_HOST": "127.0.0.1",
        "DB_PORT": str(database.port),
        "DB_NAME": "postgres",
        "DB_USER": "sexton",
        "DB_PASSWORD": database.password,
        "SFTP_HOST": "127.0.0.1",
        "SFTP_PORT": str(server.port),
        "SFTP_USER": who.name,
        "SFTP_PASSWORD": who.password,
        "KNOWN_HOST": server.known_hosts.read_text().strip(),
        "EMAIL_RECIPIENTS": "ops@example.com",
        "CRON_INGEST_SPEC": FAR_OFF,
        "CRON_EMAIL_SPEC": FAR_OFF,
    }
    made = Container(tmp_path, variables, f"{MAIL} smtp.mycompany.com\n")
    yield made
    made.close()


def test_the_published_scripts_do_their_work_with_another_cmd(
    container: Container, server: Sshd, database: Postgres
) -> None:
    container.feed.joinpath("day.csv").write_text(ROWS)
    with MailServer(MAIL, 25) as mails:
        container.start()
        ingest, email = container.jobs()
        assert (ingest.partition("-")[0], email.partition("-")[0]) == ("ingest.sh", "email_logs.sh")

        done = container.sexton("trigger", ingest, "--wait")
        assert done.returncode == 0, container.log.read_text()
        assert container.sexton("trigger", email, "--wait").returncode == 0, container.log.read_text()

        mail = mails.mail().raw.decode()
    assert database.psql("SELECT station, degrees FROM readings ORDER BY 1") == "lisbon|17\nporto|-2"
    assert (server.home / "processedfiles" / "day.csv").read_text() == "lisbon,17\nporto,-2\n"
    (flagged,) = (container.data / "flagged").rglob("day.csv")
    assert "faro,warm" in flagged.read_text()
    assert (container.data / "backup" / "day.csv").read_text() == ROWS
    assert [file.name for file in (container.data / "backup" / "processed").rglob("*.csv")] == ["day.csv"]
    assert "Subject: Daily Ingest Log" in mail
    assert "day.csv: 2 rows, 2 flagged" in mail
    assert container.stop() == 0
    assert marked(container.home) == []
