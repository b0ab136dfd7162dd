"""/api/v1/services: how the services stand, waiting until one has settled, and steering them.

What is steered goes by the names of services and groups, with commas between them. No answer is waited for longer than
`limits.wait`: then the services are shown as they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import Reply, as_json
from sexton.api.exchange import Exchange
from sexton.api.resources.follower import follow_service
from sexton.model.errors import Refused
from sexton.model.signals import NUMBERS

if TYPE_CHECKING:
    from sexton.model.views import ServiceView
    from sexton.ports import Control


def index(exchange: Exchange, control: Control) -> None:
    control.services(exchange.answering(lambda services: as_json({"services": services})))


def show(exchange: Exchange, control: Control) -> None:
    """The service; with `wait=1` when it has settled, or as it stands when the longest wait is over."""
    name = exchange.request.named["name"]
    if exchange.request.flag("wait"):
        _wait(exchange, control, name)
    else:
        control.service(name, exchange.answering(as_json))


def log(exchange: Exchange, control: Control) -> None:
    from sexton.api.resources import servicelog

    servicelog.show(exchange, control)


def start(exchange: Exchange, control: Control) -> None:
    _steer(exchange, control, "start")


def stop(exchange: Exchange, control: Control) -> None:
    _steer(exchange, control, "stop")


def restart(exchange: Exchange, control: Control) -> None:
    _steer(exchange, control, "restart")


def signal(exchange: Exchange, control: Control) -> None:
    """`signal=HUP`, `SIGHUP` or `1`."""
    word = exchange.request.query.get("signal", "")
    number = _number(word)
    if not 1 <= number <= 64:
        raise Refused("invalid", f"signal: {word!r} is no signal; a name such as HUP, or a number, is meant")
    _steer(exchange, control, "signal", number)


def _number(word: str) -> int:
    """The number of a signal that is known by name or number; 0 when it is none."""
    if word.isascii() and word.isdigit() and len(word) < 3:
        return int(word)
    return NUMBERS.get(f"SIG{word.upper().removeprefix('SIG')}", 0)


def enable(exchange: Exchange, control: Control) -> None:
    control.disable(exchange.request.named["name"], False, exchange.answering(as_json))


def disable(exchange: Exchange, control: Control) -> None:
    control.disable(exchange.request.named["name"], True, exchange.answering(as_json))


def _steer(exchange: Exchange, control: Control, wish: str, signum: int = 0) -> None:
    def settled(services: list[ServiceView]) -> Reply:
        return as_json({"services": services})

    def steered(services: list[ServiceView]) -> Reply:
        return settled([service for service in services if not names.isdisjoint((service["name"], service["group"]))])

    name = exchange.request.named["name"]
    names = frozenset(name.split(","))
    control.steer(name, wish, exchange.answering(settled), signum=signum)
    if not exchange.answered:
        exchange.after(exchange.site.limits.wait, lambda: control.services(exchange.answering(steered)))


def _wait(exchange: Exchange, control: Control, name: str) -> None:
    def seen(service: ServiceView) -> None:
        if service["settled"]:
            exchange.answer(as_json(service))

    follow_service(exchange, control, name, seen)
    exchange.after(exchange.site.limits.wait, lambda: control.service(name, exchange.answering(as_json)))
