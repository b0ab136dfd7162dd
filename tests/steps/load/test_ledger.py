"""The ledger of loads: which table, which content, whose run."""

from pathlib import Path

import psycopg
import pytest

from sexton.config.steps.load import Options
from sexton.steps import load
from sexton.steps.errors import NotPermitted, StepError
from sexton.steps.manifest import Entry
from sexton.steps.work import Work
from tests.steps.doing import Remembering, entry, work, written
from tests.steps.load.conftest import Target


@pytest.fixture
def readings(target: Target) -> Target:
    target.ask("CREATE TABLE readings (station text)")
    return target


def csv(place: Path, content: str = "lisbon") -> Entry:
    return entry(written(place / f"{content}.csv", f"station\n{content}\n"))


def done(target: Target, given: Work, table: str = "readings") -> dict[str, int]:
    report = Remembering()
    load.run(Options(target.url, table), given._replace(report=report))
    return report.counts


def keep_as_before(target: Target) -> None:
    """Make the ledger what it was before it knew one Sexton from another."""
    target.ask("ALTER TABLE sexton_load DROP COLUMN instance")


def test_an_earlier_attempt_is_turned_away_when_it_is_of_the_same_sexton(readings: Target, tmp_path: Path) -> None:
    done(readings, work(tmp_path, csv(tmp_path))._replace(fence=6, instance="one"))

    with pytest.raises(StepError, match="has a newer attempt than this one"):
        done(readings, work(tmp_path, csv(tmp_path, "faro"))._replace(fence=5, instance="one"))


def test_runs_of_the_same_number_do_not_meet_when_they_are_of_two_sextons(readings: Target, tmp_path: Path) -> None:
    done(readings, work(tmp_path, csv(tmp_path))._replace(fence=6, instance="lost"))

    new = work(tmp_path, csv(tmp_path, "faro"), csv(tmp_path))._replace(fence=1, instance="new")
    assert done(readings, new) == {"files": 1, "rows": 1, "known": 1}


def test_a_ledger_of_before_gets_its_column_and_keeps_what_it_knows(readings: Target, tmp_path: Path) -> None:
    done(readings, work(tmp_path, csv(tmp_path))._replace(fence=6))
    keep_as_before(readings)

    new = work(tmp_path, csv(tmp_path), csv(tmp_path, "faro"))._replace(fence=1, instance="new")
    assert done(readings, new) == {"files": 1, "rows": 1, "known": 1}
    assert readings.ask("SELECT name, instance FROM sexton_load ORDER BY name") == [
        ("faro.csv", "new"),
        ("lisbon.csv", ""),
    ]


def test_no_right_to_change_the_ledger_is_needed_when_it_has_its_column(postgres: Target, tmp_path: Path) -> None:
    postgres.ask("CREATE TABLE readings (station text)")
    done(postgres, work(tmp_path, csv(tmp_path)))
    guest = _guest_of(postgres)

    assert done(guest, work(tmp_path, csv(tmp_path, "faro"))) == {"files": 1, "rows": 1}

    keep_as_before(postgres)
    with pytest.raises(NotPermitted, match=r"must be owner of .* whoever owns it can: ALTER TABLE sexton_load ADD"):
        done(guest, work(tmp_path, csv(tmp_path, "porto")))


def _guest_of(target: Target) -> Target:
    """The same database as a user who may read and write, and change no table."""
    target.ask("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    target.ask("GRANT SELECT, INSERT, UPDATE ON readings, sexton_load TO guest")
    return target._replace(url=psycopg.conninfo.make_conninfo(target.url, user="guest", password="guest"))


WRITTEN = {"sqlite": ("Readings", "main.readings", "MAIN.READINGS"), "postgres": ("public.readings",)}
ITSELF = {"sqlite": "readings", "postgres": "public.readings"}


def test_a_table_is_one_however_it_is_written(readings: Target, tmp_path: Path) -> None:
    given = work(tmp_path, csv(tmp_path))
    assert done(readings, given) == {"files": 1, "rows": 1}

    for other in WRITTEN[readings.kind]:
        assert done(readings, given, other) == {"known": 1}, other
    assert readings.ask("SELECT target FROM sexton_load") == [(ITSELF[readings.kind],)]


def test_a_table_is_called_as_it_is_made(sqlite: Target, tmp_path: Path) -> None:
    schema = str(written(tmp_path / "s.json", '{"fields": [{"name": "station", "type": "string"}]}'))
    given = work(tmp_path, csv(tmp_path), csv(tmp_path, "faro"))
    load.run(Options(sqlite.url, "Readings", create=True, schema=schema), given)

    assert done(sqlite, given) == {"known": 2}
    assert sqlite.ask("SELECT DISTINCT target FROM sexton_load") == [("Readings",)]


def test_content_is_known_when_a_ledger_of_before_has_the_table_as_somebody_wrote_it(
    readings: Target, tmp_path: Path
) -> None:
    given = work(tmp_path, csv(tmp_path))
    done(readings, given)
    before = {"sqlite": "main.Readings", "postgres": "readings"}[readings.kind]
    readings.ask(f"UPDATE sexton_load SET target = '{before}'")

    assert done(readings, given) == {"known": 1}
    assert readings.ask("SELECT target FROM sexton_load") == [(ITSELF[readings.kind],)]


def test_tables_of_one_name_are_two_when_their_schemas_are(postgres: Target, tmp_path: Path) -> None:
    postgres.ask("CREATE TABLE readings (station text)")
    postgres.ask("CREATE SCHEMA other")
    postgres.ask("CREATE TABLE other.readings (station text)")
    given = work(tmp_path, csv(tmp_path))

    assert done(postgres, given, "other.readings") == {"files": 1, "rows": 1}
    assert done(postgres, given) == {"files": 1, "rows": 1}


def test_it_is_said_when_and_by_whom_known_content_was_loaded(
    readings: Target, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done(readings, work(tmp_path, csv(tmp_path), run="17"))
    other = entry(written(tmp_path / "other.csv", "station\nlisbon\n"))
    done(readings, work(tmp_path, other, csv(tmp_path))._replace(job="", run=""))

    said = capsys.readouterr().out.splitlines()[1:]
    when = str(readings.ask("SELECT substr(CAST(loaded AS text), 1, 4) FROM sexton_load")[0][0])
    assert said[0].startswith(f"known other.csv was loaded before, as lisbon.csv, by run 17 of j at {when}-")
    assert said[1].startswith(f"known lisbon.csv was loaded before by run 17 of j at {when}-")
    assert said[1].endswith("Z")
