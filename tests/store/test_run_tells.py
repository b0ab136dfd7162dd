"""What is told of a run knows of the attempts that it had, and is written with its end."""

from sexton.model.ledger import Cancelled, Ended, Queued
from sexton.model.notice import Rule, Tell
from sexton.model.outbox import Outbox
from sexton.model.run import Outcome
from tests.store.desk import Desk, claim, end

MAILTO = Rule("mailto", frozenset({"failed", "succeeded", "cancelled"}), each=True, to=("x@y",))
EACH = MAILTO._replace(sink="hc", to=())


def tells(word: str, *rules: Rule) -> tuple[Tell, ...]:
    return tuple(Tell("job:ingest", word, rule, 100, 100, {"job": "ingest"}) for rule in rules)


def attempt(ledger: Desk, *, size: int) -> None:
    """A first attempt that failed, and printed so much."""
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, outcome=Outcome.FAILED, log="/log/1", log_bytes=size, not_before=300))


def logs(ledger: Desk) -> list[tuple[str, object, object]]:
    return [(row.sink, row.notice.get("log"), row.notice.get("earlier_logs")) for row in ledger.ask(Outbox())]


def test_the_logs_of_earlier_attempts_are_told_of_and_a_silent_success_after_one_that_printed(ledger: Desk) -> None:
    attempt(ledger, size=5)
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, log="/log/2", tell=tells("succeeded", MAILTO, EACH)))
    assert logs(ledger) == [("hc", "/log/2", ["/log/1"]), ("mailto", "/log/2", ["/log/1"])]


def test_a_mail_of_crons_is_not_written_when_every_attempt_was_silent(ledger: Desk) -> None:
    attempt(ledger, size=0)
    (claimed,) = ledger.do(claim())
    assert ledger.do(end(claimed, log="/log/2", tell=tells("succeeded", MAILTO, EACH))) == [Ended(took=True, told=1)]
    assert logs(ledger) == [("hc", "/log/2", None)]


def test_a_log_that_all_attempts_share_is_named_once(ledger: Desk) -> None:
    attempt(ledger, size=5)
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, log="/log/1", log_bytes=9, tell=tells("succeeded", EACH)))
    assert logs(ledger) == [("hc", "/log/1", None)]


def test_a_run_that_is_cancelled_before_its_next_attempt_is_told_with_its_log(ledger: Desk) -> None:
    attempt(ledger, size=5)
    cancelled = Cancelled(1, 400, "by hand", tell=tells("cancelled", MAILTO, EACH))
    assert ledger.do(cancelled, cancelled) == [Ended(took=True, told=2), Ended(took=False)]
    assert logs(ledger) == [("hc", "/log/1", None), ("mailto", "/log/1", None)]


def test_a_run_that_is_cancelled_before_it_began_is_told_without_a_log_and_by_no_mail_of_crons(ledger: Desk) -> None:
    (run,) = ledger.do(Queued("ingest", "s1", 100, 100))
    ledger.do(Cancelled(run, 400, "by hand", tell=tells("cancelled", MAILTO, EACH)))
    assert logs(ledger) == [("hc", None, None)]
