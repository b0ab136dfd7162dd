"""A ledger without rows answers as one that has them, whatever one job that knows its past fire times asks of it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sexton.attach.ledger import Unwritten
from sexton.model.ledger import Cancelled, Claim, Claimed, Closed, End, Enlist, Latest, Prune, Queued
from sexton.model.run import Outcome
from tests.engine.ledgers import NaiveLedger
from tests.fakes import FakeLoop

STEPS = st.lists(st.sampled_from(["claim", "queue", "claim queued", "cancel queued", "skip", "end"]), max_size=40)


def submitted(ledger: Unwritten, *changes: object) -> list[Any]:
    answers: list[Any] = []
    for change in changes:
        ledger.submit(change, answers.append)
    return answers


@given(STEPS)
def test_every_change_is_answered_as_by_a_ledger_with_rows(steps: list[str]) -> None:
    real, without = NaiveLedger(), Unwritten(FakeLoop())
    queued: list[tuple[str, int]] = []
    going: list[Claimed] = []

    def both(change: object) -> Any:
        answer = real.do(change)
        assert without.do(change) == answer
        return answer

    both(Enlist({"job": "@every 1s"}, 5))
    for at, step in enumerate(steps, 10):
        slot = f"{step} {at}"
        match step:
            case "claim":
                going.append(both(Claim("job", slot, "t", at, at)))
            case "queue":
                queued.append((slot, both(Queued("job", slot, at, at))))
            case "skip":
                both(Closed("job", slot, Outcome.SKIPPED, "", at))
            case "claim queued" if queued:
                going.append(both(Claim("job", queued.pop(0)[0], "t", at, at)))
            case "cancel queued" if queued:
                both(Cancelled(queued.pop(0)[1], at, ""))
            case "end" if going:
                run = going.pop(0)
                both(End(run.run_id, "t", run.fence, Outcome.FAILED, "", at))


def test_answers_come_in_order_in_the_turn_after_and_never_at_once() -> None:
    loop = FakeLoop()
    ledger = Unwritten(loop)
    answers = submitted(ledger, Claim("job", "a", "t", 1, 1), Queued("job", "b", 2, 2), Claim("job", "b", "t", 2, 2))
    ledger.flush()
    assert answers == []
    loop.turn()
    assert answers == [Claimed(1, 1), 2, Claimed(2, 2)]


def test_there_is_no_history() -> None:
    loop = FakeLoop()
    ledger = Unwritten(loop)
    answers = submitted(ledger, Prune(10))
    ledger.ask(Latest(), answers.append)
    ledger.flush()
    loop.turn()
    assert sorted(answers, key=str) == [(), 0]
