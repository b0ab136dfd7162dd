"""IP addresses as bytes: what two ways of writing the same one have in common."""


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
