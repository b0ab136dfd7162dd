"""`fail_on_stderr`: standard error is looked at apart, and still stands in the run's log."""

from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import job
from tests.acceptance.ledger import output


def test_a_run_that_wrote_to_standard_error_has_failed(make: Callable[..., Daemon]) -> None:
    jobs = job("loud", "echo out; echo oops >&2", fail_on_stderr=True) + job("quiet", "echo out", fail_on_stderr=True)
    daemon = make(jobs + job("lenient", "echo oops >&2")).start()
    for name in ("loud", "quiet", "lenient"):
        daemon.cli("trigger", name, "--wait", check=False)
    loud, quiet, lenient = daemon.runs()
    assert (loud["outcome"], loud["reason"]) == ("failed", "wrote 5 bytes to standard error")
    assert sorted(output(loud).splitlines()) == [b"oops", b"out"]
    assert sorted(loud["tail"]) == ["oops", "out"]
    assert (loud["log_bytes"], loud["log_lost_bytes"]) == (9, 0)
    assert [quiet["outcome"], lenient["outcome"]] == ["succeeded", "succeeded"]
    assert daemon.stop() == 0


def test_all_that_it_wrote_there_before_it_exited_counts(make: Callable[..., Daemon]) -> None:
    script = "head -c 300000 /dev/zero | tr '\\0' x >&2"
    daemon = make(job("loud", script, fail_on_stderr=True, log={"relay": "off"})).start()
    daemon.cli("trigger", "loud", "--wait", check=False)
    (run,) = daemon.runs()
    assert (run["reason"], run["log_bytes"]) == ("wrote 300000 bytes to standard error", 300000)
    assert output(run) == b"x" * 300000
    assert daemon.stop() == 0
