"""Services over the socket: how they stand, waiting for one, and steering them."""

import json

import pytest

from sexton.api.limits import LIMITS
from tests.api.harness import Daemon, Start, ask, request, service_view


@pytest.fixture
def two(daemon: Daemon) -> Daemon:
    daemon.control.service_views = {"db": service_view("db"), "web": service_view("web", group="front")}
    return daemon


def test_services_are_listed_in_the_plans_order(two: Daemon) -> None:
    got = ask(two, "/api/v1/services")
    assert json.loads(got.body) == {"services": [service_view("db"), service_view("web", group="front")]}


def test_a_service_is_shown(two: Daemon) -> None:
    assert json.loads(ask(two, "/api/v1/services/db").body) == service_view("db")


@pytest.mark.parametrize("path", ["", "?wait=1", "/log", "/log?follow=1"])
def test_an_unknown_service_is_not_found(two: Daemon, path: str) -> None:
    assert ask(two, f"/api/v1/services/nobody{path}").status == 404


@pytest.mark.parametrize("wish", ["start", "stop", "restart"])
def test_a_wish_is_passed_on_and_answered_with_all_that_the_name_means(two: Daemon, wish: str) -> None:
    got = ask(two, f"/api/v1/services/front/{wish}", "POST")
    assert (got.status, json.loads(got.body)) == (200, {"services": [service_view("web", group="front")]})
    assert two.control.asked == [(wish, "front", 0)]


def test_several_names_are_shown_when_they_do_not_settle_in_time(start: Start) -> None:
    daemon = start(LIMITS._replace(wait=1_000))
    daemon.control.service_views = {name: service_view(name, "starting") for name in ("db", "web", "api")}
    daemon.control.steer = lambda *_, **__: None  # type: ignore[method-assign]
    got = ask(daemon, "/api/v1/services/api,db/start", "POST")
    assert [view["name"] for view in json.loads(got.body)["services"]] == ["db", "api"]


@pytest.mark.parametrize("word", ["HUP", "SIGHUP", "hup", "1"])
def test_a_signal_is_known_by_name_and_number(two: Daemon, word: str) -> None:
    assert ask(two, f"/api/v1/services/web/signal?signal={word}", "POST").status == 200
    assert two.control.asked == [("signal", "web", 1)]


@pytest.mark.parametrize(
    "query", ["", "?signal=", "?signal=HOP", "?signal=0", "?signal=65", "?signal=-1", "?signal=%C2%B2"]
)
def test_what_is_no_signal_is_refused(two: Daemon, query: str) -> None:
    assert ask(two, f"/api/v1/services/web/signal{query}", "POST").status == 400
    assert two.control.asked == []


def test_services_are_shown_as_they_stand_when_they_do_not_settle_in_time(start: Start) -> None:
    daemon = start(LIMITS._replace(wait=1_000))
    daemon.control.service_views = {"db": service_view("db"), "web": service_view("web", "starting", group="front")}
    daemon.control.steer = lambda *_, **__: None  # type: ignore[method-assign]
    got = ask(daemon, "/api/v1/services/front/start", "POST")
    assert json.loads(got.body) == {"services": [service_view("web", "starting", group="front")]}


@pytest.mark.parametrize("state", ["running", "backoff", "waiting", "stopped", "exited", "fatal"])
def test_wait_answers_at_once_when_the_service_neither_starts_nor_stops(daemon: Daemon, state: str) -> None:
    daemon.control.service_views["web"] = service_view("web", state)
    assert json.loads(ask(daemon, "/api/v1/services/web?wait=1").body)["state"] == state


def test_wait_answers_when_the_service_has_settled(daemon: Daemon) -> None:
    daemon.control.service_views["web"] = service_view("web", "stopping")
    followed = daemon.event_when("when_followed")
    with daemon.client() as client:
        client.send(request("/api/v1/services/web?wait=1"))
        assert followed.wait(10)
        for state in ("lingering", "killing", "starting", "backoff"):
            daemon.set_service(service_view("web", state))
        assert json.loads(client.read().body)["state"] == "backoff"
        assert daemon.call(lambda: dict(daemon.control.wakes)) == {}


def test_wait_shows_the_service_as_it_stands_when_the_longest_wait_is_over(start: Start) -> None:
    daemon = start(LIMITS._replace(wait=1_000))
    daemon.control.service_views["web"] = service_view("web", "starting")
    assert json.loads(ask(daemon, "/api/v1/services/web?wait=1").body)["state"] == "starting"


@pytest.mark.parametrize(("wish", "off"), [("disable", True), ("enable", False)])
def test_a_service_is_switched_off_and_on(two: Daemon, wish: str, off: bool) -> None:
    assert json.loads(ask(two, f"/api/v1/services/db/{wish}", "POST").body) == service_view("db")
    assert two.control.asked == [("disable", "db", off)]
