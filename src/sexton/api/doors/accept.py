"""Taking in one client of a listening socket.

With `_socket` alone: `socket`, which wraps it, brings half a megabyte of enums that nothing here needs. In place of its
`accept` stands what that calls in its turn.
"""

import _socket


def accept(listener: _socket.socket) -> tuple[_socket.socket, tuple[str, int]]:
    """The client, closed to children, and where it is (of a unix socket: nothing). Raises OSError, BlockingIOError when
    none waits."""
    fd, address = listener._accept()  # type: ignore[attr-defined]  # typeshed has what is public
    return _socket.socket(fileno=fd), address
