"""examples/ingest as in its container: one file followed from the feed into PostgreSQL, to the SFTP server, into the
archive and into the mail, and what becomes of it when a server is cut off, restarted, or lies."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.ingest_system import System, days, odd_delivery, outcomes, sshd_delivery, system
from tests.acceptance.poison import YEAR, Fate, lay_out, names
from tests.servers.odd_sftp import Lies
from tests.servers.postgres import Postgres

STEPS = ["fetch", "sort", "load", "deliver", "archive"]


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, database: Postgres) -> Iterator[System]:
    """With Debian's sshd; who is not root cannot make a user for it, and has another server."""
    home = tmp_path_factory.mktemp("ingest")
    server = sshd_delivery if os.geteuid() == 0 else odd_delivery
    with server(home) as delivery, system(home, database, delivery, MAX_FLAGGED="100%") as made:
        yield made


def test_one_file_goes_from_the_feed_to_the_database_the_server_the_archive_and_the_mail(running: System) -> None:
    example = running.example
    example.deliver("a.csv", days(2001) + "2001/13/01,0,1,0,1,sun\n")
    run = running.ingest("2026-01-01T08:00:00Z")
    assert outcomes(run) == [(name, "succeeded", 1) for name in STEPS]
    assert running.count(2001) == 365
    first = "SELECT * FROM weather WHERE date = '2001-01-01'"
    assert running.database.psql(first) == "2001-01-01|0.5|12.5|3.25|4.7|drizzle"
    sent = (running.delivered / "a.csv").read_text()
    assert (len(sent.splitlines()), sent.splitlines()[1]) == (366, "2001-01-01,0.5,12.5,3.25,4.7,drizzle")
    assert example.files("backup") == ["processed/2026/01/01/a.csv", "raw/2026/01/01/a.csv"]
    assert (example.data / "backup/processed/2026/01/01/a.csv").read_text() == sent
    (flagged,) = (example.data / "flagged").rglob("a.csv")
    assert (
        flagged.read_text().splitlines()[1]
        == 'a.csv,367,date,2001/13/01,is no date like %Y/%m/%d,"2001/13/01,0,1,0,1,sun"'
    )
    counts = {step["name"]: step["counts"] for step in run["run"]["steps"]}
    assert (counts["sort"]["rows"], counts["sort"]["flagged"], counts["load"]["rows"]) == (366, 1, 365)

    assert example.cli("trigger", "mail-log", "--wait").returncode == 0
    mail = running.mails.mail()
    assert mail.message["Subject"] == "Daily Ingest Log"
    assert mail.recipients == ["ops@example.com", "dev@example.com"]
    assert re.search(r"sorted a\.csv 366 rows, 1 flagged\s+loaded a\.csv 365 rows", mail.part("plain"))
    assert "delivered a.csv" in (example.folder / "ingest.log").read_text()
    shown = example.cli("runs", str(run["run"]["id"])).stdout + mail.raw.decode()
    assert running.database.password not in shown


def test_nothing_is_loaded_when_the_same_content_comes_again(running: System) -> None:
    file = running.example.deliver("same.csv", days(2002))
    assert running.ingest("2026-01-11T08:00:00Z")["run"]["outcome"] == "succeeded"
    for name in ("same.csv", "again.csv"):
        running.example.deliver(name, file.read_bytes())
    assert running.ingest("2026-01-12T08:00:00Z")["run"]["outcome"] == "succeeded"
    assert running.database.psql("SELECT count(*) FROM sexton_load WHERE name IN ('same.csv', 'again.csv')") == "1"
    assert running.count(2002) == 365


def test_a_retry_goes_on_with_the_step_that_failed_when_sftp_is_cut_in_the_middle(running: System) -> None:
    running.example.deliver("b.csv", days(1800, 9000))
    running.to_sftp.next(after=150_000)
    run = running.ingest("2026-02-01T08:00:00Z")
    *before, failed, again, last = outcomes(run)
    assert before == [(name, "succeeded", 1) for name in STEPS[:3]]
    assert failed == ("deliver", "failed", 1)
    assert (again, last) == (("deliver", "succeeded", 2), ("archive", "succeeded", 2))
    assert running.count(1800) == 365
    archived = running.example.data / "backup/processed/2026/02/01/b.csv"
    assert (running.delivered / "b.csv").read_bytes() == archived.read_bytes()
    assert [file.name for file in running.delivered.iterdir() if file.name.endswith(".part")] == []


