"""What can go wrong for a person at the command line, and the exit code that says so (sysexits(3)).

The errors of a plan, a store or the daemon come from the model; those of the command line itself are here.
Invariant: every SextonError has exactly one exit code.
"""

from sexton.model.errors import (
    EXIT_CONFIG,
    EXIT_FAILED,
    EXIT_NOPERM,
    EXIT_TEMPFAIL,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    ConfigError,
    Refused,
    SextonError,
    StateHeld,
    StoreError,
)

EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells say it
EXIT_PIPE_CLOSED = 141  # 128 + SIGPIPE

_OF_REFUSAL = {
    "invalid": EXIT_USAGE,
    "unauthorized": EXIT_NOPERM,
    "forbidden": EXIT_NOPERM,
    "too_many": EXIT_TEMPFAIL,
    "broken_plan": EXIT_CONFIG,
    "unavailable": EXIT_TEMPFAIL,
    "timeout": EXIT_TEMPFAIL,
}


class UsageError(SextonError):
    """The command line cannot be understood."""


class Unreachable(SextonError):
    """No daemon answered, or what answered broke off or was no Sexton."""


class CutOff(Unreachable):
    """The daemon closed the connection before its answer was complete."""


class NotPermitted(SextonError):
    """The daemon is there, but not for this user."""


class Failed(SextonError):
    """The thing asked for did not happen."""


_OF_CLASS: dict[type[SextonError], int] = {
    ConfigError: EXIT_CONFIG,
    UsageError: EXIT_USAGE,
    Unreachable: EXIT_UNAVAILABLE,
    CutOff: EXIT_UNAVAILABLE,
    NotPermitted: EXIT_NOPERM,
    StateHeld: EXIT_TEMPFAIL,
    StoreError: EXIT_TEMPFAIL,
}


def exit_code(error: SextonError) -> int:
    """The exit code for `error`; what has none is a plain failure."""
    if isinstance(error, Refused):
        return _OF_REFUSAL.get(error.kind, EXIT_FAILED)
    own: int = getattr(error, "exit_code", EXIT_FAILED)  # steps/errors.py's, which no daemon shall load
    return _OF_CLASS.get(type(error), own)
