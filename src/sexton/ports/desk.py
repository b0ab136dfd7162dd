"""What surfaces may ask and want of sinks and of the outbox."""

from __future__ import annotations

from typing import Protocol

from sexton.ports.answer import Answer


class Desk(Protocol):
    """Sinks and the outbox, and what people may want of them."""

    def sinks(self, answer: Answer) -> None:
        """Answer: a list of SinkView in the plan's order."""

    def notices(self, answer: Answer, *, states: tuple[str, ...], limit: int) -> None:
        """Answer: a list of NoticeView, newest first."""

    def test(self, sink: str, answer: Answer) -> None:
        """Send a test notice. Answer: a TestView once the sink has answered or its time is over, or Refused."""

    def again(self, number: int | None, answer: Answer) -> None:
        """Try a notice now, or all that wait. Answer: how many, as {"notices": n}, or Refused(not_found)."""

    def drop(self, number: int | None, answer: Answer) -> None:
        """Give a notice up, or all that wait. Answer: as `again`."""
