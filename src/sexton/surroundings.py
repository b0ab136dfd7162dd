"""What a new plan changes outside of the engine: the doors, and which tokens are hidden.

Loaded with the first reload. Invariant: a token is hidden from logs and children before any door asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.api.doors.doors import Doors
    from sexton.logs.keeper import LogKeeper
    from sexton.model.http import Tokens
    from sexton.model.plan import Plan


class Surroundings:
    """`environ` is what children are given."""

    def __init__(self, doors: Doors, logs: LogKeeper, environ: dict[str, str]) -> None:
        self._doors = doors
        self._logs = logs
        self._environ = environ

    def prepare(self, plan: Plan) -> Callable[[], None]:
        """Make ready what the plan changes; what is returned completes that. Raises ConfigError for a place that cannot
        be had, and then nothing is changed."""
        change = self._doors.prepare(plan)

        def complete() -> None:
            if any(plan.settings.http.tokens):
                self._hide(plan.settings.http.tokens)
            change()

        return complete

    def _hide(self, tokens: Tokens) -> None:
        from sexton.spawn.tokens import as_values, variables_of
        from sexton.wire.redact import Redactor

        redactor = self._logs.redactor or Redactor(())
        redactor.learn(as_values(tokens))
        self._logs.hide(redactor)
        for name in variables_of(tokens, self._environ):
            del self._environ[name]
