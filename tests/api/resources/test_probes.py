"""The probes and the health report: statuses for machines, words for those who may read."""

import json

import pytest

from sexton.model.health import Check, Health, Level
from tests.api.harness import Daemon

WELL = Health((Check("jobs", "system"),), (Check("store", "store"), Check("job:a", "job", at="2026-11-22T08:00:00Z")))
FAILED = Check("job:a", "job", Level.FAIL, "run 4 failed", "2026-11-22T08:00:00Z")
UNWELL = Health(WELL.ready, (Check("store", "store", Level.WARN, "in memory"), FAILED))
STARTING = Health((Check("jobs", "system", Level.FAIL, "not known yet"),), ())


@pytest.mark.parametrize(
    ("health", "statuses"),
    [(WELL, (200, 200, 200, 200)), (UNWELL, (200, 200, 503, 503)), (STARTING, (200, 503, 503, 503))],
)
def test_each_probe_looks_at_its_own_checks(daemon: Daemon, health: Health, statuses: tuple[int, ...]) -> None:
    daemon.control.health_view = health
    with daemon.client() as client:
        got = [client.ask(path) for path in ("/livez", "/readyz", "/healthz", "/health")]
        assert client.ask("/healthz", "HEAD").status == statuses[2]
    assert tuple(each.status for each in got) == statuses
    assert [each.body for each in got[:3]] == [b"ok\n" if status == 200 else b"failed\n" for status in statuses[:3]]


def test_verbose_names_each_check(daemon: Daemon) -> None:
    daemon.control.health_view = UNWELL
    with daemon.client() as client:
        got = client.ask("/healthz?verbose")
    assert got.headers["content-type"] == "text/plain; charset=utf-8"
    assert got.body.decode().splitlines() == ["[+]jobs ok", "[!]store in memory", "[-]job:a run 4 failed", "failed"]


def test_an_excluded_check_does_not_count(daemon: Daemon) -> None:
    daemon.control.health_view = UNWELL
    with daemon.client() as client:
        assert client.ask("/healthz?exclude=job:a").status == 200
        assert client.ask("/healthz?exclude=store,job:a&verbose").body == b"[+]jobs ok\nok\n"
        assert client.ask("/healthz?exclude=store").status == 503


def test_excluding_what_is_not_there_is_refused_to_whoever_may_know(daemon: Daemon) -> None:
    daemon.control.health_view = WELL
    with daemon.client() as client:
        assert client.ask("/healthz?exclude=nothing").status == 200
        assert client.ask("/healthz?exclude=nothing&verbose").status == 400


def test_health_has_each_check_with_its_reason(daemon: Daemon) -> None:
    daemon.control.health_view = UNWELL
    with daemon.client() as client:
        got = client.ask("/health")
    assert got.headers["content-type"] == "application/health+json"
    view = json.loads(got.body)
    assert view["status"] == "fail"
    assert view["checks"]["jobs"] == [{"componentType": "system", "status": "pass"}]
    assert view["checks"]["store"] == [{"componentType": "store", "status": "warn", "output": "in memory"}]
    assert view["checks"]["job:a"] == [
        {"componentType": "job", "status": "fail", "output": "run 4 failed", "time": "2026-11-22T08:00:00Z"}
    ]
