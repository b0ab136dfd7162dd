"""A desk that notes what was asked of it, and answers what it was told to. Implements ports.Desk."""

from typing import Any

from sexton.ports import Answer


class FakeDesk:
    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.sink_views: list[Any] = []
        self.answer: Any = {"notices": 1}

    def sinks(self, answer: Answer) -> None:
        answer(self.sink_views)

    def notices(self, answer: Answer, *, states: tuple[str, ...], limit: int) -> None:
        self.asked.append((states, limit))
        answer([])

    def test(self, sink: str, answer: Answer) -> None:
        self.asked.append(("test", sink))
        answer(self.answer)

    def again(self, number: int | None, answer: Answer) -> None:
        self.asked.append(("again", number))
        answer(self.answer)

    def drop(self, number: int | None, answer: Answer) -> None:
        self.asked.append(("drop", number))
        answer(self.answer)
