"""How the end of a run is judged: from what was asked of it, how its process ended, and which codes are success."""

from sexton.model.errors import EXIT_CONFIG, EXIT_NOPERM
from sexton.model.job import Job
from sexton.model.run import Exit, Outcome, Run
from sexton.model.signals import signal_name

SIGKILL = 9


def judge(run: Run, job: Job) -> tuple[Outcome, str]:
    """Outcome and reason of a run whose last process is gone, or that never had one.

    A stop that was asked for decides the outcome, whatever code the process still found time to return.
    """
    if run.asked is Outcome.TIMEOUT:
        return Outcome.TIMEOUT, "ran longer than its timeout"
    if run.asked is not None:
        return run.asked, run.reason
    if run.exit is None:
        return Outcome.FAILED, run.reason or "could not be started"
    if run.exit.code is not None and run.exit.code in job.success_codes:
        if job.fail_on_stderr and run.errors:
            return Outcome.FAILED, f"wrote {run.errors} bytes to standard error"
        return Outcome.SUCCEEDED, ""
    return Outcome.FAILED, failure(run.exit)


def is_final(run: Run, job: Job) -> bool:
    """Whether a built-in step failed of what no further attempt changes: a closed door, or what it was told to do."""
    if run.asked is not None or run.exit is None or not job.steps:
        return False
    return run.exit.code in (EXIT_NOPERM, EXIT_CONFIG)


def failure(ended: Exit) -> str:
    """Why an exit is no success, in words."""
    if ended.limit and ended.signal == SIGKILL:
        return f"killed: {ended.limit}"
    how = f"exit code {ended.code}" if ended.signal is None else f"killed by {signal_name(ended.signal)}"
    return f"{how}; {ended.limit}" if ended.limit else how
