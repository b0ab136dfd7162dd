"""The naive ledger and the real store answer alike, so that what the engine's tests show holds for both."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.model.ledger import (
    Attempts,
    Cancelled,
    Claim,
    Claimed,
    Closed,
    End,
    Ended,
    Enlist,
    Find,
    Latest,
    Prune,
    Queued,
)
from sexton.model.run import Outcome
from tests.engine.ledgers import Ledger, NaiveLedger, RealLedger


def end(run_id: int, **other: object) -> End:
    return End(run_id, "t", 1, Outcome.SUCCEEDED, "", 9)._replace(**other)  # type: ignore[arg-type]


def test_a_slot_is_claimed_once(ledger: Ledger) -> None:
    assert ledger.do(Claim("a", "s", "t", 5, 6)) == Claimed(1, 1)
    assert ledger.do(Claim("a", "s", "other", 5, 6)) is None
    assert ledger.do(Claim("a", "s", "t", 5, 6)) == Claimed(1, 1)


def test_watermarks_only_grow(ledger: Ledger) -> None:
    ledger.do(Enlist({"a": "x"}, 10))
    ledger.do(Claim("a", "s", "t", 20, 21, 20))
    ledger.do(Closed("a", "s2", Outcome.SKIPPED, "", 12, 15, watermark=15))
    assert ledger.do(Enlist({"a": "x"}, 30)).watermarks == {"a": 20}
    assert ledger.do(Enlist({"a": "y"}, 30)).watermarks == {"a": 30}
    assert ledger.do(Enlist({"a": "x"}, 25)).watermarks == {"a": 30}


def test_an_end_brings_what_follows_with_it(ledger: Ledger) -> None:
    ledger.do(Claim("a", "s", "t", 5, 6))
    follows = end(1, queue=(Queued("b", "after:1", 5, 9),), close=(Closed("c", "after:1", Outcome.SKIPPED, "", 9),))
    assert ledger.do(follows) == Ended(took=True, queued={("b", "after:1"): 2})
    assert ledger.do(follows) == Ended(took=True, queued={("b", "after:1"): 2})
    assert not ledger.do(end(1, outcome=Outcome.LOST)).took
    assert [row.state for row in ledger.look(Find())] == ["ended", "queued", "ended"]


def test_a_queued_run_can_be_cancelled_until_it_is_claimed(ledger: Ledger) -> None:
    ledger.do(Queued("a", "s", None, 1))
    assert ledger.do(Cancelled(1, 2, "no")).took
    assert not ledger.do(Cancelled(1, 3, "no")).took


def test_a_run_whose_attempt_ended_is_queued_again_for_the_next(ledger: Ledger) -> None:
    ledger.do(Claim("a", "s", "t", 5, 6))
    attempt = end(1, outcome=Outcome.FAILED, reason="exit code 1", exit_code=1, log="/1.log", not_before=50)
    assert ledger.do(attempt) == ledger.do(attempt) == Ended(took=True)
    (row,) = ledger.look(Find())
    assert (row.state, row.attempt, row.not_before, row.outcome, row.ended) == ("queued", 2, 50, None, None)
    (found,) = ledger.look(Attempts(1))
    assert (found.attempt, found.outcome, found.exit_code, found.log) == (1, "failed", 1, "/1.log")
    assert ledger.do(Claim("a", "s", "u", 5, 60)) == Claimed(1, 2)
    assert not ledger.do(attempt._replace(ended=10)).took
    assert ledger.do(end(1, fence=2, token="u")).took
    assert ledger.look(Attempts(1)) == (found,)


def test_a_run_that_is_cancelled_before_its_next_attempt_has_had_the_last(ledger: Ledger) -> None:
    ledger.do(Claim("a", "s", "t", 5, 6))
    ledger.do(end(1, outcome=Outcome.FAILED, not_before=50))
    follows = Cancelled(1, 20, "no", queue=(Queued("b", "after:1", 5, 20),))
    assert ledger.do(follows) == Ended(took=True, queued={("b", "after:1"): 2})
    (_, row) = ledger.look(Find())
    assert (row.state, row.outcome, row.attempt) == ("ended", "cancelled", 1)


def test_attempts_go_with_their_run(ledger: Ledger) -> None:
    ledger.do(Claim("a", "s", "t", 5, 6))
    ledger.do(end(1, outcome=Outcome.FAILED, not_before=50))
    ledger.do(Cancelled(1, 20, "no"))
    ledger.do(Prune(100))
    assert ledger.look(Attempts(1)) == ()


SLOTS = st.sampled_from(["s1", "s2", "s3"])
JOBS = st.sampled_from(["a", "b"])
SMALL = st.integers(0, 30)
MAYBE = st.none() | SMALL
OUTCOMES = st.sampled_from(Outcome)
QUEUED = st.builds(Queued, JOBS, SLOTS, MAYBE, SMALL, st.just(1), st.none(), MAYBE)
CLOSED = st.builds(Closed, JOBS, SLOTS, OUTCOMES, st.just("why"), SMALL, MAYBE, MAYBE, st.integers(1, 9), MAYBE)
CHANGES = st.one_of(
    st.builds(Enlist, st.dictionaries(JOBS, st.sampled_from(["x", "y"])), SMALL),
    st.builds(Claim, JOBS, SLOTS, st.sampled_from(["t", "u"]), MAYBE, SMALL, MAYBE),
    QUEUED,
    CLOSED,
    st.builds(
        lambda run_id, queue, close, ended: end(run_id, queue=tuple(queue), close=tuple(close), ended=ended),
        st.integers(1, 5), st.lists(QUEUED, max_size=2), st.lists(CLOSED, max_size=2), SMALL,
    ),
    st.builds(
        lambda run_id, fence, ended: end(run_id, fence=fence, ended=ended, outcome=Outcome.FAILED, not_before=50),
        st.integers(1, 5), st.integers(1, 2), SMALL,
    ),
    st.builds(
        lambda run_id, queue: Cancelled(run_id, 9, "why", tuple(queue)), st.integers(1, 5), st.lists(QUEUED, max_size=2)
    ),
    st.builds(Prune, SMALL, st.integers(0, 3)),
)  # fmt: skip


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(CHANGES, max_size=12))
def test_both_ledgers_answer_alike_whatever_is_written(changes: list[object]) -> None:
    naive, real = NaiveLedger(), RealLedger()
    for change in changes:
        assert naive.do(change) == real.do(change), change
    assert naive.look(Find()) == real.look(Find())
    assert naive.look(Find(states=("queued", "claimed"))) == real.look(Find(states=("queued", "claimed")))
    assert naive.look(Latest()) == real.look(Latest())
    for run_id in range(1, 6):
        assert naive.look(Attempts(run_id)) == real.look(Attempts(run_id))
    real.close()
