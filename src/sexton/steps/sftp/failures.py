"""What goes wrong between a server and us, in the words and with the exit codes of steps.

What a server says for itself is shortened and stripped: it may be anything.
"""

import asyncssh

from sexton.steps.errors import NotPermitted, StepError, Temporary
from sexton.wire.clean import clean

_SAID = 200  # characters of a server's own words


class Absent(StepError):
    """There is no such file on the server."""


class Present(StepError):
    """There is something in its place already."""


class Unsupported(StepError):
    """The server does not know how to do that."""


_ANSWERS: tuple[tuple[tuple[type[asyncssh.Error], ...], type[StepError], str], ...] = (
    ((asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath), Absent, "there is no such file"),
    ((asyncssh.SFTPFileAlreadyExists,), Present, "it is there already"),
    ((asyncssh.SFTPOpUnsupported,), Unsupported, "the server cannot do that"),
    ((asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect), NotPermitted, "the server does not permit it"),
    ((asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded), Temporary, "the disk or the quota is full"),
    ((asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost), Temporary, "the connection was cut"),
)


def of_answer(error: asyncssh.Error, doing: str, server: str) -> StepError:
    """An answer of the server's that is no success (SSH_FXP_STATUS), or the connection's end."""
    for types, kind, why in _ANSWERS:
        if isinstance(error, types):
            return kind(f"cannot {doing}: {why} ({server})")
    if isinstance(error, asyncssh.SFTPError):
        return StepError(f"cannot {doing}: the server says: {_said(error)} ({server})")
    return Temporary(f"cannot {doing}: the connection was cut: {_said(error)} ({server})")


def of_connecting(error: Exception, server: str, means: str) -> StepError:
    """Why there is no connection; `means` is what we showed to be let in."""
    if isinstance(error, asyncssh.PermissionDenied):
        why = f"it does not accept the {means}; see to the user's name, and to `password`, `key_file` or `private_key`"
        return NotPermitted(f"cannot log in to {server}: {why}")
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return StepError(f"cannot talk to {server}: it and we share no cipher that is still safe: {_said(error)}")
    if isinstance(error, asyncssh.ChannelOpenError | asyncssh.SFTPError):
        return StepError(f"cannot use {server}: it offers no SFTP: {_said(error)}")
    if isinstance(error, asyncssh.DisconnectError):
        return Temporary(f"cannot connect to {server}: {_said(error)}")
    return Temporary(f"cannot connect to {server}: {getattr(error, 'strerror', None) or clean(str(error))[:_SAID]}")


def _said(error: asyncssh.Error) -> str:
    return str(clean(error.reason))[:_SAID] or type(error).__name__
