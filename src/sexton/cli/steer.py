"""What `start`, `stop` and `restart` have in common: names of services and groups, a wish for all of them, and staying
until it has come true or failed.

Names are looked at before anything is done, and go to the daemon together: it knows the order. Every request has its
deadline; a service that starts or stops has one of its own, in the daemon, so that the waiting ends.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sexton.cli import standing
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import CutOff, Failed
from sexton.cli.options import Arguments, did_you_mean
from sexton.model.errors import EXIT_FAILED, EXIT_OK
from sexton.model.views import ServiceView
from sexton.wire.clean import clean

_PATIENCE = 45.0  # seconds for an answer that the daemon gives after 30 at the latest


def steer(arguments: Arguments, console: Console, wish: str, wanted: str) -> int:
    """Wish that every service named be `wanted` ("running", "stopped"); 1 when one of them then is not."""
    client = connect(arguments, console)
    named = known(arguments.operands, client)
    services = [_settled(client, service) for service in _asked(client, named, wish)]
    if arguments.has("--json"):
        console.json({"services": services})
    else:
        _show(clean(services), wanted, client, console)
    return EXIT_OK if all(service["state"] == wanted for service in services) else EXIT_FAILED


def _asked(client: Client, named: Sequence[str], wish: str) -> list[Any]:
    """The services as they stand once the wish is done, or the daemon has waited long enough for that.

    A start or stop may be asked twice. A restart that a new image of the daemon cut off goes on there, and is asked
    again only where that image knows nothing of it."""
    target = f"/api/v1/services/{','.join(map(quote, named))}/{wish}"
    if wish != "restart":
        return list(client.post(target, within=_PATIENCE, again=True)["services"])
    before, asked = {one["name"]: one for one in _members(client, named)}, time.monotonic()
    try:
        return list(client.post(target, within=_PATIENCE)["services"])
    except CutOff:
        if not client.has_new_image(asked):
            raise
    found = _members(client, named)
    if any(one["settled"] and one["started"] == before[one["name"]]["started"] for one in found):
        return list(client.post(target, within=_PATIENCE)["services"])
    return found


def _members(client: Client, named: Sequence[str]) -> list[Any]:
    services = client.get("/api/v1/services")["services"]
    return [one for one in services if not {one["name"], one["group"]}.isdisjoint(named)]


def known(names: Sequence[str], client: Client) -> Sequence[str]:
    """The names, each once, when all of them are services or groups; Failed for one that is not."""
    services = client.get("/api/v1/services")["services"]
    there = {name for service in services for name in (service["name"], service["group"]) if name is not None}
    for name in names:
        if name not in there:
            raise Failed(f"there is no service or group '{name}'{did_you_mean(name, there)}")
    return list(dict.fromkeys(names))


def _settled(client: Client, service: Any) -> Any:
    """The service once it has settled."""
    while not service["settled"]:
        service = client.get(f"/api/v1/services/{quote(service['name'])}?wait=1", within=_PATIENCE)
    return service


def _show(services: Sequence[ServiceView], wanted: str, client: Client, console: Console) -> None:
    everyone: Sequence[ServiceView] = ()
    if any(service["state"] == standing.WAITING for service in services):
        everyone = clean(client.get("/api/v1/services")["services"])
    for service in services:
        good = service["state"] == wanted
        said = standing.sentence(service, everyone)
        console.text(console.paint(said, "" if good else standing.style(service) or "red") + "\n")
        if not good and service["state"] != standing.WAITING and service["started"] is not None:
            console.line(f"its log: sexton logs {service['name']}")