def test_every_row_is_loaded_once_when_postgresql_is_restarted_during_copy(running: System) -> None:
    running.example.deliver("c.csv", days(1900, 9000))
    running.to_database.struck.clear()
    running.to_database.next(after=100_000, then="stall")  # amid COPY, nothing more comes
    running.example.said.clear()
    running.example.cli("trigger", "ingest", "--at", "2026-03-01T08:00:00Z")
    assert running.to_database.struck.wait(20)
    running.database.restart()
    assert running.example.ended("ingest")["outcome"] == "succeeded"
    run = running.example.ask("runs", str(running.example.runs("ingest")[-1]["id"]))
    loads = [(state, attempt) for name, state, attempt in outcomes(run) if name == "load"]
    assert loads[0] == ("failed", 1)
    assert loads[-1][0] == "succeeded"
    assert outcomes(run)[:2] == [("fetch", "succeeded", 1), ("sort", "succeeded", 1)]
    assert (
        running.database.psql("SELECT count(*) FROM weather WHERE date >= '1900-01-01' AND date < '1924-08-23'")
        == "9000"
    )
    assert running.database.psql("SELECT rows FROM sexton_load WHERE name = 'c.csv'") == "9000"


@pytest.fixture
def lied_to(tmp_path: Path, database: Postgres) -> Iterator[System]:
    """The same with an SFTP server that says that files are shorter than they are."""
    with odd_delivery(tmp_path, Lies) as delivery, system(tmp_path, database, delivery) as made:
        yield made


def test_the_daily_mail_says_so_when_there_was_no_ingest_yet(lied_to: System) -> None:
    assert lied_to.example.cli("trigger", "mail-log", "--wait").returncode == 0
    assert "cannot show a log of job 'ingest'" in lied_to.mails.mail().part("plain")


def test_nothing_is_put_away_and_mail_says_why_when_the_server_has_another_size(lied_to: System) -> None:
    lied_to.example.deliver("d.csv", days(2004))
    run = lied_to.ingest("2026-04-01T08:00:00Z")
    assert outcomes(run)[3:] == [("deliver", "failed", attempt) for attempt in (1, 2, 3)]
    assert lied_to.example.files("backup") == ["raw/2026/04/01/d.csv"]
    assert lied_to.example.files("processed") == ["2026/04/01/d.csv"]
    assert not (lied_to.delivered / "d.csv").exists()
    mail = lied_to.mails.mail()
    assert mail.message["Subject"] == "Daily Ingest Log: failed"
    assert "bytes" in mail.part("plain")
    assert "deliver" in mail.part("plain")

    lied_to.example.deliver("d.csv", days(2005, 10) + "2005/02/30,0,1,0,1,sun\n")
    run = lied_to.ingest("2026-04-02T08:00:00Z")
    assert outcomes(run)[1] == ("sort", "failed", 1)
    assert "5%" in run["run"]["steps"][1]["reason"]
    assert lied_to.count(2005) == 0


def test_poison_is_flagged_or_refused_by_name_and_the_good_file_of_the_day_gets_through(running: System) -> None:
    example = running.example
    lay_out(example.folder / "feed", example.home / "outside.csv")
    example.deliver("good.csv", days(2003))
    beside = beyond(running)
    run = running.ingest("2026-05-01T08:00:00Z")
    assert outcomes(run) == [(name, "succeeded", 1) for name in STEPS]
    assert (running.count(2003), running.count(YEAR), running.count(1999)) == (365, len(names(Fate.LOADED)), 0)
    for name in names(Fate.FLAGGED):
        lines = (example.data / "flagged/2026/05/01" / name).read_text().splitlines()
        assert len(lines) > 1, name
        assert max(map(len, lines)) < 2_000_000, name
    assert example.files("backup/raw/2026/05/01") == sorted(["good.csv", *names(Fate.FLAGGED, Fate.LOADED)])
    fetched = run["run"]["steps"][0]
    assert fetched["counts"]["refused"] == len(names(Fate.REFUSED))
    for shown in (r"new\nline.csv", r"\x1b[2J.csv", r"\u202e.csv", r"\udcff\udcfe.csv"):
        assert f"{shown}: " in fetched["summaries"]["refused"]
    assert {*names(Fate.LOADED), "good.csv"} <= {file.name for file in running.delivered.iterdir()}
    assert beyond(running) == beside


def beyond(running: System) -> set[Path]:
    """What there is in the test's folder but for what the ingest may write."""
    home = running.example.home
    own = (running.example.data, running.delivered, home / "run")
    return {path for path in home.rglob("*") if not any(path.is_relative_to(each) for each in own)}
