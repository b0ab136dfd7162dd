"""What packages raise that nobody knows all of, such as those of fsspec, as the error of a step."""

import errno
from socket import gaierror
from typing import Any

from sexton.steps.errors import NotPermitted, StepError, Temporary

_AWAY = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)
_SAID = 300  # characters of their own words


def server_of(address: str) -> str:
    """An address up to its path, without user and password."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}"


class Foreign:
    """A context manager: whatever is raised within becomes a StepError `cannot DOING: …`, but a StepError stays."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, _: object) -> None:
        if not isinstance(error, Exception) or isinstance(error, StepError):
            return
        permitted = not isinstance(error, PermissionError)
        passing = isinstance(error, ConnectionError | TimeoutError | gaierror) or (
            isinstance(error, OSError) and error.errno in _AWAY
        )
        of = Temporary if passing else StepError if permitted else NotPermitted
        raise of(f"cannot {self._doing}: {type(error).__name__}: {str(error)[:_SAID]}") from error
