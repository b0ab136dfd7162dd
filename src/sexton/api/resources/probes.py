"""/livez, /readyz, /healthz: up or down as a status and one word, for machines (Kubernetes' conventions).

They need no token and no Host, so they say nothing of what is inside; `?verbose` does, and needs read access.
`?exclude=NAME,…` leaves checks out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sexton.api.answers import as_words
from sexton.api.exchange import Exchange
from sexton.core.health import overall
from sexton.model.errors import Refused
from sexton.model.health import Check, Level

if TYPE_CHECKING:
    from sexton.ports import Control

PARAMETERS = ("verbose", "exclude")
_SIGNS = {Level.PASS: "[+]", Level.WARN: "[!]", Level.FAIL: "[-]"}


def livez(exchange: Exchange, _control: Control) -> None:
    """The loop turns: nobody else could answer."""
    _answer(exchange, (Check("loop", "system"),))


def readyz(exchange: Exchange, control: Control) -> None:
    """What was left is cleared up, the jobs are known, and Sexton is not stopping."""
    _answer(exchange, control.health().ready)


def healthz(exchange: Exchange, control: Control) -> None:
    """Everything that /health looks at."""
    health = control.health()
    _answer(exchange, (*health.ready, *health.checks))


def _answer(exchange: Exchange, checks: Sequence[Check]) -> None:
    request = exchange.request
    verbose = request.query.get("verbose", "0") not in ("0", "false")
    if verbose:
        exchange.site.access(request, False)
    excluded = {name for name in request.query.get("exclude", "").split(",") if name}
    if verbose and (unknown := excluded - {check.name for check in checks}):
        raise Refused("invalid", f"there is no check {min(unknown)!r} here; see ?verbose")
    counted = [check for check in checks if check.name not in excluded]
    level = overall(counted)
    said = "failed\n" if level is Level.FAIL else "ok\n"
    status = 503 if level is Level.FAIL else 200
    exchange.answer(as_words("".join(map(_line, counted)) + said if verbose else said, status))


def _line(check: Check) -> str:
    return f"{_SIGNS[check.level]}{check.name} {check.output or 'ok'}\n"
