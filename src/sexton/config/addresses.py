"""IP addresses and ports as they are written in a configuration; names are not looked up."""

from __future__ import annotations

import re

from sexton.config.values import Unfit, shown, text

_ADDRESS = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<v4>[^:\[\]]+)):(?P<port>[0-9]{1,5})")
_MEANT = '"127.0.0.1:8470", "[::1]:8470" or "" (off) is meant'


def parse_address(value: object) -> tuple[str, int] | None:
    """`host:port` with an IP address or localhost as its host; None for "", which means off."""
    written = text(value)
    if not written:
        return None
    match = _ADDRESS.fullmatch(written)
    if match is None:
        raise Unfit(f"{shown(written)} is no address; {_MEANT}")
    host = match["v6"] or match["v4"]
    host = "127.0.0.1" if host.lower() == "localhost" else host
    if packed(host) is None:
        raise Unfit(f"{shown(host)} is no IP address; {_MEANT}")
    if int(match["port"]) > 65_535:
        raise Unfit(f"there is no port {match['port']}; they go up to 65535")
    return host, int(match["port"])


def packed(host: str) -> bytes | None:
    """An IP address as 4 or 16 bytes; None when `host` is none. IPv4 within IPv6 (::ffff:127.0.0.1) counts as IPv4."""
    import _socket

    try:
        if ":" not in host:
            return _socket.inet_pton(_socket.AF_INET, host)
        address = _socket.inet_pton(_socket.AF_INET6, host)
    except (OSError, ValueError):  # ValueError: a NUL, or what is not ASCII
        return None
    return address[12:] if address[:12] == bytes(10) + b"\xff\xff" else address


def is_loopback(host: str) -> bool:
    """127.0.0.0/8 and ::1."""
    address = packed(host)
    return address is not None and (address[:1] == b"\x7f" if len(address) == 4 else address == bytes(15) + b"\x01")
