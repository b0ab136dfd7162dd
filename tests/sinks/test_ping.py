"""Pings in the words of each service."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from sexton.sinks.ping import request_of, run_id, style_of
from tests.servers.badweb import BadWeb
from tests.sinks.orders import NOTICE, carry_out, order

HC = "https://hc-ping.com/key/{{ job }}"
CRONITOR = "https://cronitor.link/p/key/{{ job }}"
SENTRY = "https://o1.ingest.sentry.io/api/42/cron/{{ job }}/public/"


def asked(url: str, options: dict[str, Any] | None = None, **facts: Any) -> tuple[str, dict[str, list[str]], bytes]:
    request = request_of(order("ping", {"url": url, **(options or {})}, **facts))
    assert request is not None
    path, _, query = request.url.target.partition("?")
    return path, parse_qs(query), request.body


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"outcome": "started", "exit_code": None}, "/key/ingest/start"),
        ({"kind": "start", "outcome": "", "exit_code": None}, "/key/ingest/start"),
        ({"outcome": "succeeded", "exit_code": 0}, "/key/ingest"),
        ({"outcome": "succeeded", "exit_code": 4}, "/key/ingest"),
        ({"outcome": "recovered", "exit_code": 0}, "/key/ingest"),
        ({}, "/key/ingest/3"),
        ({"exit_code": 0}, "/key/ingest/fail"),
        ({"outcome": "timeout", "exit_code": None}, "/key/ingest/fail"),
        ({"outcome": "lost", "exit_code": None}, "/key/ingest/fail"),
        ({"outcome": "skipped", "exit_code": None}, "/key/ingest/log"),
        ({"kind": "alive", "outcome": "alive", "job": None, "exit_code": None}, "/key/sexton"),
    ],
)
def test_healthchecks_is_told_by_the_path(facts: dict[str, Any], path: str) -> None:
    assert asked(HC, **facts)[0] == path


def test_healthchecks_gets_the_run_and_the_end_of_its_log() -> None:
    _, query, body = asked(HC, {"create": True}, tail="x" * 999 + "\n" + "é\n" * 200_000)
    assert query == {"rid": [run_id(NOTICE)], "create": ["1"]}
    assert len(body) == 100_000
    assert body.decode("utf-8", "replace").endswith("é\né")


def test_all_pings_about_a_run_have_one_id_and_other_runs_another() -> None:
    import uuid

    first = asked(HC, outcome="started")[1]["rid"]
    assert asked(HC)[1]["rid"] == first
    assert asked(HC, run=4712)[1]["rid"] != first
    assert uuid.UUID(first[0]).version == 8
    assert asked(HC, kind="alive", run=None)[1] == {}


@pytest.mark.parametrize(("outcome", "state"), [("started", "run"), ("succeeded", "complete"), ("failed", "fail")])
def test_cronitor_is_told_by_the_query(outcome: str, state: str) -> None:
    path, query, _ = asked(CRONITOR, {"environment": "production"}, outcome=outcome)
    assert path == "/p/key/ingest"
    assert query["state"] == [state]
    assert query["series"] == [run_id(NOTICE)]
    assert (query["env"], query["host"]) == (["production"], ["web-1.example.com"])


def test_cronitor_gets_message_exit_code_and_length() -> None:
    query = asked(CRONITOR)[1]
    assert query["message"] == ["ingest failed: exited with code 3\n\nfetching\nno such file"]
    assert (query["status_code"], query["metric"]) == (["3"], ["duration:182.687"])
    assert len(asked(CRONITOR, tail="x\n" * 9000)[1]["message"][0]) == 2000


@pytest.mark.parametrize("letter", ["é", "漢", "😀", "\udc80"])
def test_cronitor_gets_no_longer_a_line_than_servers_take_whatever_the_letters_are(letter: str) -> None:
    request = request_of(order("ping", {"url": CRONITOR}, tail=f"{letter * 40}\n" * 100))
    assert request is not None
    assert len(request.url.target) < 8000
    message = parse_qs(request.url.target.partition("?")[2])["message"][0]
    assert message.endswith(letter.encode("utf-8", "replace").decode() * 40)
    assert len(message) > 400


def test_a_query_of_ones_own_is_kept() -> None:
    assert asked("https://cronitor.link/p/k/j?env=mine")[1]["env"] == ["mine"]


@pytest.mark.parametrize(
    ("outcome", "status"), [("started", "in_progress"), ("succeeded", "ok"), ("failed", "error"), ("timeout", "error")]
)
def test_sentry_is_told_in_json(outcome: str, status: str) -> None:
    path, _, body = asked(SENTRY, {"environment": "production"}, outcome=outcome)
    assert path == "/api/42/cron/ingest/public/"
    assert json.loads(body) == {
        "status": status,
        "check_in_id": run_id(NOTICE),
        "environment": "production",
        "duration": 182.687,
    }


@pytest.mark.parametrize("url", [SENTRY, CRONITOR])
@pytest.mark.parametrize("outcome", ["skipped", "cancelled"])
def test_a_service_is_not_told_what_it_has_no_word_for(url: str, outcome: str) -> None:
    assert request_of(order("ping", {"url": url}, outcome=outcome)) is None


@pytest.mark.parametrize(
    ("schedule", "monitor"),
    [
        (["0 8 * * *"], {"schedule": {"type": "crontab", "value": "0 8 * * *"}, "timezone": "Europe/Berlin"}),
        ("@daily", {"schedule": {"type": "crontab", "value": "@daily"}, "timezone": "Europe/Berlin"}),
        (["0 8 * * *", "0 9 * * *"], None),
        (["0 0 8 * * *"], None),
        (["@every 5m"], None),
        (None, None),
    ],
)
def test_sentry_learns_a_schedule_that_is_a_crontabs(schedule: object, monitor: object) -> None:
    body = json.loads(asked(SENTRY, {"create": True}, schedule=schedule, timezone="Europe/Berlin")[2])
    assert body.get("monitor_config") == monitor
    assert "monitor_config" not in json.loads(asked(SENTRY, schedule=schedule)[2])


@pytest.mark.parametrize(
    ("url", "style"),
    [
        ("https://hc-ping.com/uuid", "healthchecks"),
        ("https://checks.example.com/ping/uuid", "healthchecks"),
        ("https://cronitor.link/p/a/b", "cronitor"),
        ("https://sentry.example.com/api/3/cron/x/key/", "sentry"),
    ],
)
def test_the_url_says_whose_it_is(url: str, style: str) -> None:
    assert style_of(url) == style


def test_the_style_may_be_said() -> None:
    assert asked("https://x.example.com/a", {"style": "cronitor"})[1]["state"] == ["fail"]


TEST: dict[str, Any] = {"kind": "test", "outcome": "test", "run": None, "exit_code": None}


def test_a_test_leaves_the_state_of_a_check_alone() -> None:
    path, query, _ = asked(HC, {"create": True}, **TEST)
    assert (path, query) == ("/key/ingest/log", {"create": ["1"]})
    for url in (CRONITOR, SENTRY):
        assert request_of(order("ping", {"url": url, "create": True}, **TEST)) is None


def test_a_test_makes_no_check_that_no_job_would_have() -> None:
    assert asked(HC, {"create": True}, **TEST, job=None)[:2] == ("/key/sexton/log", {})


def test_a_test_tells_what_it_has_done() -> None:
    with BadWeb() as web:
        options = {"allow_private": True, "style": "healthchecks"}
        logged = carry_out(order("ping", {"url": web.url("ok/{{ job }}"), **options}, **TEST))
    assert logged.facts["note"] == "it is in the log of the check ingest, whose state it leaves alone"
    nothing = carry_out(order("ping", {"url": "https://cronitor.link/p/k/j"}, **TEST))
    assert (nothing.code, list(nothing.facts)) == (0, ["unsent"])


def test_a_ping_goes_out_and_an_unknown_check_is_refused() -> None:
    with BadWeb() as web:
        options = {"allow_private": True, "style": "healthchecks"}
        assert carry_out(order("ping", {"url": web.url("ok/uuid"), **options})).facts == {"status": 200}
        ended = carry_out(order("ping", {"url": web.url("unknown/uuid"), **options}))
        targets = [heard.target for heard in web.requests]
    assert (ended.code, "knows no such check" in ended.said) == (1, True)
    assert targets == [f"/{way}/uuid/3?rid={run_id(NOTICE)}" for way in ("ok", "unknown")]
