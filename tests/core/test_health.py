"""How facts are judged."""

import pytest

from sexton.core import health
from sexton.model.health import Check, Level
from sexton.model.log import Lost
from sexton.model.run import Outcome
from sexton.model.service import ServiceState


@pytest.mark.parametrize(
    ("levels", "worst"),
    [((), "pass"), (("pass", "warn"), "warn"), (("warn", "fail", "pass"), "fail"), (("pass", "pass"), "pass")],
)
def test_the_worst_check_decides(levels: tuple[str, ...], worst: str) -> None:
    assert health.overall(Check("x", "job", Level(level)) for level in levels) == worst


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_a_job_is_unwell_when_its_last_run_went_wrong(outcome: Outcome | None) -> None:
    check = health.of_job("a", 4, outcome, "", None)
    unwell = outcome in (Outcome.FAILED, Outcome.TIMEOUT, Outcome.LOST)
    assert check.level == ("fail" if unwell else "pass")
    assert bool(check.output) is unwell


def test_a_job_that_is_unwell_says_which_run_and_why() -> None:
    at = "2026-11-22T08:00:00Z"
    assert health.of_job("a", 4, "timeout", "after 30 m", at) == (
        "job:a", "job", Level.FAIL, "run 4 timed out: after 30 m", at,
    )  # fmt: skip


@pytest.mark.parametrize("state", ServiceState)
def test_a_service_is_unwell_when_it_is_given_up(state: ServiceState) -> None:
    level = {"fatal": "fail", "backoff": "warn"}.get(state, "pass")
    assert health.of_service("s", state, "exit code 1", None).level == level


@pytest.mark.parametrize("state", ServiceState)
def test_sexton_is_not_ready_while_a_service_that_shall_run_does_not(state: ServiceState) -> None:
    assert health.keeps_waiting(True, state) is (state in ("waiting", "starting", "backoff", "fatal"))
    assert not health.keeps_waiting(False, state)


def test_the_history_fails_when_it_was_lost() -> None:
    assert health.of_history(None).level == "pass"
    assert health.of_history("the database is gone").output == "no scheduled run starts: the database is gone"


def test_the_store_fails_after_a_failed_write_and_warns_when_it_is_memory() -> None:
    levels = [health.of_store(*facts).level for facts in (("/s.db", None), (":memory:", None), ("/s.db", "disk full"))]
    assert levels == ["pass", "warn", "fail"]


def test_lost_output_is_a_warning_with_its_size() -> None:
    assert health.of_relay(0).level == "pass"
    assert (health.of_relay(7).level, health.of_relay(7).output[:7]) == ("warn", "7 bytes")


@pytest.mark.parametrize(
    ("reason", "said"),
    [("No space left on device", "cannot be written: No space left on device"), ("", "is written again")],
)
def test_output_that_is_in_no_log_is_a_warning_while_it_is_lost_and_after(reason: str, said: str) -> None:
    at = "2026-11-22T08:00:00Z"
    check = health.of_log("web", Lost(500, 0, reason), at)
    assert check == ("log:web", "system", Level.WARN, f"500 bytes of the output of web are lost; its log {said}", at)
