"""Steering services by hand: each wish is answered once, when the services have settled."""

from typing import Any

import pytest

from sexton.engine.services.entry import ServiceEntry
from sexton.model.errors import Refused
from sexton.model.units import SECOND
from tests.engine.stage import Stage, service
from tests.engine.staged_world import KILL, Life

TERM, HUP = 15, 1


def up(**lives: Life) -> Stage:
    """`db` and `web`, which depends on it, run as the group `site`; `spare` does not run."""
    site = (service("db", group="site"), service("web", "db", group="site"))
    stage = Stage(services=(*site, service("spare", autostart=False)))
    stage.spawner.lives |= lives
    stage.start()
    stage.pass_time(5 * SECOND)
    return stage


def states(answers: list[Any]) -> list[dict[str, str]]:
    return [{view["name"]: view["state"] for view in views} for views in answers]


def entry(stage: Stage, name: str) -> ServiceEntry:
    return stage.engine.services.entries[name]


def test_a_start_is_answered_when_the_service_runs() -> None:
    stage = up()
    answers = stage.steer("spare", "start")
    assert answers == []
    stage.pass_time(SECOND)
    assert states(answers) == [{"spare": "running"}]


def test_a_start_is_answered_when_the_process_falls() -> None:
    stage = up()
    answers = stage.steer("spare", "start")
    stage.end("spare", 3)
    assert states(answers) == [{"spare": "backoff"}]
    assert answers[0][0]["exit_code"] == 3


def test_a_start_of_what_runs_is_answered_at_once() -> None:
    assert states(up().steer("web", "start")) == [{"web": "running"}]


def test_a_stop_is_answered_when_nothing_of_the_service_lives() -> None:
    stage = up(web=Life(stubborn=True))
    answers = stage.steer("web", "stop")
    stage.pass_time(10 * SECOND - 1)
    assert answers == []
    stage.pass_time(1)
    assert states(answers) == [{"web": "stopped"}]
    assert stage.spawner.signals == [("web", TERM), ("web", KILL)]


def test_a_restart_is_answered_when_the_new_process_runs() -> None:
    stage = up()
    (old,) = stage.spawner.pids("web")
    answers = stage.steer("web", "restart")
    assert (stage.states()["web"], answers) == ("starting", [])
    stage.pass_time(SECOND)
    assert states(answers) == [{"web": "running"}]
    assert old not in stage.spawner.pids("web")


@pytest.mark.parametrize("name", ["web", "spare"])
def test_a_restart_is_answered_when_the_new_process_cannot_be_started(name: str) -> None:
    stage = up()
    stage.live(name, cannot_start="no such file")
    assert states(stage.steer(name, "restart")) == [{name: "backoff"}]


def test_a_group_is_restarted_in_the_order_in_which_its_services_depend_on_each_other() -> None:
    stage = up(db=Life(stubborn=True))
    answers = stage.steer("site", "restart")
    assert stage.states() == {"db": "stopping", "web": "waiting", "spare": "stopped"}
    stage.live("db")
    stage.pass_time(10 * SECOND)
    assert stage.states() == {"db": "starting", "web": "waiting", "spare": "stopped"}
    stage.pass_time(SECOND)
    assert answers == []  # web is only starting
    stage.pass_time(SECOND)
    assert states(answers) == [{"db": "running", "web": "running"}]
    assert stage.started() == ["db", "web", "db", "web"]


def test_a_start_is_answered_when_it_waits_for_what_nobody_starts() -> None:
    stage = up()
    stage.steer("site", "stop")
    assert states(stage.steer("web", "start")) == [{"web": "waiting"}]


def test_a_start_is_answered_when_all_that_it_waits_for_has_come_to_run_and_so_does_it() -> None:
    stage = up()
    stage.steer("site", "stop")
    stage.steer("db", "start")
    answers = stage.steer("web", "start")
    stage.pass_time(2 * SECOND - 1)
    assert answers == []
    stage.pass_time(1)
    assert states(answers) == [{"web": "running"}]
    assert (entry(stage, "db").watchers, entry(stage, "web").watchers) == ([], [])


def test_a_start_is_answered_when_what_it_waits_for_fails_to_start() -> None:
    stage = up()
    stage.steer("site", "stop")
    answers = stage.steer("site", "start")
    stage.end("db", 3)
    assert states(answers) == [{"db": "backoff", "web": "waiting"}]


def test_a_service_has_not_settled_while_it_waits_for_one_that_is_about_to_run() -> None:
    stage = up()
    stage.steer("site", "stop")
    stage.steer("site", "start")
    seen: list[Any] = []
    stage.control.service("web", seen.append)
    stage.end("db", 3)
    stage.control.service("web", seen.append)
    assert [view["settled"] for view in seen] == [False, True]


