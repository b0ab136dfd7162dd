"""Two ledgers that the engine's tests write to: plain dictionaries, and the real store in memory.

Both do one change at a time and answer at once; when an answer is given, or whether the disk fails, is the matter of
tests/engine/staged_store.py. `NaiveLedger` is what model/ledger.py says in the fewest words; test_ledgers.py holds it
against the real one.
"""

from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Protocol

from sexton.core.slots import fire_slot
from sexton.model.ledger import (
    Attempt,
    Attempts,
    Cancelled,
    Claim,
    Claimed,
    Closed,
    Decision,
    End,
    Ended,
    Enlist,
    Enlisted,
    Find,
    Latest,
    Prune,
    Queued,
    Row,
    Steps,
    Succeeded,
    Switch,
)
from sexton.model.run import Outcome
from sexton.model.step import StepRecord
from sexton.model.units import Instant
from sexton.store import open_store

NEVER_RAN = (None, Outcome.SKIPPED, Outcome.MISSED)
PATIENCE = 30.0  # seconds until a missing answer of the real store fails the test


class Ledger(Protocol):
    """What a change or a question is answered with."""

    def do(self, change: object) -> Any: ...

    def look(self, question: object) -> tuple[Row, ...]: ...

    def close(self) -> None: ...


class RealLedger:
    """The SQLite store in memory."""

    def __init__(self) -> None:
        self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._opened = open_store(":memory:", self._posted.put)

    def do(self, change: object) -> Any:
        answers: list[Any] = []
        self._opened.store.submit(change, answers.append)
        self._opened.store.flush()
        self._posted.get(timeout=PATIENCE)()
        return answers[0]

    def look(self, question: object) -> Any:
        answers: list[Any] = []
        self._opened.store.ask(question, answers.append)
        self._posted.get(timeout=PATIENCE)()
        return answers[0]

    def close(self) -> None:
        assert self._opened.close()


def _empty(job: str, slot: str, created: Instant) -> Row:
    blank = Row._make([None] * len(Row._fields))
    return blank._replace(
        job=job, slot=slot, state="queued", token="", fence=0, attempt=1, number=1, created=created, reason="",
        log_bytes=0, log_lost=0, tail="", env={}, backfill=False,
    )  # fmt: skip


