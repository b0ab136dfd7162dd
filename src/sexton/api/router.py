"""The table of routes, and the way from a request to its resource.

Invariant: a handler runs only when the route exists, the method fits, the door's access rule agrees and every
parameter is one that the resource knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sexton.api import info, jobs, log, runs
from sexton.api.answers import Reply, error
from sexton.api.exchange import Exchange
from sexton.api.request import Request
from sexton.model.errors import Refused

if TYPE_CHECKING:
    from sexton.ports import Control

Handler: TypeAlias = "Callable[[Exchange, Control], None]"


class Route(NamedTuple):
    """A path below /api/v1 (`{name}` stands for one segment), its method, its handler, its parameters."""

    method: str
    path: tuple[str, ...]
    handler: Handler
    parameters: tuple[str, ...] = ()


ROUTES = (
    Route("GET", ("info",), info.show),
    Route("GET", ("jobs",), jobs.index),
    Route("GET", ("jobs", "{name}"), jobs.show),
    Route("POST", ("jobs", "{name}", "trigger"), jobs.trigger),
    Route("GET", ("runs",), runs.index, ("job", "outcome", "before", "limit")),
    Route("GET", ("runs", "{id}"), runs.show, ("wait",)),
    Route("POST", ("runs", "{id}", "cancel"), runs.cancel),
    Route("GET", ("runs", "{id}", "log"), log.show, ("tail", "follow")),
)
PREFIX = ("api", "v1")


def serve(exchange: Exchange) -> None:
    """Answer the exchange, now or later."""
    exchange.attempt(lambda: _serve(exchange))


def _serve(exchange: Exchange) -> None:
    request = exchange.request
    request.parse()
    routes = _matching(request.segments)
    if not routes:
        raise Refused("not_found", f"there is no {request.path} here")
    route = next((route for route in routes if _takes(route, request.method)), None)
    if route is None:
        exchange.answer(_not_allowed(request, routes))
        return
    exchange.site.access(request, route.method != "GET")
    _check(request, route)
    request.named = {
        pattern[1:-1]: segment
        for pattern, segment in zip(route.path, request.segments[len(PREFIX) :], strict=True)
        if pattern[0] == "{"
    }
    route.handler(exchange, exchange.site.control)


def _matching(segments: tuple[str, ...]) -> list[Route]:
    if segments[: len(PREFIX)] != PREFIX:
        return []
    rest = segments[len(PREFIX) :]
    return [route for route in ROUTES if len(route.path) == len(rest) and all(map(_fits, route.path, rest))]


def _fits(pattern: str, segment: str) -> bool:
    return pattern == segment or (pattern[0] == "{" and segment != "")


def _takes(route: Route, method: str) -> bool:
    return route.method == method or (method == "HEAD" and route.method == "GET")


def _not_allowed(request: Request, routes: list[Route]) -> Reply:
    methods = ", ".join("GET, HEAD" if route.method == "GET" else route.method for route in routes)
    message = f"{request.path} does not take {request.method}; use {methods}"
    return error("not_allowed", message, more=((b"Allow", methods.encode()),))


def _check(request: Request, route: Route) -> None:
    for name in request.query:
        if name not in route.parameters:
            known = f"use {', '.join(route.parameters)}" if route.parameters else "it takes none"
            raise Refused("invalid", f"{request.path} has no parameter {name!r}; {known}")
    if request.body:
        raise Refused("invalid", f"{route.method} {request.path} takes no body; send none")
