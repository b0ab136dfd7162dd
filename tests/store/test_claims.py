"""Jobs made known; runs claimed, queued, and closed without a run."""

from typing import Any

from sexton.model.errors import StoreError
from sexton.model.ledger import Claimed, Closed, Enlist, Enlisted, Find, Queued, Switch
from sexton.model.run import Outcome
from tests.store.desk import Desk, claim, end


def watermark(ledger: Desk, job: str = "ingest", schedule: str = "@daily") -> int:
    """The job's watermark, asked without moving it."""
    (enlisted,) = ledger.do(Enlist({job: schedule}, 0))
    return int(enlisted.watermarks[job])


def skipped(slot: str = "s1", **other: Any) -> Closed:
    return Closed("ingest", slot, Outcome.SKIPPED, "the last run is still going", at=105, **other)


def test_a_new_job_owes_nothing_from_before_now(ledger: Desk) -> None:
    assert ledger.do(Enlist({"ingest": "@daily", "mail": "@hourly"}, 1000)) == [
        Enlisted({"ingest": 1000, "mail": 1000}, {"ingest": 1000, "mail": 1000})
    ]


def test_the_watermark_stays_when_the_schedule_is_the_same(ledger: Desk) -> None:
    ledger.do(Enlist({"ingest": "@daily"}, 1000))
    assert ledger.do(Enlist({"ingest": "@daily"}, 5000)) == [Enlisted({"ingest": 1000}, {"ingest": 1000})]


def test_a_job_owes_from_now_on_when_its_schedule_changed(ledger: Desk) -> None:
    ledger.do(Enlist({"ingest": "@daily"}, 1000))
    assert ledger.do(Enlist({"ingest": "@hourly"}, 5000)) == [Enlisted({"ingest": 5000}, {"ingest": 5000})]


def test_the_watermark_does_not_go_back_when_the_clock_did(ledger: Desk) -> None:
    ledger.do(Enlist({"ingest": "@daily"}, 1000))
    assert ledger.do(Enlist({"ingest": "@hourly"}, 400)) == [Enlisted({"ingest": 1000}, {"ingest": 1000})]


def test_a_job_that_only_a_person_ran_so_far_owes_from_now_on_when_it_is_enlisted(ledger: Desk) -> None:
    ledger.do(claim(slot="manual:x", fire_time=None))
    assert ledger.do(Enlist({"ingest": "@daily"}, 1000)) == [Enlisted({"ingest": 1000}, {"ingest": 1000})]


def test_a_success_is_owed_since_the_last_one_and_since_a_job_was_resumed(ledger: Desk) -> None:
    def owed() -> int:
        (enlisted,) = ledger.do(Enlist({"ingest": "@daily"}, 9000))
        return int(enlisted.owed["ingest"])

    ledger.do(Enlist({"ingest": "@daily"}, 1000))
    first, second = ledger.do(claim(slot="s1"), claim(slot="s2"))
    ledger.do(end(first, outcome=Outcome.FAILED, ended=2000))
    assert owed() == 1000
    ledger.do(end(second, ended=3000))
    assert owed() == 3000
    ledger.do(Switch("job", "ingest", True, 4000))
    assert owed() == 3000
    ledger.do(Switch("job", "ingest", False, 5000))
    assert owed() == 5000


def test_a_claim_takes_a_free_slot(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim(fire_time=100, at=105))
    (row,) = ledger.ask(Find(run_id=claimed.run_id))
    assert (row.job, row.slot, row.state, row.token, row.fence) == ("ingest", "s1", "claimed", "t1", claimed.fence)
    assert (row.fire_time, row.created, row.claimed, row.ended, row.outcome) == (100, 105, 105, None, None)


def test_a_claim_is_refused_when_another_has_the_slot(ledger: Desk) -> None:
    first, second = ledger.do(claim(token="t1"), claim(token="t2"))
    assert isinstance(first, Claimed)
    assert second is None


