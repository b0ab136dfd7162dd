"""The step `load` and PostgreSQL where others keep locks, or where the network falls silent."""

import time
from pathlib import Path

import psycopg
import pytest

from sexton.config.steps.load import Options
from sexton.model.units import SECOND
from sexton.steps import load
from sexton.steps.errors import Temporary
from sexton.steps.manifest import Entry
from tests.servers.cut import Cut
from tests.servers.postgres import Postgres
from tests.steps.doing import Remembering, entry, work, written
from tests.steps.load.conftest import Target

SILENCE = 40_000_000  # bytes: more than all the buffers on the way keep


@pytest.fixture
def table(postgres: Target) -> Target:
    postgres.ask("CREATE TABLE readings (note text)")
    return postgres


def csv(place: Path, size: int = 10) -> Entry:
    return entry(written(place / "a.csv", "note\n" + ("x" * 999 + "\n") * (size // 1000 or 1)))


def run(url: str, place: Path, file: Entry, seconds: int, report: Remembering | None = None) -> None:
    load.run(Options(url, "readings", deadline=seconds * SECOND), work(place, file, report=report))


def test_who_keeps_the_table_is_named_when_it_stays_locked(table: Target, tmp_path: Path) -> None:
    with psycopg.connect(table.url, application_name="vacuuming") as other:
        other.execute("LOCK TABLE readings")
        said = rf"readings is locked by process {other.info.backend_pid} \(vacuuming, .*\), in a transaction since 20"
        with pytest.raises(Temporary, match=said):
            run(table.url, tmp_path, csv(tmp_path), 2)


def test_the_deadline_is_kept_when_the_network_falls_silent_and_the_next_attempt_says_what_is_locked(
    table: Target, cluster: Postgres, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    much = csv(tmp_path, SILENCE)
    begun = time.monotonic()
    with Cut(cluster.port) as cut:
        cut.next(after=300_000, then="stall")
        with pytest.raises(Temporary, match="the deadline of 2 s has passed"):
            run(table.url.replace(f":{cluster.port}/", f":{cut.port}/"), tmp_path, much, 2)
        assert time.monotonic() - begun < 10
        assert not caplog.records

        ((pid,),) = table.ask("SELECT DISTINCT pid FROM pg_locks WHERE relation = 'readings'::regclass")
        with pytest.raises(Temporary, match=rf"is locked by process {pid} .*; SELECT pg_terminate_backend\({pid}\)"):
            run(table.url, tmp_path, much, 2)
        table.ask(f"SELECT pg_terminate_backend({pid}, 10000)")
        run(table.url, tmp_path, much, 60)
    assert table.ask("SELECT count(*) FROM readings") == [(SILENCE // 1000,)]


class Looking(Remembering):
    """Asks which advisory locks there are while rows are on their way."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target = target
        self.seen: list[tuple[int]] = []

    def progress(self, done: int, total: int | None, unit: str) -> None:
        self.seen += self._target.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")


def test_no_other_load_is_kept_waiting_by_one_that_has_made_its_table(postgres: Target, tmp_path: Path) -> None:
    looking = Looking(postgres)
    schema = str(written(tmp_path / "schema.json", '{"fields": [{"name": "note"}]}'))
    load.run(
        Options(postgres.url, "readings", schema=schema, create=True),
        work(tmp_path, csv(tmp_path), report=looking),
    )
    assert looking.seen
    assert set(looking.seen) == {(0,)}
