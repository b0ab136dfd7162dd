"""The outbox: written with what it tells of, kept until it is delivered, bounded, and remembered over restarts."""

from typing import Any

import pytest

from sexton.model.ledger import Claimed, Closed, Ended
from sexton.model.notice import Rule, Tell
from sexton.model.outbox import (
    Again,
    Delivered,
    Drop,
    DueNotices,
    DueNow,
    Gather,
    Gone,
    Outbox,
    Outgoing,
    Record,
    Records,
    Remind,
    Routes,
    Undelivered,
)
from sexton.model.run import Outcome
from sexton.model.units import DAY
from sexton.store import outbox, settling
from tests.store.desk import Desk, claim, end

SINKS = ("ops", "dev")
RULE = Rule("ops", frozenset({"failed", "timeout", "lost", "recovered", "late"}))


def tell(word: str = "failed", rule: Rule = RULE, at: int = 100, **facts: Any) -> Tell:
    not_before = facts.pop("not_before", at)
    subject = facts.pop("subject", "job:ingest")
    return Tell(subject, word, rule, at, not_before, {"kind": "run", "job": "ingest", "host": "h", **facts})


def due(ledger: Desk, at: int = 1000, *sinks: str) -> DueNotices:
    found: DueNotices = ledger.ask(DueNow(sinks or ("ops",), at))
    return found


def look(ledger: Desk, question: object) -> Any:
    return ledger.ask(question)


def first(ledger: Desk, at: int = 1000) -> Outgoing:
    (row,) = due(ledger, at).rows
    return row


def test_a_notice_is_written_with_the_end_that_it_tells_of(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    said = end(claimed, outcome=Outcome.FAILED, tail="last words", tell=(tell(run=claimed.run_id),))
    assert ledger.do(said) == [Ended(took=True, told=1)]
    row = first(ledger)
    assert (row.sink, row.state, row.attempts, row.tail) == ("ops", "pending", 0, "last words")
    assert row.notice["outcome"] == "failed"
    assert row.notice["title"] == "ingest failed"


def test_nothing_is_told_when_the_end_is_refused_or_repeated(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, token="other", outcome=Outcome.FAILED, tell=(tell(),)))
    assert due(ledger).pending == {}
    said = end(claimed, outcome=Outcome.FAILED, tell=(tell(),))
    ledger.do(said, said)
    assert due(ledger).pending == {"ops": 1}


def test_a_fire_time_that_is_closed_is_told_with_its_row(ledger: Desk) -> None:
    rule = Rule("ops", frozenset({"skipped"}))
    closed = Closed("ingest", "s1", Outcome.SKIPPED, "busy", 100, 100, tell=(tell("skipped", rule),))
    ledger.do(closed, closed)
    assert due(ledger).pending == {"ops": 1}


def test_what_was_told_is_remembered_when_the_state_is_opened_anew(path: str) -> None:
    before = Desk(path)
    assert before.do(tell(), tell(at=101)) == [1, 0]
    before.close()
    after = Desk(path)
    assert after.do(tell(at=200), tell("succeeded", at=300), tell("succeeded", at=400)) == [0, 1, 0]
    words = [row.notice["outcome"] for row in after.ask(Outbox())]
    assert words == ["recovered", "failed"]
    assert after.ask(Outbox())[0].notice["since"] == "1970-01-01T00:00:00.000100Z"
    after.close()


def test_each_route_has_a_memory_of_its_own(ledger: Desk) -> None:
    assert ledger.do(tell(), tell(rule=RULE._replace(sink="dev")), tell(subject="job:other")) == [1, 1, 1]


def test_one_notice_of_each_sink_is_due_the_oldest_first(ledger: Desk) -> None:
    ledger.do(*(tell(subject=f"job:{n}", run=n, not_before=100 + n) for n in range(3)))
    ledger.do(tell(rule=RULE._replace(sink="dev")))
    found = due(ledger, 1000, "ops", "dev")
    assert [row.notice.get("run") for row in found.rows] == [0, None]
    assert found.pending == {"ops": 3, "dev": 1}


def test_a_notice_is_not_due_before_its_time_and_says_when_that_is(ledger: Desk) -> None:
    ledger.do(tell(not_before=500))
    assert due(ledger, 499)[:4] == ((), (), (), 500)
    assert due(ledger, 500).next is None
    assert len(due(ledger, 500).rows) == 1


