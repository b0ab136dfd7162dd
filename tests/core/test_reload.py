"""What a new plan changes."""

from sexton.core.reload import Changes, Difference, compare
from sexton.model.job import Job
from sexton.model.notice import Rule
from sexton.model.plan import Plan, Settings
from sexton.model.process import Process
from sexton.model.service import Service
from sexton.model.units import MINUTE, Duration

SETTINGS = Settings("/s", "/l", "/k", "UTC")


def job(name: str, timeout: Duration | None = None) -> Job:
    return Job(name, Process((name,)), timeout=timeout)


def plan(*jobs: Job, services: tuple[Service, ...] = (), settings: Settings = SETTINGS) -> Plan:
    return Plan(settings, {each.name: each for each in jobs}, {each.name: each for each in services})


def test_nothing_is_changed_when_the_plan_is_the_same() -> None:
    changes = compare(plan(job("a")), plan(job("a")))
    nothing = Difference((), (), ())
    assert changes == Changes(nothing, nothing, ())
    assert str(changes.jobs) == "unchanged"


def test_what_comes_goes_and_differs_is_told_apart() -> None:
    changes = compare(plan(job("a"), job("b"), job("c")), plan(job("d"), job("b", timeout=MINUTE), job("c")))
    assert changes.jobs == Difference(gone=("a",), new=("d",), changed=("b",))
    assert str(changes.jobs) == "1 new, 1 changed, 1 gone"


def test_services_are_compared_by_all_that_they_are() -> None:
    web = Service("web", Process(("web",)))
    changes = compare(plan(services=(web,)), plan(services=(web._replace(critical=True),)))
    assert changes.services.changed == ("web",)


def test_settings_that_only_a_start_applies_are_named() -> None:
    later = SETTINGS._replace(socket="/other", max_parallel=3)
    assert compare(plan(), plan(settings=later)).settings == ("socket",)


def test_it_is_said_when_who_is_told_what_is_another() -> None:
    told = plan(job("a"))._replace(notify={"job:a": (Rule("ops"),)})
    assert compare(plan(job("a")), told).notices
    assert not compare(told, told).notices
