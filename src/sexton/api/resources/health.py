"""/health: how well Sexton, its store and each of its jobs are, as application/health+json.

After draft-inadarei-api-health-check-06: `pass` and `warn` are 200, `fail` is 503.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton import __version__
from sexton.api.answers import as_health
from sexton.api.exchange import Exchange
from sexton.core.health import overall
from sexton.model.health import Check, Level

if TYPE_CHECKING:
    from sexton.ports import Control


def show(exchange: Exchange, control: Control) -> None:
    health = control.health()
    checks = (*health.ready, *health.checks)
    level = overall(checks)
    view = {
        "status": level,
        "releaseId": __version__,
        "description": "Sexton",
        "checks": {check.name: [_view(check)] for check in checks},
    }
    exchange.answer(as_health(view, 503 if level is Level.FAIL else 200))


def _view(check: Check) -> dict[str, object]:
    view: dict[str, object] = {"componentType": check.kind, "status": check.level}
    if check.output:
        view["output"] = check.output
    if check.at is not None:
        view["time"] = check.at
    return view
