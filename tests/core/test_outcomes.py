"""How ends are judged."""

import pytest

from sexton.core.outcomes import judge
from sexton.model.job import Job
from sexton.model.process import Process
from sexton.model.run import Exit, Outcome, Run

JOB = Job("ingest", Process(("./ingest.sh",)), success_codes=frozenset({0, 3}))
RUN = Run("ingest", "slot", "token")


def exited(code: int) -> Exit:
    return Exit(code, None, 0, 0)


@pytest.mark.parametrize("code", [0, 3])
def test_a_run_succeeded_when_its_code_is_one_of_success(code: int) -> None:
    assert judge(RUN._replace(exit=exited(code)), JOB) == (Outcome.SUCCEEDED, "")


def test_a_run_failed_when_its_code_is_another() -> None:
    assert judge(RUN._replace(exit=exited(1)), JOB) == (Outcome.FAILED, "exit code 1")


def test_zero_is_a_failure_when_success_is_another_code() -> None:
    strict = JOB._replace(success_codes=frozenset({3}))
    assert judge(RUN._replace(exit=exited(0)), strict) == (Outcome.FAILED, "exit code 0")


def test_a_run_failed_when_a_signal_nobody_asked_for_killed_it() -> None:
    assert judge(RUN._replace(exit=Exit(None, 9, 0, 0)), JOB) == (Outcome.FAILED, "killed by SIGKILL")


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        (Exit(None, 9, 0, 0, "memory limit of 5 MB reached"), "killed: memory limit of 5 MB reached"),
        (Exit(None, 15, 0, 0, "memory limit of 5 MB reached"), "killed by SIGTERM; memory limit of 5 MB reached"),
        (Exit(2, None, 0, 0, "limit of 5 processes reached"), "exit code 2; limit of 5 processes reached"),
    ],
)
def test_the_limit_that_was_reached_is_named(ended: Exit, reason: str) -> None:
    assert judge(RUN._replace(exit=ended), JOB) == (Outcome.FAILED, reason)


def test_the_reason_is_the_spawners_when_the_process_could_not_be_started() -> None:
    assert judge(RUN._replace(reason="no such file"), JOB) == (Outcome.FAILED, "no such file")
    assert judge(RUN, JOB) == (Outcome.FAILED, "could not be started")


@pytest.mark.parametrize("ended", [None, exited(0), exited(1), Exit(None, 15, 0, 0)])
def test_what_was_asked_decides_when_a_stop_was_asked_for(ended: Exit | None) -> None:
    cancelled = RUN._replace(asked=Outcome.CANCELLED, reason="shutdown", exit=ended)
    assert judge(cancelled, JOB) == (Outcome.CANCELLED, "shutdown")
    timed_out = RUN._replace(asked=Outcome.TIMEOUT, exit=ended)
    assert judge(timed_out, JOB) == (Outcome.TIMEOUT, "ran longer than its timeout")


def test_what_it_wrote_to_standard_error_makes_a_run_fail_only_where_that_was_said() -> None:
    exited = RUN._replace(exit=Exit(0, None, 0, 0), errors=12)
    strict = JOB._replace(fail_on_stderr=True)
    assert judge(exited, strict) == (Outcome.FAILED, "wrote 12 bytes to standard error")
    assert judge(exited._replace(errors=0), strict)[0] is Outcome.SUCCEEDED
    assert judge(exited, JOB)[0] is Outcome.SUCCEEDED
