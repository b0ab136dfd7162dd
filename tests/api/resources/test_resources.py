"""Each route: what it asks of the engine, what it answers, and how it refuses."""

import json

import pytest

from sexton.model.errors import StoreError
from tests.api.harness import Client, Daemon, Got, ask, info_view, job_view, request, run_view


def error_of(got: Got) -> tuple[int, str]:
    return got.status, json.loads(got.body)["error"]["kind"]


def test_the_info_is_shown(daemon: Daemon) -> None:
    got = ask(daemon, "/api/v1/info")
    assert (got.status, json.loads(got.body)) == (200, info_view())
    assert got.headers["content-type"] == "application/json"
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["x-content-type-options"] == "nosniff"


def test_jobs_are_listed_in_the_plans_order(daemon: Daemon) -> None:
    daemon.control.job_views = {name: job_view(name) for name in ("b", "a", "c")}
    got = ask(daemon, "/api/v1/jobs")
    assert json.loads(got.body) == {"jobs": [job_view("b"), job_view("a"), job_view("c")]}


def test_a_job_is_found_when_its_name_is_percent_encoded(daemon: Daemon) -> None:
    daemon.control.job_views["täglich 1/2"] = job_view("täglich 1/2")
    assert json.loads(ask(daemon, "/api/v1/jobs/t%C3%A4glich%201%2f2").body)["name"] == "täglich 1/2"


def test_an_unknown_job_is_not_found(daemon: Daemon) -> None:
    assert error_of(ask(daemon, "/api/v1/jobs/nobody")) == (404, "not_found")


def test_trigger_is_accepted_with_its_run(daemon: Daemon) -> None:
    got = ask(daemon, "/api/v1/jobs/ingest/trigger", "POST")
    assert (got.status, json.loads(got.body)["run"]["state"]) == (202, "starting")
    assert daemon.control.asked == [("trigger", "ingest")]


def test_cancel_conflicts_when_the_run_has_ended(daemon: Daemon) -> None:
    assert error_of(ask(daemon, "/api/v1/runs/7/cancel", "POST")) == (409, "conflict")


def test_runs_are_asked_for_with_every_parameter(daemon: Daemon) -> None:
    daemon.control.run_views = {2: run_view(2), 1: run_view(1)}
    got = ask(daemon, "/api/v1/runs?job=a+b&outcome=failed,lost&before=99&limit=1000")
    assert [run["id"] for run in json.loads(got.body)["runs"]] == [2, 1]
    assert daemon.control.asked == [("a b", ("failed", "lost"), 99, 1000)]


def test_runs_are_the_newest_fifty_when_nothing_else_is_asked(daemon: Daemon) -> None:
    ask(daemon, "/api/v1/runs")
    assert daemon.control.asked == [(None, (), None, 50)]


def test_a_run_is_shown(daemon: Daemon) -> None:
    daemon.control.run_views[3] = run_view(3)
    assert json.loads(ask(daemon, "/api/v1/runs/3").body) == run_view(3)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/runs?limit=0", "limit"),
        ("/api/v1/runs?limit=1001", "limit"),
        ("/api/v1/runs?limit=", "limit"),
        ("/api/v1/runs?limit=1_0", "limit"),
        ("/api/v1/runs?before=-1", "before"),
        ("/api/v1/runs?before=9223372036854775808", "before"),
        ("/api/v1/runs?outcome=good", "outcome"),
        ("/api/v1/runs?limit=1&limit=2", "limit"),
        ("/api/v1/runs?jobs=x", "jobs"),
        ("/api/v1/runs?job=%ff", "job"),
        ("/api/v1/runs/seven", "id"),
        ("/api/v1/runs/7?wait=yes", "wait"),
        ("/api/v1/runs/7/log?tail=100001", "tail"),
        ("/api/v1/runs/7/log?follow=2", "follow"),
    ],
)
def test_a_bad_parameter_is_named(daemon: Daemon, path: str, name: str) -> None:
    got = ask(daemon, path)
    assert error_of(got) == (400, "invalid")
    assert repr(name) in json.loads(got.body)["error"]["message"]
    assert daemon.control.asked == []