def test_a_claim_is_answered_again_when_its_answer_was_lost(ledger: Desk) -> None:
    first = ledger.do(claim())
    assert ledger.do(claim()) == first


def test_a_claim_is_refused_when_its_run_has_ended(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed))
    assert ledger.do(claim()) == [None]


def test_a_claim_moves_the_watermark_up(ledger: Desk) -> None:
    watermark(ledger)
    ledger.do(claim(watermark=100))
    assert watermark(ledger) == 100


def test_a_claim_moves_the_watermark_up_when_the_slot_is_taken(ledger: Desk) -> None:
    watermark(ledger)
    assert ledger.do(claim(token="t1"), claim(token="t2", watermark=100))[1] is None
    assert watermark(ledger) == 100


def test_the_watermark_stays_when_a_claim_is_of_an_older_fire_time(ledger: Desk) -> None:
    watermark(ledger)
    ledger.do(claim(slot="s2", watermark=200), claim(slot="s1", watermark=100), claim(slot="manual:x"))
    assert watermark(ledger) == 200


def test_the_fence_grows_with_each_claim_of_the_job_and_of_no_other(ledger: Desk) -> None:
    answers = ledger.do(claim(slot="s1"), claim(slot="s2"), claim(job="mail"), claim(slot="s3"))
    assert [answer.fence for answer in answers] == [1, 2, 1, 3]


def test_a_claim_without_a_token_is_an_error(ledger: Desk) -> None:
    (answer,) = ledger.do(claim(token=""))
    assert isinstance(answer, StoreError)
    assert ledger.ask(Find()) == ()


def test_a_queued_run_keeps_its_id_when_it_is_claimed(ledger: Desk) -> None:
    (queued,) = ledger.do(Queued("mail", "after:41", None, at=90))
    (claimed,) = ledger.do(claim(job="mail", slot="after:41", fire_time=None, at=105))
    (row,) = ledger.ask(Find(job="mail"))
    assert claimed == Claimed(queued, 1)
    assert (row.id, row.state, row.token, row.created, row.claimed) == (queued, "claimed", "t1", 90, 105)


def test_a_run_is_queued_once_only(ledger: Desk) -> None:
    wanted = Queued("mail", "after:41", None, at=90)
    first, second = ledger.do(wanted, wanted)
    assert isinstance(first, int)
    assert second is None


def test_a_closed_fire_time_is_a_row_that_has_ended(ledger: Desk) -> None:
    (row_id,) = ledger.do(skipped(fire_time=100))
    (row,) = ledger.ask(Find(run_id=row_id))
    assert (row.state, row.outcome, row.fire_time, row.ended) == ("ended", Outcome.SKIPPED, 100, 105)
    assert row.reason == "the last run is still going"


def test_a_missed_range_is_one_counted_row(ledger: Desk) -> None:
    (row_id,) = ledger.do(Closed("ingest", "missed:a/b", Outcome.MISSED, "down", 105, 10, 90, 9, 90))
    (row,) = ledger.ask(Find(run_id=row_id))
    assert (row.outcome, row.fire_time, row.last, row.number) == (Outcome.MISSED, 10, 90, 9)


def test_closing_moves_the_watermark_up_also_when_the_slot_has_a_row(ledger: Desk) -> None:
    watermark(ledger)
    first, second = ledger.do(skipped(watermark=100), skipped(watermark=150))
    assert isinstance(first, int)
    assert second is None
    assert watermark(ledger) == 150


def test_a_slot_cannot_be_claimed_when_it_is_closed(ledger: Desk) -> None:
    assert ledger.do(skipped(), claim())[1] is None


def test_text_that_is_no_unicode_is_kept_readable(ledger: Desk) -> None:
    (row_id,) = ledger.do(Closed("ingest", "s1", Outcome.SKIPPED, b"na\xefve".decode("utf-8", "surrogateescape"), 105))
    (row,) = ledger.ask(Find(run_id=row_id))
    assert row.reason == "na\\udcefve"
