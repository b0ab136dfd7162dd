"""Sinks and the outbox: what is asked of the desk, and what is refused before."""

import json

import pytest

from sexton.model.errors import Refused
from sexton.wire.metrics import Family, Sample
from tests.api.harness import Daemon, ask


def test_sinks_are_listed(daemon: Daemon) -> None:
    daemon.control.desk.sink_views = [{"name": "ops"}]
    assert json.loads(ask(daemon, "/api/v1/sinks").body) == {"sinks": [{"name": "ops"}]}


def test_a_test_is_answered_with_what_came_of_it(daemon: Daemon) -> None:
    daemon.control.desk.answer = {"sink": "ops", "delivered": True}
    assert json.loads(ask(daemon, "/api/v1/sinks/ops/test", "POST").body)["delivered"] is True
    daemon.control.desk.answer = Refused("not_found", "there is no sink 'op'")
    assert ask(daemon, "/api/v1/sinks/op/test", "POST").status == 404


def test_notices_are_asked_for_by_state_and_number(daemon: Daemon) -> None:
    assert json.loads(ask(daemon, "/api/v1/outbox?state=pending,given_up&limit=7").body) == {"notices": []}
    ask(daemon, "/api/v1/outbox")
    assert daemon.control.desk.asked == [(("pending", "given_up"), 7), ((), 50)]


@pytest.mark.parametrize(("verb", "asked"), [("retry", "again"), ("drop", "drop")])
def test_one_notice_or_all_can_be_meant(daemon: Daemon, verb: str, asked: str) -> None:
    assert json.loads(ask(daemon, f"/api/v1/outbox/12/{verb}", "POST").body) == {"notices": 1}
    ask(daemon, f"/api/v1/outbox/all/{verb}", "POST")
    assert daemon.control.desk.asked == [(asked, 12), (asked, None)]


@pytest.mark.parametrize("path", ["/api/v1/outbox/x/retry", "/api/v1/outbox/1e3/drop"])
def test_what_is_no_number_is_refused(daemon: Daemon, path: str) -> None:
    assert ask(daemon, path, "POST").status == 400


def test_a_state_that_there_is_not_is_refused(daemon: Daemon) -> None:
    assert ask(daemon, "/api/v1/outbox?state=lost").status == 400


def test_metrics_are_text_for_prometheus(daemon: Daemon) -> None:
    daemon.control.families = [Family("x", "gauge", "Something.", [Sample(1)])]
    got = ask(daemon, "/metrics")
    assert (got.status, got.body) == (200, b"# HELP x Something.\n# TYPE x gauge\nx 1\n")
    assert got.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
