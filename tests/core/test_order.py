"""What depends on what among services."""

from sexton.core.order import dependants, may_start, may_stop
from sexton.model.process import Process
from sexton.model.service import Service


def service(name: str, *needed: str) -> Service:
    return Service(name, Process(("true",)), depends_on=needed)


WEB, API, DB = service("web", "api", "db"), service("api", "db"), service("db")


def test_dependants_are_in_the_plans_order() -> None:
    assert dependants([WEB, API, DB]) == {"api": ("web",), "db": ("web", "api")}


def test_a_service_may_start_when_all_that_it_depends_on_runs() -> None:
    assert may_start(DB, set())
    assert not may_start(WEB, {"db"})
    assert may_start(WEB, {"db", "api"})


def test_a_service_may_stop_when_nothing_that_depends_on_it_lives() -> None:
    order = dependants([WEB, API, DB])
    assert not may_stop("db", order, {"web", "db"})
    assert may_stop("db", order, {"db"})
    assert may_stop("web", order, {"web", "api", "db"})
