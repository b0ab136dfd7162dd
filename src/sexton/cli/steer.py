"""What `start`, `stop`, `restart` and `signal` have in common: names of services and groups, a wish for each of them,
and staying until it has come true or failed.

Names are looked at before anything is done. Every request has its deadline; a service that starts or stops has one of
its own, in the daemon, so that the waiting ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sexton.cli import standing
from sexton.cli.clean import clean
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import Failed, exit_code
from sexton.cli.options import Arguments, did_you_mean
from sexton.model.errors import EXIT_FAILED, EXIT_OK, Refused
from sexton.model.views import ServiceView

_PATIENCE = 45.0  # seconds for an answer that the daemon gives after 30 at the latest


def steer(arguments: Arguments, console: Console, wish: str, wanted: str) -> int:
    """Wish that every service named be `wanted` ("running", "stopped"); 1 when one of them then is not."""
    client = connect(arguments, console)
    codes: list[int] = []
    views: list[Any] = []
    for name in known(arguments.operands, client):
        try:
            asked = client.post(f"/api/v1/services/{quote(name)}/{wish}", within=_PATIENCE)["services"]
        except Refused as error:
            console.problem(f"sexton: {error}")
            codes.append(exit_code(error))
            continue
        for view in asked:
            service = _settled(client, view)
            views.append(service)
            codes.append(EXIT_OK if service["state"] == wanted else EXIT_FAILED)
            if not arguments.has("--json"):
                _show(clean(service), service["state"] == wanted, client, console)
    if arguments.has("--json"):
        console.json({"services": views})
    return max(codes)


def known(names: Sequence[str], client: Client) -> Iterable[str]:
    """The names, each once, when all of them are services or groups; Failed for one that is not."""
    services = client.get("/api/v1/services")["services"]
    there = {name for service in services for name in (service["name"], service["group"]) if name is not None}
    for name in names:
        if name not in there:
            raise Failed(f"there is no service or group '{name}'{did_you_mean(name, there)}")
    return dict.fromkeys(names)


def _settled(client: Client, service: Any) -> Any:
    """The service once it neither starts nor stops, nor waits for one that does."""
    while True:
        while standing.word(service) in standing.UNSETTLED:
            service = _look(client, service["name"])
        if service["state"] != standing.WAITING or not _all_run(client, service["depends_on"]):
            return service
        service = _look(client, service["name"])
        if service["state"] == standing.WAITING:
            return service


def _all_run(client: Client, names: Sequence[str]) -> bool:
    return all(_settled(client, _look(client, name))["state"] == standing.RUNNING for name in names)


def _look(client: Client, name: str) -> Any:
    return client.get(f"/api/v1/services/{quote(name)}?wait=1", within=_PATIENCE)


def _show(service: ServiceView, good: bool, client: Client, console: Console) -> None:
    up: set[str] = set()
    if service["state"] == standing.WAITING:
        up = standing.running(client.get("/api/v1/services")["services"])
    said = standing.sentence(service, up)
    console.text(console.paint(said, "" if good else standing.style(service) or "red") + "\n")
    if not good and service["log"] is not None:
        console.line(f"its log: sexton logs {service['name']}")
