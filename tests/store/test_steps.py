"""The steps of a run in every store: with the end or not at all, each attempt's record once."""

from sexton.model.ledger import Claimed, End, Ended, Prune, Steps
from sexton.model.run import Outcome
from sexton.model.step import Handed, StepRecord, StepState
from tests.store.desk import Desk, claim

DONE = StepRecord(
    1,
    "fetch",
    1,
    started=100,
    state=StepState.SUCCEEDED,
    ended=200,
    exit_code=0,
    counts={"files": 3},
    summaries={"quality": "fine"},
    input=Handed(0, 0),
    output=Handed(3, 4096, 12),
)
FAILED = StepRecord(2, "load", 1, started=200, state=StepState.FAILED, ended=300, exit_code=75, reason="away")


def end(claimed: Claimed, *steps: StepRecord, token: str = "t1", not_before: int | None = None) -> End:
    outcome = Outcome.FAILED if not_before else Outcome.SUCCEEDED
    return End(claimed.run_id, token, claimed.fence, outcome, "", 400, steps=steps, not_before=not_before)


def test_steps_are_read_as_they_were_written(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, DONE, FAILED))
    assert ledger.ask(Steps(1)) == (DONE, FAILED)


def test_an_attempt_leaves_its_steps_and_the_next_adds_its_own(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, DONE, FAILED, not_before=500))
    (again,) = ledger.do(claim(token="t2"))
    better = FAILED._replace(attempt=2, state=StepState.SUCCEEDED)
    ledger.do(end(again, DONE, better, token="t2"))
    assert [(step.name, step.attempt) for step in ledger.ask(Steps(1))] == [("fetch", 1), ("load", 1), ("load", 2)]


def test_no_step_is_written_when_the_row_is_not_ours(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    assert ledger.do(end(claimed, DONE, token="other")) == [Ended(took=False)]
    assert ledger.ask(Steps(1)) == ()


def test_an_end_that_is_repeated_writes_nothing_more(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, DONE), end(claimed, DONE))
    assert len(ledger.ask(Steps(1))) == 1


def test_steps_go_with_their_run(ledger: Desk) -> None:
    (claimed,) = ledger.do(claim())
    ledger.do(end(claimed, DONE))
    assert ledger.do(Prune(before=1000)) == [1]
    assert ledger.ask(Steps(1)) == ()
