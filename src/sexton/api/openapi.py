"""/api/v1/openapi.json: the API as OpenAPI 3.1, made of the router's tables, contract.py and the views' types.

Made when it is asked for, and not kept. Invariant: it says nothing that is not said elsewhere in code, so that it
cannot fall behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sexton import __version__
from sexton.api.answers import as_json
from sexton.api.contract import OPERATIONS, PARAMETERS, WORDS, Error, Operation
from sexton.api.router import AT_TOP, PREFIX, ROUTES, Route
from sexton.api.schema import Schemas

if TYPE_CHECKING:
    from sexton.api.exchange import Exchange

_SOCKET_OR_TOKEN = (
    "Over the unix socket everything is allowed. Over TCP, from this machine, reading needs no token; everything else "
    "does, and a change needs the control token."
)


def show(exchange: Exchange) -> None:
    exchange.answer(as_json(description()))


def description() -> dict[str, Any]:
    """The document."""
    schemas = Schemas(WORDS)
    paths: dict[str, dict[str, Any]] = {}
    for prefix, routes in ((PREFIX, ROUTES), ((), AT_TOP)):
        for route in routes:
            path = "/" + "/".join((*prefix, *route.path))
            paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sexton", "version": __version__, "description": _SOCKET_OR_TOKEN},
        "paths": paths,
        "components": {
            "schemas": schemas.named,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    meant = OPERATIONS[route.handler]
    found: dict[str, Any] = {
        "operationId": f"{route.handler.__module__.rpartition('.')[2]}_{route.handler.__name__}",
        "summary": meant.summary,
        "responses": _responses(meant, schemas),
        "security": [{}] if route.public else [{}, {"token": []}],
    }
    in_path = [part[1:-1] for part in route.path if part[0] == "{"]
    if parameters := [*map(_in_path, in_path), *map(_in_query, route.parameters)]:
        found["parameters"] = parameters
    return found


def _responses(meant: Operation, schemas: Schemas) -> dict[str, Any]:
    bodies = {kind: {"schema": schemas.of(shape)} for kind, shape in meant.answers.items()}
    found: dict[str, Any] = {
        str(status): {"description": meant.summary, "content": bodies} for status in meant.statuses
    }
    error = {"application/json": {"schema": schemas.of(Error)}}
    return found | {"default": {"description": "It was refused, or failed; `kind` says how", "content": error}}


def _in_path(name: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1} if name == "id" else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(name: str) -> dict[str, Any]:
    meant = PARAMETERS[name]
    return {
        "name": name,
        "in": "query",
        "description": meant.summary,
        "required": meant.required,
        "schema": dict(meant.schema),
    }
