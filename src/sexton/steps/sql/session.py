"""What the step `sql` wants of a database."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sexton.config.steps.statements import statements
from sexton.steps.drafts import Draft
from sexton.steps.errors import Misconfigured


class Session(Protocol):
    """One connection. Everything raises StepError."""

    def transaction(self) -> AbstractContextManager[object]:
        """A block that is one transaction: committed at its end, undone by an error."""

    def run(self, statement: str, parameters: Mapping[str, Any]) -> int:
        """The number of rows that it gives, or changes."""

    def fetch(self, statement: str, parameters: Mapping[str, Any], draft: Draft) -> int:
        """Write the rows that it gives to `draft`, as the step `sort` writes CSV. The number of them."""


def only(text: str, *, sqlite: bool) -> str:
    """The one statement of a text whose rows are kept."""
    found = list(statements(text, sqlite=sqlite))
    if len(found) != 1:
        raise Misconfigured(f"cannot keep rows: these are {len(found)} statements, and with `into` one is meant")
    return found[0].text