def test_a_delivered_notice_is_due_no_more(ledger: Desk) -> None:
    ledger.do(tell())
    ledger.do(Delivered(first(ledger).id, "ops", 300))
    assert due(ledger).rows == ()
    assert ledger.ask(Records(0)) == (Record("ops", delivered=1, last_delivered=300),)
    (row,) = ledger.ask(Outbox())
    assert (row.state, row.attempts, row.ended) == ("delivered", 1, 300)


def test_an_undelivered_notice_waits_and_keeps_its_number(ledger: Desk) -> None:
    ledger.do(tell())
    number = first(ledger).id
    ledger.do(Undelivered(number, "ops", 300, "refused \udcff", not_before=2000))
    assert due(ledger, 1999).next == 2000
    row = first(ledger, 2000)
    assert (row.id, row.attempts, row.error) == (number, 1, "refused \\udcff")
    (record,) = ledger.ask(Records(0))
    assert (record.failed, record.failing_since) == (1, 300)
    ledger.do(Delivered(number, "ops", 2001))
    assert ledger.ask(Records(0))[0].failing_since is None


def test_one_that_pauses_is_overtaken_by_others_but_not_by_a_later_one_of_its_subject(ledger: Desk) -> None:
    ledger.do(tell(), tell("succeeded", at=101), tell(subject="job:b", at=102))
    ledger.do(Undelivered(first(ledger).id, "ops", 300, "busy", not_before=2000))
    other = first(ledger, 1999)
    assert other.notice["outcome"] == "failed"
    ledger.do(Delivered(other.id, "ops", 1999))
    assert due(ledger, 1999).rows == ()
    ledger.do(Delivered(first(ledger, 2000).id, "ops", 2000))
    assert first(ledger, 2000).notice["outcome"] == "recovered"


def test_what_was_tried_in_vain_pauses_no_longer_when_the_sink_is_back(ledger: Desk) -> None:
    ledger.do(tell(), tell(subject="job:b"), tell(subject="job:quiet", not_before=5000))
    ledger.do(Undelivered(1, "ops", 300, "busy", not_before=2000))
    ledger.do(Delivered(2, "ops", 400, wakes=True))
    assert first(ledger, 400).id == 1
    ledger.do(Delivered(1, "ops", 401))
    assert (due(ledger, 401).rows, due(ledger, 401).next) == ((), 5000)


def test_one_that_a_person_has_tried_again_goes_behind_those_of_its_subject(ledger: Desk) -> None:
    ledger.do(tell(), tell("succeeded", at=101))
    ledger.do(Undelivered(1, "ops", 300, "busy", not_before=2000))
    assert ledger.do(Again(2, 400, SINKS)) == [1]
    assert first(ledger, 400).id == 1


def test_a_notice_that_is_given_up_is_counted_and_shown(ledger: Desk) -> None:
    ledger.do(tell())
    ledger.do(Undelivered(first(ledger).id, "ops", 300, "no such address"))
    assert due(ledger).pending == {}
    assert ledger.ask(Records(0))[0].given_up == 1
    (row,) = ledger.ask(Outbox(("given_up",)))
    assert (row.error, row.ended) == ("no such address", 300)


