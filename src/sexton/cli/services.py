"""Services as `sexton status` shows them: a table of all, or one in detail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sexton.cli import human, standing
from sexton.cli.console import Console
from sexton.cli.table import Cell, Column, render
from sexton.model.views import ServiceView

_COLUMNS = (
    Column("SERVICE", least=10),
    Column("STATE"),
    Column("UPTIME", right=True),
    Column("PID", right=True),
    Column("REASON", least=12),
)


def table(services: Sequence[ServiceView], console: Console, now: float) -> Iterator[str]:
    """One line for each service."""
    yield from render(_COLUMNS, [_row(service, services, now) for service in services], console)
    for service in services:
        if service["log_lost_bytes"]:
            yield console.paint(
                f"warning: {_lost(service)} of the output of {service['name']} is not in its log", "yellow"
            )


def _row(service: ServiceView, everyone: Sequence[ServiceView], now: float) -> list[Cell]:
    return [
        Cell(service["name"]),
        Cell(standing.word(service), standing.style(service)),
        Cell(standing.uptime(service)),
        Cell(str(service["pid"] or "")),
        Cell(standing.reason(service, everyone, now)),
    ]


def detail(service: ServiceView, everyone: Sequence[ServiceView], console: Console, now: float) -> Iterator[str]:
    """The lines on one service; `everyone` are all services."""
    yield console.paint(service["name"], "bold")
    for name, text in _facts(service, everyone, console, now):
        if text:
            yield f"  {name:<10}{text}"


def _facts(
    service: ServiceView, everyone: Sequence[ServiceView], console: Console, now: float
) -> Iterator[tuple[str, str]]:
    yield "state", _state(service, everyone, console, now)
    yield "command", service["command"]
    yield "group", service["group"] or ""
    yield "after", ", ".join(service["depends_on"])
    yield "starts", "" if service["autostart"] else "on request"
    yield "listener", service["listener"] or ""
    yield "critical", "Sexton stops when it has ended for good" if service["critical"] else ""
    if service["pid"] is None and service["ended"]:
        yield "ended", f"{human.clock(service['ended'], now)}, {standing.ended(service)}"
    yield "log", service["log"]
    yield "lost", f"{_lost(service)} of its output" if service["log_lost_bytes"] else ""


def _lost(service: ServiceView) -> str:
    return human.size(service["log_lost_bytes"])


def _state(service: ServiceView, everyone: Sequence[ServiceView], console: Console, now: float) -> str:
    parts = [console.paint(standing.word(service), standing.style(service))]
    if service["pid"] is not None:
        parts.append(f"since {human.clock(service['started'], now)} ({standing.uptime(service)})")
        parts.append(f"pid {service['pid']}")
    if service["state"] == standing.WAITING:
        parts.append(standing.lacking(service, everyone))
    return ", ".join(parts)
