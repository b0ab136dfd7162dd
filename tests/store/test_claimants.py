"""Promise 1 under any interleaving: three claimants, the same slots, one winner each."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sexton.model.ledger import Claimed, Ended, Find, Queued
from tests.store.desk import Desk, claim, end

SLOTS = st.sampled_from(["s1", "s2", "s3", "s4"])
CLAIMANTS = st.sampled_from(["t1", "t2", "t3"])
MOVES = st.lists(
    st.tuples(st.sampled_from(["claim", "end", "queue"]), CLAIMANTS, SLOTS),
    max_size=30,
)


@contextmanager
def fresh() -> Iterator[Desk]:
    desk = Desk(":memory:")
    yield desk
    desk.close()


@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(turns=st.lists(MOVES, max_size=6))
def test_each_slot_has_one_winner_and_one_end_whoever_interleaves(turns: list[list[tuple[str, str, str]]]) -> None:
    with fresh() as ledger:
        won: dict[str, tuple[str, Claimed]] = {}
        over: set[str] = set()
        fences: list[int] = []
        for turn in turns:
            changes = [change_of(what, who, slot, won) for what, who, slot in turn]
            for (what, who, slot), answer in zip(turn, ledger.do(*changes), strict=True):
                if what == "claim" and isinstance(answer, Claimed):
                    winner, first = won.setdefault(slot, (who, answer))
                    assert (winner, first) == (who, answer), "a slot has one winner, who may ask again"
                    if first is answer:
                        fences.append(answer.fence)
                elif what == "claim":
                    assert slot in over or (slot in won and won[slot][0] != who), "a free slot is not refused"
                elif what == "end" and isinstance(answer, Ended):
                    assert answer.took == (slot in won and won[slot][0] == who)
                    over |= {slot} if answer.took else set()
        assert fences == sorted(set(fences)), "fences grow strictly"
        rows = {row.slot: row for row in ledger.ask(Find(limit=100))}
        assert {slot for slot, row in rows.items() if row.state != "queued"} == set(won)
        assert {slot for slot, row in rows.items() if row.state == "ended"} == over


def change_of(what: str, who: str, slot: str, won: dict[str, tuple[str, Claimed]]) -> object:
    """An end is tried by whoever comes, with the true id and fence: the token alone keeps the others out."""
    if what == "claim":
        return claim(slot=slot, token=who)
    if what == "queue" or slot not in won:
        return Queued("ingest", slot, None, 90)
    return end(won[slot][1], token=who)
