"""Sinks and the outbox as people and machines see them, and what these may want. Implements ports.Desk.

Loaded when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sexton.core.slots import iso, iso_if_any
from sexton.engine.notices.sink_entry import Posted
from sexton.model.errors import Refused, SextonError
from sexton.model.outbox import Again, Drop, Gone, Outbox
from sexton.model.units import SECOND
from sexton.model.views import NoticeView, SinkView, TestView

if TYPE_CHECKING:
    from sexton.engine.notices.delivery import Verdict
    from sexton.engine.notices.sink_entry import SinkEntry
    from sexton.engine.tables import World
    from sexton.model.outbox import Outgoing
    from sexton.ports import Answer


class NoticeDesk:
    def __init__(self, world: World) -> None:
        self._world = world

    def sinks(self, answer: Answer) -> None:
        outbox = self._world.notices.outbox if self._world.notices is not None else None

        def learned() -> None:
            entries = outbox.sinks if outbox is not None else {}
            answer([_sink_view(entries[name]) for name in self._world.plan.sinks if name in entries])

        if outbox is None:
            learned()
        else:
            outbox.learn(learned)

    def notices(self, answer: Answer, *, states: tuple[str, ...], limit: int) -> None:
        def found(rows: Sequence[Outgoing] | SextonError) -> None:
            answer(rows if isinstance(rows, SextonError) else [_notice_view(row) for row in rows])

        self._world.store.ask(Outbox(states, limit), found)

    def test(self, sink: str, answer: Answer) -> None:
        if self._world.notices is None or sink not in self._world.plan.sinks:
            answer(Refused("not_found", f"there is no sink {sink!r}"))
            return
        if self._world.stopping:
            answer(Refused("unavailable", "Sexton is stopping"))
            return
        began = self._world.loop.clock.now().elapsed

        def told(verdict: Verdict) -> None:
            took = (self._world.loop.clock.now().elapsed - began) / SECOND
            refused = verdict.error or verdict.unsent
            error = refused or verdict.missed
            answer(TestView(sink=sink, delivered=not refused, error=error, seconds=took, note=verdict.note))

        if not self._world.notices.test(sink, lambda notice: Posted(notice, told=told)):
            answer(Refused("conflict", "too many notices wait for this sink already"))

    def again(self, number: int | None, answer: Answer) -> None:
        self._change(Again(number, self._world.now(), tuple(self._world.plan.sinks)), number, answer, self._look)

    def drop(self, number: int | None, answer: Answer) -> None:
        self._change(Drop(number, self._world.now()), number, answer, self._look)

    def _look(self) -> None:
        if self._world.notices is not None:
            outbox = self._world.notices.outbox
            outbox.learn(outbox.resume)

    def _change(self, change: object, number: int | None, answer: Answer, done: Callable[[], None]) -> None:
        def changed(count: int | Gone | SextonError) -> None:
            if isinstance(count, SextonError):
                answer(count)
            elif isinstance(count, Gone):
                said = f"notice {number} is for the sink {count.sink!r}, which is gone: it can be told to nobody"
                answer(Refused("conflict", said))
            elif number is not None and not count:
                answer(Refused("not_found", f"no notice {number} waits"))
            else:
                done()
                answer({"notices": count})

        self._world.store.submit(change, changed)


def _sink_view(entry: SinkEntry) -> SinkView:
    return SinkView(
        name=entry.sink.name,
        kind=str(entry.sink.kind),
        state=entry.state,
        pending=entry.pending,
        delivered=entry.delivered,
        given_up=entry.given_up,
        dropped=entry.dropped,
        last_delivered=iso_if_any(entry.last_delivered),
        failing_since=iso_if_any(entry.failing_since),
        error=entry.error,
    )


def _notice_view(row: Outgoing) -> NoticeView:
    return NoticeView(
        id=row.id,
        sink=row.sink,
        state=row.state,
        title=str(row.notice.get("title") or ""),
        outcome=str(row.notice.get("outcome") or ""),
        created=iso(row.created),
        not_before=iso(row.not_before),
        attempts=row.attempts,
        error=row.error,
        ended=iso_if_any(row.ended),
    )
