"""What stops a step, and the exit code that says so (sysexits(3)). Messages read `cannot X: reason (where); fix`."""

from sexton.model.errors import EXIT_CONFIG, EXIT_FAILED, EXIT_NOPERM, EXIT_TEMPFAIL, SextonError


class StepError(SextonError):
    """The step failed, and would again: the input is at fault."""

    exit_code = EXIT_FAILED


class Temporary(StepError):
    """Another attempt may well succeed: a server that is away, a cut connection, a deadline that passed."""

    exit_code = EXIT_TEMPFAIL


class NotPermitted(StepError):
    """A door that is closed to us: a wrong password, a changed host key, an address that may not be used."""

    exit_code = EXIT_NOPERM


class Misconfigured(StepError):
    """What the step was told cannot be done: a schema that is none, an extra that is not installed."""

    exit_code = EXIT_CONFIG