def test_the_oldest_are_given_up_when_too_many_wait(ledger: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_PENDING", 3)
    ledger.do(*(tell(subject=f"job:{n}", run=n) for n in range(5)))
    assert due(ledger).pending == {"ops": 3}
    assert first(ledger).notice["run"] == 2
    assert ledger.ask(Records(0))[0].given_up == 2


def test_only_the_last_that_ended_are_kept(ledger: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "KEPT", {**settling.KEPT, "delivered": 2})
    ledger.do(*(tell(subject=f"job:{n}", run=n) for n in range(5)))
    for _ in range(5):
        row = first(ledger)
        ledger.do(Delivered(row.id, "ops", 300 + row.id))
    assert [row.notice["run"] for row in ledger.ask(Outbox())] == [4, 3]


def test_what_was_given_up_stays_for_its_own_time_whatever_is_delivered_later(
    ledger: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "KEPT", {"delivered": 1, "dropped": 1, "given_up": 3})
    ledger.do(*(tell(subject=f"job:{n}", run=n) for n in range(8)))
    ledger.do(*(Undelivered(number, "ops", number * DAY, "no such user") for number in (1, 2, 3, 4)))
    ledger.do(Drop(5, 5 * DAY), Drop(6, 6 * DAY))
    ledger.do(*(Delivered(number, "ops", 30 * DAY) for number in (7, 8)))
    assert [row.id for row in look(ledger, Outbox())] == [8, 6, 4, 3, 2]
    ledger.do(tell(subject="job:9"), Delivered(9, "ops", 33 * DAY))
    assert [row.id for row in look(ledger, Outbox(("given_up",)))] == [4, 3]


def test_an_incident_that_lasts_is_reminded_of_with_what_went_wrong_last(ledger: Desk) -> None:
    rule = RULE._replace(repeat=50)
    ledger.do(tell(rule=rule, reason="first"), tell(rule=rule, at=120, reason="second"))
    assert due(ledger, 149).next == 150
    assert due(ledger, 150).reminders == (("job:ingest", "ops"),)
    again = Remind("job:ingest", rule, 150, 150, 200)
    assert ledger.do(again, again) == [1, 0]
    newest = ledger.ask(Outbox())[0].notice
    assert (newest["title"], newest["reminder"]) == ("ingest still failed: second", True)
    ledger.do(tell("succeeded", rule, 180))
    assert ledger.do(Remind("job:ingest", rule, 200, 200, 250)) == [0]


def test_the_newest_reminder_alone_waits(ledger: Desk) -> None:
    rule = RULE._replace(repeat=50)
    ledger.do(tell(rule=rule, not_before=900), *(Remind("job:ingest", rule, at, 900, at + 50) for at in (150, 200)))
    assert [row.id for row in look(ledger, Outbox())] == [3, 1]
    ledger.do(Undelivered(3, "ops", 200, "busy", not_before=900), Remind("job:ingest", rule, 250, 900, 300))
    assert [row.id for row in look(ledger, Outbox())] == [4, 1]
    ledger.do(Delivered(4, "ops", 250), Remind("job:ingest", rule, 300, 900, 350))
    assert [row.id for row in look(ledger, Outbox())] == [5, 4, 1]


def test_an_incident_is_reminded_of_as_the_plan_says_now(ledger: Desk) -> None:
    routes = {("job:ingest", "ops"): 50}
    ledger.do(tell(), Routes(routes, SINKS, 300))
    assert due(ledger, 300).next == 350
    ledger.do(Routes(routes, SINKS, 320), Routes({("job:ingest", "ops"): 900}, SINKS, 330))
    assert due(ledger, 330).next == 350
    ledger.do(Routes({("job:ingest", "ops"): 5}, SINKS, 330))
    assert due(ledger, 330).next == 335
    ledger.do(Routes({("job:ingest", "ops"): None}, SINKS, 330))
    assert due(ledger, 400).reminders == ()


def test_what_is_late_no_more_is_told_anew_and_what_has_failed_goes_on(ledger: Desk) -> None:
    rule = RULE._replace(repeat=50)
    assert ledger.do(tell("late"), tell("settled"), tell("late")) == [1, 0, 1]
    assert ledger.do(*(tell(word, rule._replace(sink="dev")) for word in ("failed", "late", "settled"))) == [1, 1, 0]
    assert ledger.do(*(tell(word, rule._replace(sink="dev")) for word in ("failed", "late"))) == [0, 1]


def test_a_digest_gathers_what_was_held_for_it(ledger: Desk) -> None:
    rule = RULE._replace(digest=5)
    ledger.do(*(tell(rule=rule, subject=f"job:{n}", run=n, not_before=500) for n in range(3)))
    assert due(ledger, 499).digests == ()
    assert (due(ledger, 500).digests, due(ledger, 500).rows) == (("ops",), ())
    assert ledger.do(Gather("ops", 500), Gather("ops", 500)) == [1, 0]
    notice = first(ledger, 500).notice
    assert (notice["kind"], notice["title"], notice["host"]) == ("digest", "3 notices", "h")
    assert [(item["run"], item["times"]) for item in notice["items"]] == [(2, 3)]


def test_what_was_for_a_sink_that_is_gone_is_given_up(ledger: Desk) -> None:
    ledger.do(tell(), tell(rule=RULE._replace(sink="dev")))
    assert ledger.do(Routes({("job:ingest", "dev"): None}, ("dev",), 300)) == [{"ops": 1}]
    assert due(ledger).pending == {"dev": 1}
    assert ledger.do(tell(at=400), tell(rule=RULE._replace(sink="dev"), at=400)) == [1, 0]


def test_a_person_may_have_it_tried_at_once_or_drop_it(ledger: Desk) -> None:
    ledger.do(tell(not_before=5000), tell(subject="job:b", not_before=5000))
    ledger.do(*(Undelivered(number, "ops", 300, "busy", not_before=5000) for number in (1, 2)))
    assert ledger.do(Again(None, 600, SINKS)) == [2]
    number = first(ledger, 600).id
    assert ledger.do(Drop(number, 700), Drop(number, 700)) == [1, 0]
    assert ledger.do(Again(number, 800, SINKS), Again(999, 800, SINKS)) == [1, 0]
    assert due(ledger, 800).pending == {"ops": 2}
    assert ledger.do(Drop(None, 900)) == [2]


def test_what_is_held_back_stays_so_until_it_is_named(ledger: Desk) -> None:
    digest = RULE._replace(sink="dev", digest=5)
    ledger.do(tell(not_before=5000), tell(rule=digest, not_before=5000))
    assert ledger.do(Again(None, 600, SINKS)) == [0]
    assert due(ledger, 600).next == 5000
    assert ledger.do(Again(1, 600, SINKS)) == [1]
    assert first(ledger, 600).id == 1


def test_what_a_person_has_dropped_is_not_given_up(ledger: Desk) -> None:
    ledger.do(tell())
    assert ledger.do(Drop(None, 500)) == [1]
    (row,) = look(ledger, Outbox())
    assert (row.state, row.error, row.ended) == ("dropped", "dropped by hand", 500)
    assert look(ledger, Records(0)) == ()


def test_the_age_of_one_that_was_given_up_counts_from_when_a_person_wants_it_again(ledger: Desk) -> None:
    ledger.do(tell())
    ledger.do(Undelivered(1, "ops", 300, "too old"))
    ledger.do(Again(None, 600, SINKS))
    assert (first(ledger).created, first(ledger).asked) == (100, 600)
    ledger.do(Again(1, 700, SINKS))
    assert (first(ledger).created, first(ledger).asked) == (100, 600)


def test_all_that_was_given_up_is_tried_again_but_what_was_by_hand_or_is_for_no_sink(ledger: Desk) -> None:
    ledger.do(*(tell(subject=f"job:{name}") for name in "abc"), tell(rule=RULE._replace(sink="old")))
    refused, dropped, waits = (row.id for row in reversed(look(ledger, Outbox())) if row.sink == "ops")
    ledger.do(Undelivered(refused, "ops", 500, "no such user"), Drop(dropped, 500))
    ledger.do(Undelivered(waits, "ops", 500, "busy", not_before=5000))
    assert ledger.do(Again(None, 600, SINKS)) == [2]
    assert {row.id for row in look(ledger, Outbox(("pending",))) if row.sink == "ops"} == {refused, waits}


def test_a_notice_for_a_sink_that_is_gone_cannot_be_tried(ledger: Desk) -> None:
    ledger.do(tell())
    assert ledger.do(Again(first(ledger).id, 600, ("other",))) == [Gone("ops")]


def test_a_record_says_when_notices_were_given_up_of_late(ledger: Desk) -> None:
    ledger.do(tell(), tell(subject="job:b"))
    for row, at in zip(look(ledger, Outbox()), (500, 700), strict=True):
        ledger.do(Undelivered(row.id, "ops", at, "no such user"))
    (record,) = look(ledger, Records(600))
    assert (record.given_up, record.lately) == (2, (700,))


def test_a_deleted_run_leaves_its_notice_without_a_tail(ledger: Desk) -> None:
    claimed: Claimed
    (claimed,) = ledger.do(claim())
    ledger.do(tell(run=claimed.run_id + 77))
    assert first(ledger).tail == ""
