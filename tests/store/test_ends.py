"""Runs that end, once; what follows from an end; what retention deletes."""

from sexton.model.errors import StoreError
from sexton.model.ledger import Cancelled, Closed, Ended, Find, Prune, Queued
from sexton.model.run import Outcome
from tests.store.desk import Desk, claim, end

AFTER = (Queued("mail", "after:1", None, 200), Queued("report", "after:1", None, 200))


def test_an_end_is_written_with_all_that_is_known_of_it(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    said = end(
        claimed, outcome=Outcome.FAILED, reason="exit code 3", exit_code=3, signal=9, cpu=70, max_rss=4096,
        log="/log/1.log", log_bytes=12, log_lost=4, tail="last words",
    )  # fmt: skip
    assert ledger.do(said) == [Ended(took=True)]
    (row,) = ledger.ask(Find(run_id=claimed.run_id))
    assert row.state == "ended"
    for field in ("outcome", "reason", "ended", "started", "exit_code", "signal", "cpu", "max_rss"):
        assert getattr(row, field) == getattr(said, field), field
    for field in ("log", "log_bytes", "log_lost", "tail"):
        assert getattr(row, field) == getattr(said, field), field


def test_nothing_is_written_when_the_run_is_not_ours_to_end(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    before = ledger.ask(Find())
    stranger = end(claimed, token="t2", queue=AFTER)
    stale = end(claimed, queue=AFTER)._replace(fence=claimed.fence + 1)
    unknown = end(claimed, queue=AFTER)._replace(run_id=999)
    assert ledger.do(stranger, stale, unknown) == [Ended(took=False)] * 3
    assert ledger.ask(Find()) == before


def test_after_jobs_are_queued_with_the_end_that_calls_for_them(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    (ended,) = ledger.do(end(claimed, queue=AFTER))
    rows = {(row.job, row.slot): row.id for row in ledger.ask(Find(states=("queued",)))}
    assert ended == Ended(took=True, queued=rows)
    assert set(rows) == {("mail", "after:1"), ("report", "after:1")}


def test_fire_times_are_closed_with_the_end_that_decides_them(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, close=(Closed("ingest", "s2", Outcome.SKIPPED, "shutdown", 200, 150, watermark=150),)))
    (row,) = ledger.ask(Find(outcomes=("skipped",)))
    assert (row.slot, row.fire_time) == ("s2", 150)


def test_an_end_is_answered_again_when_its_answer_was_lost(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    first = ledger.do(end(claimed, queue=AFTER))
    rows = ledger.ask(Find())
    assert ledger.do(end(claimed, queue=AFTER)) == first
    assert ledger.ask(Find()) == rows


def test_a_second_end_is_refused_when_it_says_something_else(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed))
    assert ledger.do(end(claimed, outcome=Outcome.LOST), end(claimed, ended=201)) == [Ended(took=False)] * 2
    assert ledger.ask(Find())[0].outcome is Outcome.SUCCEEDED


def test_an_end_survives_output_that_is_no_unicode(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, tail=b"\xff\x00".decode("utf-8", "surrogateescape")))
    assert ledger.ask(Find())[0].tail == "\\udcff\x00"


def test_a_queued_run_ends_as_cancelled_once(ledger: Desk) -> None:
    (run_id,) = ledger.do(Queued("mail", "after:1", None, 90))
    answers = ledger.do(Cancelled(run_id, 95, "by hand"), Cancelled(run_id, 96, "again"))
    assert [answer.took for answer in answers] == [True, False]
    (row,) = ledger.ask(Find())
    assert (row.state, row.outcome, row.reason, row.ended) == ("ended", Outcome.CANCELLED, "by hand", 95)


def test_a_claimed_run_is_not_cancelled_behind_its_holder(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    assert ledger.do(Cancelled(claimed.run_id, 95, "by hand")) == [Ended(took=False)]
    assert ledger.ask(Find())[0].state == "claimed"


def test_retention_deletes_the_oldest_ended_rows_in_portions(ledger: Desk) -> None:
    for number in range(5):
        (claimed,) = ledger.do(claim(slot=f"s{number}"))
        ledger.do(end(claimed, ended=number))
    assert ledger.do(Prune(before=4, limit=3), Prune(before=4, limit=3), Prune(before=4, limit=3)) == [3, 1, 0]
    assert [row.ended for row in ledger.ask(Find())] == [4]


def test_retention_leaves_what_has_not_ended(ledger: Desk) -> None:
    ledger.do(claim(), Queued("mail", "after:1", None, 90))
    assert ledger.do(Prune(before=10**9)) == [0]
    assert len(ledger.ask(Find())) == 2


def test_retention_without_a_portion_deletes_nothing(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed))
    assert ledger.do(Prune(before=10**9, limit=0), Prune(before=10**9, limit=-1)) == [0, 0]


def test_an_id_is_not_used_again_when_retention_took_its_row(ledger: Desk) -> None:
    (first,) = ledger.do(claim())
    ledger.do(end(first), Prune(before=10**9))
    (second,) = ledger.do(claim(slot="s2"))
    assert second.run_id > first.run_id


def test_what_is_no_change_is_answered_with_an_error(ledger: Desk) -> None:
    (answer,) = ledger.do("DROP TABLE run")
    assert isinstance(answer, StoreError)
    assert "str is no change" in str(answer)
