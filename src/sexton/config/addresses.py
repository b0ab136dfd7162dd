"""IP addresses and ports as they are written in a configuration; names are not looked up."""

from __future__ import annotations

import re

from sexton.config.values import Unfit, shown, text
from sexton.core.addresses import packed

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