class NaiveLedger:
    """Rows in a dictionary by id."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self.watermarks: dict[str, Instant] = {}
        self.schedules: dict[str, str] = {}
        self.fences: dict[str, int] = {}
        self.owed: dict[str, Instant] = {}
        self.attempts: list[Attempt] = []
        self.steps: dict[int, list[StepRecord]] = {}
        self._newest = 0

    def do(self, change: object) -> Any:
        match change:
            case Enlist():
                return self._enlist(change)
            case Claim():
                return self._claim(change)
            case Closed():
                return self._close(change)
            case Queued(job, slot, fire_time, at, _, _, watermark):
                self._move(job, watermark)
                wanted = _empty(job, slot, at)._replace(fire_time=fire_time, env=change.env, backfill=change.backfill)
                return self._add(wanted) if self._met(change) else None
            case End():
                return self._end(change)
            case Cancelled():
                return self._cancel(change)
            case Switch(kind, name, off, at):
                if kind == "job" and not off:
                    self._settle(name, at)
                return None
            case Prune(before, limit):
                gone = sorted((r.ended, r.id) for r in self.rows.values() if r.ended is not None and r.ended < before)
                for _, run_id in gone[:limit]:
                    del self.rows[run_id]
                    self.attempts = [one for one in self.attempts if one.run != run_id]
                return len(gone[:limit])
        raise TypeError(f"{type(change).__name__} is no change of the ledger")

    def look(self, question: object) -> Any:
        if isinstance(question, Latest):
            ran = [row for row in self.rows.values() if row.claimed is not None and row.outcome not in NEVER_RAN]
            by_end = sorted(ran, key=lambda row: (row.ended or 0, row.id))
            return tuple(sorted({row.job: row for row in by_end}.values(), key=lambda row: row.job))
        if isinstance(question, Succeeded):
            good = [row for row in self.rows.values() if row.outcome is Outcome.SUCCEEDED]
            return tuple({row.job: (row.job, row.ended) for row in sorted(good, key=lambda r: r.ended or 0)}.values())
        if isinstance(question, Attempts):
            return tuple(each for each in self.attempts if each.run == question.run_id)
        if isinstance(question, Steps):
            return tuple(self.steps.get(question.run_id, ()))
        if isinstance(question, Decision):
            decides = [row for row in self.rows.values() if row.job == question.job and _decides(row, question.at)]
            return tuple(sorted(decides, key=lambda row: -row.id)[:1])
        assert isinstance(question, Find)
        known = self.rows.values() if question.run_id is None else filter(None, [self.rows.get(question.run_id)])
        found = [row for row in known if _fits(row, question)]
        return tuple(sorted(found, key=lambda row: -row.id)[: question.limit])

    def close(self) -> None:
        """Nothing to let go of."""

    def _enlist(self, change: Enlist) -> Enlisted:
        for name, schedule in change.schedules.items():
            if self.schedules.get(name) != schedule:
                self.schedules[name] = schedule
                self._move(name, change.now)
                self._settle(name, change.now)
        names = change.schedules
        return Enlisted({name: self.watermarks[name] for name in names}, {name: self.owed[name] for name in names})

    def _claim(self, change: Claim) -> Claimed | None:
        self._move(change.job, change.watermark)
        row = self._row_of(change.job, change.slot)
        if row is not None and row.state != "queued":
            ours = row.state == "claimed" and row.token == change.token
            return Claimed(row.id, row.fence) if ours else None
        if row is None:
            row = self.rows[self._add(_empty(change.job, change.slot, change.at)._replace(env=change.env)) or 0]
        fence = self.fences[change.job] = self.fences.get(change.job, 0) + 1
        fire_time = change.fire_time if row.fire_time is None else row.fire_time
        self.rows[row.id] = row._replace(
            state="claimed", token=change.token, fence=fence, fire_time=fire_time, claimed=change.at
        )
        return Claimed(row.id, fence)

    def _close(self, change: Closed) -> int | None:
        self._move(change.job, change.watermark)
        if not self._met(change):
            return None
        row = _empty(change.job, change.slot, change.at)._replace(
            state="ended", ended=change.at, outcome=change.outcome, reason=change.reason, fire_time=change.fire_time,
            last=change.last, number=change.number,
        )  # fmt: skip
        return self._add(row)

    def _end(self, change: End) -> Ended:
        row = self.rows.get(change.run_id)
        if row is None or (row.token, row.fence) != (change.token, change.fence):
            return Ended(took=False)
        if row.state == "claimed":
            known = self.steps.setdefault(row.id, [])
            known += [step for step in change.steps if _key(step) not in map(_key, known)]
            known.sort(key=_key)
            said = {name: getattr(change, name) for name in End._fields if name in Row._fields}
            if change.not_before is None:
                self.rows[row.id] = row._replace(state="ended", **said | {"not_before": row.not_before})
                if change.outcome is Outcome.SUCCEEDED:
                    self._settle(row.job, change.ended)
            else:
                self._end_attempt(row, said)
            return self._follow(change)
        past = [(one.outcome, one.ended) for one in self.attempts if (one.run, one.fence) == (row.id, change.fence)]
        if (change.outcome, change.ended) in [*past, (row.outcome, row.ended)]:
            return self._follow(change, again=True)
        return Ended(took=False)

    def _end_attempt(self, row: Row, said: dict[str, Any]) -> None:
        known = {name: getattr(row, name) for name in Attempt._fields if name in Row._fields}
        facts = {name: value for name, value in said.items() if name in Attempt._fields}
        self.attempts.append(Attempt(**known | facts | {"run": row.id}))
        waiting = said | {"state": "queued", "attempt": row.attempt + 1, "outcome": None, "ended": None}
        self.rows[row.id] = row._replace(**waiting)

    def _follow(self, change: End | Cancelled, *, again: bool = False) -> Ended:
        for each in () if again else (*change.queue, *change.close):
            self.do(each)
        ids = {(each.job, each.slot): self._row_of(each.job, each.slot) for each in change.queue}
        return Ended(took=True, queued={key: row.id for key, row in ids.items() if row})

    def _cancel(self, change: Cancelled) -> Ended:
        row = self.rows.get(change.run_id)
        if row is None or row.state != "queued":
            return Ended(took=False)
        self.rows[row.id] = row._replace(
            state="ended", outcome=Outcome.CANCELLED, reason=change.reason, ended=change.at,
            attempt=max(row.attempt - 1, 1),
        )  # fmt: skip
        return self._follow(change)

    def _met(self, change: Queued | Closed) -> bool:
        if not change.needs:
            return True
        newest = {row.job: row.outcome for row in self.rows.values() if row.fire_time == change.fire_time}
        return all(newest.get(need.job) in need.on for need in change.needs)

    def _move(self, job: str, watermark: Instant | None) -> None:
        if watermark is not None:
            self.watermarks[job] = max(self.watermarks.get(job, watermark), watermark)

    def _settle(self, job: str, at: Instant) -> None:
        self.owed[job] = max(self.owed.get(job, 0), at)

    def _row_of(self, job: str, slot: str) -> Row | None:
        return self.rows.get(self._ids.get((job, slot), 0))

    def _add(self, row: Row) -> int | None:
        self._newest += 1  # a refused row costs a number too, as SQLite's AUTOINCREMENT has it
        if self._row_of(row.job, row.slot) is not None:
            return None
        self.rows[self._newest] = row._replace(id=self._newest)
        self._ids[row.job, row.slot] = self._newest
        return self._newest


def _decides(row: Row, at: Instant) -> bool:
    if row.slot.startswith("missed:"):
        return row.fire_time is not None and row.last is not None and row.fire_time <= at <= row.last
    return row.slot == fire_slot(at)


def _fits(row: Row, question: Find) -> bool:
    return (
        question.run_id in (None, row.id)
        and question.job in (None, row.job)
        and question.slot in (None, row.slot)
        and question.fire_time in (None, row.fire_time)
        and (not question.states or row.state in question.states)
        and (not question.outcomes or row.outcome in question.outcomes)
        and (question.before_id is None or row.id < question.before_id)
    )


def _key(step: StepRecord) -> tuple[int, int]:
    return step.number, step.attempt
