"""Questions about history."""

import sqlite3
from collections.abc import Iterator

import pytest

from sexton.core.slots import missed_slot
from sexton.model.errors import StoreError
from sexton.model.ledger import Cancelled, Closed, Decision, Find, Latest, Queued
from sexton.model.run import Outcome
from sexton.store import history
from tests.store.desk import Desk, claim, end


@pytest.fixture
def past(ledger: Desk) -> Desk:
    """ids: 1 ingest succeeded, 2 ingest failed, 3 ingest skipped, 4 mail queued, 5 ingest claimed."""
    first, second = ledger.do(claim(slot="s1"), claim(slot="s2"))
    ledger.do(
        end(first, ended=200),
        end(second, ended=300, outcome=Outcome.FAILED),
        Closed("ingest", "s3", Outcome.SKIPPED, "", 400),
        Queued("mail", "after:1", None, 90),
        claim(slot="s5"),
    )
    return ledger


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        (Find(), [5, 4, 3, 2, 1]),
        (Find(run_id=2), [2]),
        (Find(run_id=77), []),
        (Find(job="mail"), [4]),
        (Find(job="ingest", limit=2), [5, 3]),
        (Find(states=("queued",)), [4]),
        (Find(states=("queued", "claimed")), [5, 4]),
        (Find(states=("ended", "claimed")), [5, 3, 2, 1]),
        (Find(outcomes=("failed", "skipped")), [3, 2]),
        (Find(job="ingest", outcomes=("succeeded",)), [1]),
        (Find(before_id=3), [2, 1]),
        (Find(before_id=5, limit=1), [4]),
        (Find(limit=-1), []),
    ],
)
def test_find_answers_the_newest_first(past: Desk, question: Find, ids: list[int]) -> None:
    assert [row.id for row in past.ask(question)] == ids


def test_latest_is_the_run_of_each_job_that_ended_last_and_really_ran(past: Desk) -> None:
    rows = past.ask(Latest())
    assert [(row.job, row.id, row.outcome) for row in rows] == [("ingest", 2, Outcome.FAILED)]


def test_latest_goes_by_the_end_when_a_run_was_overtaken(ledger: Desk) -> None:
    slow, quick = ledger.do(claim(slot="s1"), claim(slot="s2"))
    ledger.do(end(quick, ended=200), end(slow, ended=900))
    assert [row.id for row in ledger.ask(Latest())] == [slow.run_id]


def test_latest_leaves_out_a_run_that_was_cancelled_before_its_claim(ledger: Desk) -> None:
    (run_id,) = ledger.do(Queued("mail", "after:1", None, 90))
    ledger.do(Cancelled(run_id, 95, ""))
    assert ledger.ask(Latest()) == ()


def test_what_is_no_question_is_answered_with_an_error(ledger: Desk) -> None:
    assert isinstance(ledger.ask("everything"), StoreError)


def test_rows_of_an_earlier_process_are_found_oldest_first(past: Desk) -> None:
    assert [(row.id, row.state) for row in past.opened.claimed()] == [(4, "queued"), (5, "claimed")]


@pytest.fixture
def empty(path: str) -> Iterator[sqlite3.Connection]:
    """An empty ledger, to ask SQLite how it would answer."""
    Desk(path).close()
    db = sqlite3.connect(path)
    yield db
    db.close()


def plan_of(sql: str, values: list[object], db: sqlite3.Connection) -> str:
    return "\n".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", values))


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (Find(job="ingest"), "run_of_job"),
        (Find(job="ingest", before_id=50), "run_of_job"),
        (Find(states=("queued", "claimed")), "run_open"),
        (Find(before_id=50), "INTEGER PRIMARY KEY"),
        (Find(run_id=5), "INTEGER PRIMARY KEY"),
    ],
)
def test_find_walks_an_index(empty: sqlite3.Connection, question: Find, index: str) -> None:
    plan = plan_of(*history.find_sql(question), empty)
    assert index in plan
    assert "SCAN" not in plan
    assert question.states or "TEMP B-TREE" not in plan


def test_find_stops_at_its_limit_when_it_asks_for_the_newest(empty: sqlite3.Connection) -> None:
    assert plan_of(*history.find_sql(Find()), empty) == "SCAN run"  # by id, which needs no sorting


def test_latest_takes_one_step_per_job(empty: sqlite3.Connection) -> None:
    plan = plan_of(history.LATEST, [], empty)
    assert "run_latest (job=?)" in plan
    assert "SCAN run" not in plan
    assert "SCAN newest" not in plan


SECOND = 1_000_000


def missed(job: str, first: int, last: int) -> Closed:
    return Closed(job, missed_slot(first, last), Outcome.MISSED, "", 400, first, last, 3)


MINUTES = missed("ingest", 60 * SECOND, 180 * SECOND)
FRACTIONS = missed("ingest", 300 * SECOND + SECOND // 2, 301 * SECOND)


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (59 * SECOND, None),
        (60 * SECOND, MINUTES.slot),
        (61 * SECOND, MINUTES.slot),
        (180 * SECOND, MINUTES.slot),
        (181 * SECOND, None),
        (300 * SECOND, None),
        (300 * SECOND + SECOND * 3 // 4, FRACTIONS.slot),
    ],
)
def test_a_decision_is_the_row_of_the_slot_or_of_the_range_around_it(ledger: Desk, at: int, slot: str | None) -> None:
    ledger.do(claim(slot="1970-01-01T00:00:00Z"), MINUTES, FRACTIONS, missed("other", 60 * SECOND, 180 * SECOND))
    found = ledger.ask(Decision("ingest", at))
    assert [row.slot for row in found] == ([] if slot is None else [slot])
    assert all(row.job == "ingest" for row in found)


@pytest.mark.parametrize("sql", [history.OF_SLOT, history.RANGES])
def test_a_decision_is_found_by_the_index_of_slots(empty: sqlite3.Connection, sql: str) -> None:
    plan = plan_of(sql, ["ingest", "x"], empty)
    assert "SEARCH run USING INDEX sqlite_autoindex_run_1 (job=? AND slot" in plan
    assert "TEMP B-TREE" not in plan