def test_several_stop_one_after_the_other_those_first_that_depend_on_others() -> None:
    stage = up(web=Life(stubborn=True))
    answers = stage.steer("db,web", "stop")
    assert stage.states() == {"db": "running", "web": "stopping", "spare": "stopped"}
    seen: list[Any] = []
    stage.control.service("db", seen.append)
    assert not seen[0]["settled"]
    stage.pass_time(10 * SECOND)
    assert states(answers) == [{"db": "stopped", "web": "stopped"}]
    assert stage.spawner.signals == [("web", TERM), ("web", KILL), ("db", TERM)]


def test_a_service_stops_at_once_when_what_depends_on_it_is_not_named() -> None:
    stage = up()
    assert states(stage.steer("db", "stop")) == [{"db": "stopped"}]
    assert stage.states()["web"] == "running"


def test_a_start_takes_back_a_stop_whose_turn_has_not_come() -> None:
    stage = up(web=Life(stubborn=True))
    stage.steer("site", "stop")
    stage.steer("db", "start")
    stage.pass_time(20 * SECOND)
    assert stage.states() == {"db": "running", "web": "stopped", "spare": "stopped"}


def test_a_stop_takes_back_a_restart_whose_turn_has_not_come() -> None:
    stage = up(db=Life(stubborn=True))
    stage.steer("site", "restart")
    stage.steer("web", "stop")
    stage.pass_time(20 * SECOND)
    assert stage.states() == {"db": "running", "web": "stopped", "spare": "stopped"}


def test_sexton_stops_in_order_when_a_restart_is_going_on() -> None:
    stage = up(web=Life(stubborn=True))
    stage.steer("site", "restart")
    stage.stop()
    stage.pass_time(20 * SECOND)
    assert stage.finished == 1
    assert stage.started() == ["db", "web"]


def test_a_chain_is_restarted_whatever_its_members_were_doing() -> None:
    stage = Stage(services=(service("c", "b"), service("b", "a"), service("a")))
    stage.start()
    stage.pass_time(5 * SECOND)
    stage.steer("b", "stop")
    answers = stage.steer("c,b,a", "restart")
    assert stage.states() == {"a": "starting", "b": "waiting", "c": "waiting"}
    stage.pass_time(5 * SECOND)
    assert states(answers) == [{"c": "running", "b": "running", "a": "running"}]
    assert stage.started() == ["a", "b", "c"] * 2


def test_a_signal_reaches_the_group_of_the_process() -> None:
    stage = up(web=Life(stubborn=True))
    assert states(stage.steer("web", "signal", signum=HUP)) == [{"web": "running"}]
    assert stage.spawner.signals == [("web", HUP)]


@pytest.mark.parametrize(
    ("name", "wish", "kind"),
    [
        ("wbe", "start", "not_found"),
        ("web,wbe", "stop", "not_found"),
        ("spare", "signal", "conflict"),
        ("", "stop", "not_found"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(name: str, wish: str, kind: str) -> None:
    (answer,) = up().steer(name, wish, signum=HUP)
    assert isinstance(answer, Refused)
    assert answer.kind == kind


def test_nothing_is_steered_while_sexton_stops() -> None:
    stage = up(web=Life(stubborn=True))
    stage.stop()
    (answer,) = stage.steer("spare", "start")
    assert isinstance(answer, Refused)
    assert answer.kind == "unavailable"
    assert stage.states()["spare"] == "stopped"


def test_each_of_two_wishes_is_answered_once() -> None:
    stage = up()
    first, second = stage.steer("web", "restart"), stage.steer("web", "restart")
    stage.pass_time(5 * SECOND)
    assert (len(first), len(second)) == (1, 1)
    assert entry(stage, "web").watchers == []


def test_the_log_has_its_path_before_the_first_start() -> None:
    seen: list[Any] = []
    up().control.service("spare", seen.append)
    assert seen[0]["log"] == "/logs/spare.log"


def test_services_are_shown_in_the_plans_order() -> None:
    stage = up()
    answers: list[Any] = []
    stage.control.services(answers.append)
    stage.control.service("web", answers.append)
    stage.control.service("wbe", answers.append)
    assert [view["name"] for view in answers[0]] == ["db", "web", "spare"]
    web = answers[1]
    assert (web["pid"], web["uptime_seconds"], web["depends_on"]) == (stage.spawner.pids("web")[0], 4.0, ["db"])
    assert isinstance(answers[2], Refused)


def test_who_follows_hears_of_every_state_and_of_the_logs_growth_until_it_stops() -> None:
    stage = up()
    heard: list[str] = []
    stop = stage.control.follow_service("web", lambda: heard.append(stage.states()["web"]))
    stage.steer("web", "restart")
    assert heard == ["stopping", "starting"]
    stage.logs.opened["/logs/web.log"].write(10)
    assert len(heard) > 2
    stop()
    stop()
    seen = len(heard)
    stage.pass_time(SECOND)
    assert len(heard) == seen