@pytest.mark.parametrize(
    "path", ["/api/v1", "/api/v1/", "/api/v1/jobs/", "/api/v2/jobs", "/api/v1/runs/7/logs", "/api/v1/info/x", "//"]
)
def test_an_unknown_path_is_not_found(daemon: Daemon, path: str) -> None:
    assert error_of(ask(daemon, path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/api/v1/jobs", "GET, HEAD"),
        ("GET", "/api/v1/jobs/ingest/trigger", "POST"),
        ("HEAD", "/api/v1/jobs/ingest/trigger", "POST"),
        ("BREW", "/api/v1/info", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(daemon: Daemon, method: str, path: str, allow: str) -> None:
    got = ask(daemon, path, method)
    assert (got.status, got.headers["allow"]) == (405, allow)


def test_head_gives_the_head_of_get(daemon: Daemon) -> None:
    with daemon.client() as client:
        got = client.ask("/api/v1/jobs")
        head = client.ask("/api/v1/jobs", "HEAD")
        got.headers["date"] = head.headers["date"]  # a second may have gone by
        assert head == Got(200, got.headers, b"")
        assert client.ask("/api/v1/info").status == 200


def test_a_body_that_nobody_reads_is_refused(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(b"POST /api/v1/jobs/ingest/trigger HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        assert error_of(client.read()) == (400, "invalid")
    assert daemon.control.asked == []


def test_json_is_valid_utf8_when_a_tail_held_any_bytes(daemon: Daemon) -> None:
    view = run_view(3)
    view["tail"] = ["caf\udce9 ☕ \ud800", 'tab\t"\x00']
    daemon.control.run_views[3] = view
    body = ask(daemon, "/api/v1/runs/3").body
    assert json.loads(body.decode())["tail"] == ["caf\ufffd ☕ \ufffd", 'tab\t"\x00']
    assert b": " not in body.replace(b'"command": ', b"")


def test_a_defect_is_reported_and_answered_with_a_fixed_text(daemon: Daemon) -> None:
    daemon.control.defect = ValueError("secret detail")
    with daemon.client() as client:
        got = client.ask("/api/v1/info")
        assert error_of(got) == (500, "internal")
        assert b"secret" not in got.body
        assert client.ask("/api/v1/jobs").status == 200
    assert len(daemon.reports) == 1
    assert "GET /api/v1/info: ValueError: secret detail" in daemon.reports[0]


def test_a_value_that_json_does_not_know_is_a_defect(daemon: Daemon) -> None:
    view = run_view(3)
    view["seconds"] = float("nan")
    daemon.control.run_views[3] = view
    assert error_of(ask(daemon, "/api/v1/runs/3")) == (500, "internal")


def test_a_failing_store_is_a_service_unavailable(daemon: Daemon) -> None:
    daemon.control.store_error = StoreError("cannot read the ledger: disk full")
    assert error_of(ask(daemon, "/api/v1/runs/3")) == (503, "unavailable")


def test_wait_answers_at_once_when_the_run_has_ended(daemon: Daemon) -> None:
    daemon.control.run_views[3] = run_view(3)
    assert json.loads(ask(daemon, "/api/v1/runs/3?wait=1").body)["outcome"] == "succeeded"


def test_wait_answers_when_the_run_ends(daemon: Daemon) -> None:
    daemon.control.run_views[3] = run_view(3, state="running")
    followed = daemon.event_when("when_followed")
    with daemon.client() as client:
        client.send(request("/api/v1/runs/3?wait=1"))
        assert followed.wait(10)
        daemon.set_run(run_view(3, state="stopping"))
        daemon.set_run(run_view(3))
        assert json.loads(client.read().body)["state"] == "ended"
        assert daemon.call(lambda: dict(daemon.control.wakes)) == {}


def test_a_thousand_wakes_ask_once_more(daemon: Daemon) -> None:
    daemon.control.run_views[3] = run_view(3, state="running")
    followed = daemon.event_when("when_followed")
    with daemon.client() as client:
        client.send(request("/api/v1/runs/3?wait=1"))
        assert followed.wait(10)
        daemon.call(lambda: None)
        before = len(daemon.control.asked)
        daemon.call(lambda: [wake() for wake in daemon.control.wakes[3] for _ in range(1000)])
        daemon.call(lambda: None)
        assert len(daemon.control.asked) == before + 1
        daemon.set_run(run_view(3))
        assert client.read().status == 200


def test_a_wake_is_not_lost_when_it_comes_before_the_answer(daemon: Daemon) -> None:
    daemon.control.run_views[3] = run_view(3, state="running")
    daemon.control.hold = True
    held = daemon.event_when("when_held")
    with daemon.client() as client:
        client.send(request("/api/v1/runs/3?wait=1"))
        assert held.wait(10)
        daemon.set_run(run_view(3))  # the answer that is on its way still says: running
        daemon.control.hold = False
        daemon.call(daemon.control.held.pop())
        assert json.loads(client.read().body)["state"] == "ended"


def test_wait_for_an_unknown_run_is_not_found(daemon: Daemon) -> None:
    assert error_of(ask(daemon, "/api/v1/runs/3?wait=1")) == (404, "not_found")


def test_requests_in_absolute_form_are_served(daemon: Daemon) -> None:
    assert ask(daemon, "http://sexton/api/v1/info").status == 200


def test_a_target_that_is_no_path_is_invalid(daemon: Daemon) -> None:
    with Client(daemon.path) as client:
        assert error_of(client.ask("*", "OPTIONS")) == (400, "invalid")
        assert error_of(client.ask("/api/v1/jobs/%4")) == (400, "invalid")
        assert client.ask("/api/v1/info").status == 200


def test_the_plan_is_asked_for_with_every_parameter(daemon: Daemon) -> None:
    got = ask(daemon, "/api/v1/plan?start=2026-11-22&end=2026-11-23T08:00%2B01:00&job=ingest&limit=1000")
    assert (got.status, json.loads(got.body)) == (200, {"fire_times": []})
    ask(daemon, "/api/v1/plan")
    assert daemon.control.asked == [
        ("2026-11-22", "2026-11-23T08:00+01:00", "ingest", 1000), (None, None, None, 50)
    ]  # fmt: skip


def test_a_plan_without_bounds_is_refused(daemon: Daemon) -> None:
    assert error_of(ask(daemon, "/api/v1/plan?limit=1001")) == (400, "invalid")


def test_why_is_asked_with_a_job_and_a_time(daemon: Daemon) -> None:
    got = ask(daemon, "/api/v1/jobs/a%20b/why?at=2026-11-22T08:00%2B01:00")
    assert (got.status, json.loads(got.body)) == (200, {"job": "a b"})
    assert daemon.control.asked == [("why", "a b", "2026-11-22T08:00+01:00")]


def test_why_without_a_time_is_refused(daemon: Daemon) -> None:
    assert error_of(ask(daemon, "/api/v1/jobs/ingest/why")) == (400, "invalid")


def test_a_trigger_takes_a_fire_time_variables_and_a_key(daemon: Daemon) -> None:
    with daemon.client() as client:
        path = "/api/v1/jobs/load/trigger?fire_time=2026-11-22T08:00Z&env=%7B%7D"
        assert client.ask(path, "POST", **{"Idempotency-Key": "order-17"}).status == 202
    assert daemon.control.asked == [("trigger", "load", "2026-11-22T08:00Z", "{}", "order-17")]


def test_a_drain_is_answered_at_once_and_with_wait_when_no_run_is_going(daemon: Daemon) -> None:
    daemon.control.going = 1
    with daemon.client() as client:
        assert json.loads(client.ask("/api/v1/drain", "POST").body) == {"draining": True, "running": 1}
        client.send(request("/api/v1/drain?wait=1", "POST"))
        daemon.call(lambda: None)

        def ended() -> None:
            daemon.control.going = 0
            for wake in daemon.control.wakes["drain"]:
                wake()

        daemon.call(ended)
        assert json.loads(client.read().body) == {"draining": True, "running": 0}
        assert json.loads(client.ask("/api/v1/drain?off=1", "POST").body)["draining"] is False


def test_a_backfill_is_asked_for_with_every_parameter(daemon: Daemon) -> None:
    path = "/api/v1/jobs/load/backfill?fire_time=2026-11-22T08:00Z"
    assert ask(daemon, path, "POST").status == 202
    got = ask(daemon, f"{path}&env=%7B%7D&reprocess=failed&dry_run=1", "POST")
    assert (got.status, json.loads(got.body)) == (200, {"slot": "2026-11-22T08:00Z"})
    assert daemon.control.asked == [
        ("backfill", "load", "2026-11-22T08:00Z", None, "none", False),
        ("backfill", "load", "2026-11-22T08:00Z", "{}", "failed", True),
    ]
    for wrong in ("/api/v1/jobs/load/backfill", f"{path}&reprocess=some", f"{path}&reprocess=none,all"):
        assert error_of(ask(daemon, wrong, "POST")) == (400, "invalid")
