"""A host's name → the addresses that may be connected to.

What is judged is what is connected to: a name is resolved once, each address is looked at, and the connection goes to
that very address, so that a name which changes its mind in between gains nothing. The C library's resolver cannot be
told how long to take, so it works in a thread that nobody waits for longer than the deadline.
"""

from __future__ import annotations

import queue
import socket
import threading
from typing import TYPE_CHECKING, NamedTuple

from sexton.net.deadline import Deadline
from sexton.net.errors import Misconfigured, TryLater

if TYPE_CHECKING:
    import ipaddress

_NAT64, _LOCAL_NAT64 = "64:ff9b::/96", "64:ff9b:1::/48"  # RFC 6052, RFC 8215
_COMPATIBLE = "::/96"  # RFC 4291, section 2.5.5.1: deprecated, and some systems still go there
_MOST = 8  # addresses of one name that are tried


class Address(NamedTuple):
    family: int
    place: tuple[str, int] | tuple[str, int, int, int]

    @property
    def ip(self) -> str:
        return self.place[0]


def resolve(host: str, port: int, deadline: Deadline) -> list[Address]:
    """In the resolver's order. Raises TryLater when the name cannot be resolved now."""
    answers: queue.SimpleQueue[list[Address] | OSError] = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(host, port, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise deadline.passed() from None
    if isinstance(answer, OSError):
        raise TryLater(f"cannot resolve {host}: {answer.strerror or answer}")
    return answer


def only_public(host: str, addresses: list[Address]) -> list[Address]:
    """Those on the public internet (IANA's registries, as ipaddress knows them). Raises Misconfigured when there is
    none: this machine, its network, and what clouds tell their machines are nobody's to reach through a name."""
    public = [address for address in addresses if _is_public(address.ip)]
    if not public:
        ip = addresses[0].ip
        named = host if host == ip else f"{host} ({ip})"
        raise Misconfigured(f"{named} is no public address; allow_private = true lets this sink reach it")
    return public


def _is_public(ip: str) -> bool:
    import ipaddress

    address = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local or address in ipaddress.IPv6Network(_LOCAL_NAT64):
            return False
        if (inner := _inner(address)) is not None:
            return inner.is_global
    return address.is_global and not address.is_multicast


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that one of IPv6 leads to, if it does."""
    import ipaddress

    if any(address in ipaddress.IPv6Network(network) for network in (_NAT64, _COMPATIBLE)):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _ask(host: str, port: int, answers: queue.SimpleQueue[list[Address] | OSError]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        answers.put(error)
    except UnicodeError:
        answers.put(OSError(0, "no host can be called that"))
    else:
        answers.put([Address(family, place) for family, _, _, _, place in found[:_MOST] if isinstance(place[0], str)])
