"""Why something was not sent, and the exit code that says whether another attempt may succeed (sysexits(3)).

Undelivered      it was refused, and would be again                                  → exit 1
├── TryLater     the other side is away, too slow, or asks us to come back           → exit 75
└── Misconfigured  what was asked for cannot be done as the configuration stands     → exit 78
"""

from sexton.model.errors import EXIT_CONFIG, EXIT_FAILED, EXIT_TEMPFAIL, SextonError


class Undelivered(SextonError):
    """Refused for good: the same would be refused again."""

    exit_code = EXIT_FAILED


class TryLater(Undelivered):
    """Another attempt may well succeed. `retry_after`: seconds that the other side asks us to wait, if it does."""

    exit_code = EXIT_TEMPFAIL

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Misconfigured(Undelivered):
    """An extra that is not installed, a file of certificates that is none, an address that may not be used."""

    exit_code = EXIT_CONFIG
