"""A connection to a host by TCP, with or without TLS, made within a deadline.

TLS means verified: the chain against the system's certificates (or those of a file), and the name. There is no way to
turn that off. Invariant: nothing is connected to that addresses.py was not asked about.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from sexton.net.addresses import Address, only_public, resolve
from sexton.net.deadline import Deadline
from sexton.net.errors import Misconfigured, TryLater

if TYPE_CHECKING:
    import ssl


def connect(host: str, port: int, deadline: Deadline, *, allow_private: bool) -> socket.socket:
    """Try the host's addresses in turn; the last one's error is told. Raises TryLater, or Misconfigured for an address
    that may not be reached."""
    addresses = resolve(host, port, deadline)
    if not allow_private:
        addresses = only_public(host, addresses)
    trouble = f"{host} has no address"
    for untried, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        try:
            return _reach(address, deadline.left() / untried)
        except OSError as error:
            trouble = f"cannot connect to {host} port {port}: {error.strerror or error}"
    raise deadline.passed() if deadline.is_over else TryLater(trouble)


def _reach(address: Address, within: float) -> socket.socket:
    connection = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        connection.settimeout(within)
        connection.connect(address.place)
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        connection.close()
        raise
    return connection


def verifying(ca: str | None) -> ssl.SSLContext:
    """A context that trusts the system's certificates, or only those in the file `ca`."""
    import ssl

    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"cannot read certificates: {error.strerror or error} (ca = {ca!r})") from error


def secure(connection: socket.socket, host: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    """TLS over `connection`, to be called within `deadline.cutting`."""
    import ssl

    try:
        return context.wrap_socket(connection, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise TryLater(f"cannot trust {host}: {error.verify_message}") from error
    except OSError as error:
        raise TryLater(f"cannot agree on TLS with {host}: {error.strerror or error}") from error
