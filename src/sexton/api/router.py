"""The table of routes, and the way from a request to its resource.

Invariant: a handler runs only when the route exists, the method fits, the door's access rule agrees and every
parameter is one that the resource knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sexton.api.answers import Reply, error
from sexton.api.exchange import Exchange
from sexton.api.request import Request
from sexton.api.resources import (
    drain,
    events,
    health,
    info,
    jobs,
    listeners,
    log,
    metrics,
    notices,
    plan,
    probes,
    reexec,
    reload,
    runs,
    services,
    supervisord,
)
from sexton.model.errors import Refused

if TYPE_CHECKING:
    from sexton.ports import Control

Handler: TypeAlias = "Callable[[Exchange, Control], None]"


class Route(NamedTuple):
    """A path (`{name}` stands for one segment), its method, its handler, its parameters."""

    method: str
    path: tuple[str, ...]
    handler: Handler
    parameters: tuple[str, ...] = ()
    public: bool = False  # no rule is asked: the handler says up or down, and asks before it says more
    body: bool = False  # the request has one; its handler asks the rule again where that wants a change


ROUTES = (
    Route("GET", ("info",), info.show),
    Route("GET", ("openapi.json",), info.openapi),
    Route("GET", ("jobs",), jobs.index),
    Route("GET", ("jobs", "{name}"), jobs.show),
    Route("GET", ("jobs", "{name}", "why"), jobs.why, ("at",)),
    Route("POST", ("jobs", "{name}", "trigger"), jobs.trigger, ("fire_time", "env")),
    Route("POST", ("jobs", "{name}", "backfill"), jobs.backfill, ("fire_time", "env", "reprocess", "dry_run")),
    Route("POST", ("jobs", "{name}", "pause"), jobs.pause),
    Route("POST", ("jobs", "{name}", "resume"), jobs.resume),
    Route("GET", ("services",), services.index),
    Route("GET", ("services", "{name}"), services.show, ("wait",)),
    Route("GET", ("services", "{name}", "log"), services.log, ("tail", "follow", "from")),
    Route("POST", ("services", "{name}", "start"), services.start),
    Route("POST", ("services", "{name}", "stop"), services.stop),
    Route("POST", ("services", "{name}", "restart"), services.restart),
    Route("POST", ("services", "{name}", "enable"), services.enable),
    Route("POST", ("services", "{name}", "disable"), services.disable),
    Route("POST", ("services", "{name}", "signal"), services.signal, ("signal",)),
    Route("GET", ("events",), events.index, ("after", "follow")),
    Route("GET", ("listeners",), listeners.index),
    Route("GET", ("sinks",), notices.sinks),
    Route("POST", ("sinks", "{name}", "test"), notices.test),
    Route("GET", ("outbox",), notices.index, ("state", "limit")),
    Route("POST", ("outbox", "{notice}", "retry"), notices.retry),
    Route("POST", ("outbox", "{notice}", "drop"), notices.drop),
    Route("GET", ("plan",), plan.show, plan.PARAMETERS),
    Route("POST", ("drain",), drain.post, ("off", "wait")),
    Route("POST", ("reload",), reload.post),
    Route("POST", ("reexec",), reexec.post),
    Route("GET", ("runs",), runs.index, ("job", "outcome", "before", "limit")),
    Route("GET", ("runs", "{id}"), runs.show, ("wait",)),
    Route("POST", ("runs", "{id}", "cancel"), runs.cancel),
    Route("GET", ("runs", "{id}", "attempts"), runs.attempts),
    Route("GET", ("runs", "{id}", "log"), log.show, ("tail", "follow", "from", "attempt")),
)
PREFIX = ("api", "v1")  # of ROUTES
AT_TOP = (
    Route("GET", ("livez",), probes.livez, probes.PARAMETERS, public=True),
    Route("GET", ("readyz",), probes.readyz, probes.PARAMETERS, public=True),
    Route("GET", ("healthz",), probes.healthz, probes.PARAMETERS, public=True),
    Route("GET", ("health",), health.show),
    Route("GET", ("metrics",), metrics.show),
)
SUPERVISORD = (  # its own paths, apart because they are described elsewhere than in the OpenAPI
    Route("POST", ("RPC2",), supervisord.rpc2, body=True),
    Route("POST", ("RPC2", ""), supervisord.rpc2, body=True),
    Route("GET", ("logtail", "{name}"), supervisord.logtail),
    Route("GET", ("logtail", "{name}", "{channel}"), supervisord.logtail),
    Route("GET", ("mainlogtail",), supervisord.mainlogtail),
    Route("GET", ("",), supervisord.page),
)
_TOKENS = ("token", "access_token", "read_token", "auth", "key")


def serve(exchange: Exchange) -> None:
    """Answer the exchange, now or later."""
    exchange.attempt(lambda: _serve(exchange))


def _serve(exchange: Exchange) -> None:
    request = exchange.request
    request.parse()
    only = exchange.site.only
    routes, segments = _matching(request.segments) if only is None or request.segments[0] in only else ([], ())
    if not routes:
        raise Refused("not_found", f"there is no {request.path} here")
    route = next((route for route in routes if _takes(route, request.method)), None)
    if route is None:
        exchange.answer(_not_allowed(request, routes))
        return
    if not route.public:
        exchange.site.access(request, route.method != "GET" and not route.body)
    _check(request, route)
    request.named = {
        pattern[1:-1]: segment for pattern, segment in zip(route.path, segments, strict=True) if pattern[:1] == "{"
    }
    route.handler(exchange, exchange.site.control)


def _matching(segments: tuple[str, ...]) -> tuple[list[Route], tuple[str, ...]]:
    """The routes of a path, whatever their methods, and the part of the path that they have patterns for."""
    below = segments[: len(PREFIX)] == PREFIX
    table, rest = (ROUTES, segments[len(PREFIX) :]) if below else ((*AT_TOP, *SUPERVISORD), segments)
    return [route for route in table if len(route.path) == len(rest) and all(map(_fits, route.path, rest))], rest


def _fits(pattern: str, segment: str) -> bool:
    return pattern == segment or (pattern[:1] == "{" and segment != "")


def _takes(route: Route, method: str) -> bool:
    return route.method == method or (method == "HEAD" and route.method == "GET")


def _not_allowed(request: Request, routes: list[Route]) -> Reply:
    methods = ", ".join("GET, HEAD" if route.method == "GET" else route.method for route in routes)
    message = f"{request.path} does not take {request.method}; use {methods}"
    return error("not_allowed", message, more=((b"Allow", methods.encode()),))


def _check(request: Request, route: Route) -> None:
    for name in request.query:
        if name in _TOKENS:
            raise Refused("invalid", "a token in an address ends up in logs; send it as `Authorization: Bearer TOKEN`")
        if name not in route.parameters:
            known = f"use {', '.join(route.parameters)}" if route.parameters else "it takes none"
            raise Refused("invalid", f"{request.path} has no parameter {name!r}; {known}")
    if request.body and not route.body:
        raise Refused("invalid", f"{route.method} {request.path} takes no body; send none")
