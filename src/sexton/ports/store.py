"""The ledger, as the engine sees it."""

from __future__ import annotations

from typing import Protocol

from sexton.ports.answer import Answer


class Store(Protocol):
    """The ledger. Submitted changes are committed in groups at the end of the loop's turn, in order, durably,
    and each answered after its commit; a change that fails is answered with a StoreError and alone undone."""

    def submit(self, change: object, answer: Answer) -> None:
        """Write one of model/ledger.py's changes."""

    def ask(self, question: object, answer: Answer) -> None:
        """Read history on a connection of its own, so that no page delays a claim."""

    def flush(self) -> None:
        """Hand what was submitted in this turn to the writer. The engine calls it at the end of each turn."""
