"""What depends on what among services."""

from sexton.core.order import dependants
from sexton.model.process import Process
from sexton.model.service import Service


def service(name: str, *needed: str) -> Service:
    return Service(name, Process(("true",)), depends_on=needed)


WEB, API, DB = service("web", "api", "db"), service("api", "db"), service("db")


def test_dependants_are_in_the_plans_order() -> None:
    assert dependants([WEB, API, DB]) == {"api": ("web",), "db": ("web", "api")}
