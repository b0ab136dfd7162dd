"""Services kept up on the stage: exits answered at once, one after the other up and down, and bounded."""

from collections.abc import Mapping
from typing import Any

import pytest

from sexton.model.process import Bounds, Process, Reach
from sexton.model.service import Budget, Restart, Service
from sexton.model.units import MINUTE, SECOND
from tests.engine.stage import Stage, service
from tests.engine.staged_world import KILL, Life

TERM = 15
STUBBORN = Life(stubborn=True)


def up(*services: Service, lives: Mapping[str, Life] | None = None, **settings: Any) -> Stage:
    """The services have been going for a while."""
    stage = Stage(services=services, **settings)
    stage.spawner.lives |= lives or {}
    stage.start()
    stage.pass_time(5 * SECOND)
    return stage


def test_a_replacement_is_started_in_the_turn_that_collects_the_crash() -> None:
    stage = up(service("web"))
    before = stage.clock.elapsed
    stage.end("web", 1)
    assert (stage.started(), stage.clock.elapsed) == (["web", "web"], before)
    assert len(stage.spawner.alive) == 1
    assert stage.logs.opened["/logs/web.log"].finished  # what the old one left in its pipe was taken first


def test_a_process_that_falls_early_is_replaced_after_the_pause() -> None:
    stage = Stage(services=(service("web"),))
    stage.start()
    stage.end("web", 1)
    assert (stage.states(), stage.started()) == ({"web": "backoff"}, ["web"])
    stage.pass_time(SECOND - 1)
    assert stage.started() == ["web"]
    stage.pass_time(1)
    assert stage.started() == ["web", "web"]


def test_a_service_that_cannot_be_started_is_fatal_when_its_budget_is_spent() -> None:
    stage = Stage(services=(service("web", budget=Budget(2)),))
    stage.live("web", cannot_start="no such file")
    stage.start()
    stage.pass_time(MINUTE)
    assert stage.states() == {"web": "fatal"}
    assert any("no such file" in said and "budget" in said for said in stage.logs.errors())


def test_a_failed_start_is_said_and_nothing_of_starting() -> None:
    stage = Stage(services=(service("web"),))
    stage.live("web", cannot_start="no such file")
    stage.start()
    assert [said for _, said in stage.logs.said if said.startswith("web:")] == ["web: no such file; trying again in 1s"]


def test_a_replacement_is_told_with_how_its_predecessor_ended() -> None:
    stage = up(service("web"))
    stage.end("web", 1)
    assert stage.logs.said[-1][1] == "web: exit code 1 after 5s; starting it anew"


def test_a_replacement_after_a_good_end_is_no_warning() -> None:
    stage = up(service("web"))
    stage.end("web", 0)
    stage.pass_time(5 * SECOND)
    stage.end("web", 1)
    said = [level for level, text in stage.logs.said if "starting it anew" in text]
    assert said == ["info", "warning"]


def test_a_process_has_run_when_it_ends_at_the_very_end_of_its_start_seconds() -> None:
    stage = Stage(services=(service("web"),))
    stage.start()
    stage.clock.advance(SECOND)  # and nobody has looked at the deadline yet
    stage.end("web", 0)
    assert (stage.states(), stage.started()) == ({"web": "starting"}, ["web", "web"])
    assert any(said.startswith("web: running") for _, said in stage.logs.said)


def test_start_seconds_count_from_before_the_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(services=(service("web"),))
    spawn = stage.spawner.spawn

    def slowly(process: Process, env: Mapping[str, str]) -> Any:
        child = spawn(process, env)
        stage.clock.advance(SECOND // 2)
        return child

    monkeypatch.setattr(stage.spawner, "spawn", slowly)
    stage.start()
    stage.pass_time(SECOND // 2)
    assert stage.states() == {"web": "running"}


def test_services_start_in_the_order_in_which_they_depend_on_each_other() -> None:
    stage = Stage(services=(service("web", "api", "db"), service("api", "db"), service("db")))
    stage.start()
    assert stage.states() == {"web": "waiting", "api": "waiting", "db": "starting"}
    stage.pass_time(SECOND)
    assert stage.states() == {"web": "waiting", "api": "starting", "db": "running"}
    stage.pass_time(2 * SECOND)
    assert stage.started() == ["db", "api", "web"]
    assert set(stage.states().values()) == {"running"}


def test_the_replacement_waits_when_what_the_service_depends_on_does_not_run() -> None:
    stage = up(service("db"), service("web", "db"))
    stage.steer("db", "stop")
    stage.end("web", 3)
    assert stage.states() == {"db": "stopped", "web": "waiting"}
    assert ("warning", "web: exit code 3 after 4s; it starts anew when db runs") in stage.logs.said
    stage.steer("db", "start")
    stage.pass_time(2 * SECOND)
    assert stage.states() == {"db": "running", "web": "running"}


def test_a_service_that_fell_waits_when_what_it_depends_on_fell_too() -> None:
    stage = Stage(services=(service("db", start_seconds=0), service("web", "db")))
    stage.start()
    stage.pass_time(MINUTE // 1000)
    stage.live("db", cannot_start="no such file")
    stage.end("web", 3)
    stage.end("db", 3)
    stage.pass_time(SECOND)
    assert stage.states() == {"db": "backoff", "web": "waiting"}
    stage.live("db")
    stage.pass_time(MINUTE)
    assert stage.states() == {"db": "running", "web": "running"}


def test_a_service_that_lives_is_left_alone_when_what_it_depends_on_ends() -> None:
    stage = up(service("db"), service("web", "db"))
    (web,) = stage.spawner.pids("web")
    stage.end("db", 3)
    stage.pass_time(5 * SECOND)
    assert stage.spawner.pids("web") == [web]


def test_a_service_does_not_start_by_itself_without_autostart() -> None:
    stage = up(service("web", autostart=False))
    assert (stage.states(), stage.started()) == ({"web": "stopped"}, [])


def test_a_service_that_was_stopped_stays_so_when_what_it_depends_on_runs_anew() -> None:
    stage = up(service("db"), service("web", "db"))
    stage.steer("web", "stop")
    stage.steer("db", "restart")
    stage.pass_time(5 * SECOND)
    assert stage.states() == {"db": "running", "web": "stopped"}


def test_services_stop_in_reverse_order_when_sexton_stops() -> None:
    stage = up(service("db"), service("api", "db"), service("web", "api"))
    stage.stop()
    assert stage.spawner.signals == [("web", TERM), ("api", TERM), ("db", TERM)]
    assert (stage.finished, stage.world.killed) == (1, False)


def test_a_service_is_not_stopped_before_the_last_that_depends_on_it_is_gone() -> None:
    stage = up(service("db"), service("web", "db", stop=3 * SECOND), lives={"web": STUBBORN})
    stage.stop()
    stage.pass_time(3 * SECOND - 1)
    assert stage.spawner.signals == [("web", TERM)]
    stage.pass_time(1)
    assert stage.spawner.signals == [("web", TERM), ("web", KILL), ("db", TERM)]
    assert (stage.finished, stage.world.killed) == (1, True)


def test_all_stops_share_one_deadline_however_long_the_chain() -> None:
    chain = (service("db"), service("api", "db"), service("web", "api"))
    stage = up(*chain, lives={"db": STUBBORN, "api": STUBBORN, "web": STUBBORN})
    stage.stop()
    stage.pass_time(8 * SECOND - 1)
    assert len(stage.spawner.alive) == 3
    stage.pass_time(1)
    assert (stage.finished, stage.spawner.alive, stage.started()) == (1, {}, ["db", "api", "web"])


@pytest.mark.parametrize("code", [0, 1])
def test_nothing_is_replaced_when_it_ends_while_sexton_stops(code: int) -> None:
    stage = up(service("db"), service("web", "db"), lives={"web": STUBBORN})
    stage.stop()
    stage.end("db", code)
    assert stage.states() == {"db": "exited", "web": "stopping"}
    stage.end("web", code)
    assert (stage.finished, stage.started()) == (1, ["db", "web"])


@pytest.mark.parametrize("wish", ["restart", "start"])
def test_a_restart_that_is_going_on_starts_nothing_when_sexton_stops(wish: str) -> None:
    stage = up(service("db"), service("web", "db"), lives={"db": STUBBORN, "web": STUBBORN})
    stage.steer("db", "restart")
    stage.steer("web", "stop")
    stage.steer("web", wish)
    stage.stop()
    stage.end("db")
    stage.end("web")
    assert (stage.finished, stage.started()) == (1, ["db", "web"])


def test_a_service_in_its_pause_does_not_hold_up_the_stop() -> None:
    stage = Stage(services=(service("db"), service("web", "db")))
    stage.start()
    stage.pass_time(SECOND)
    stage.end("web", 1)
    assert stage.states() == {"db": "running", "web": "backoff"}
    stage.stop()
    assert (stage.finished, stage.states()) == (1, {"db": "stopped", "web": "stopped"})


def test_what_is_left_of_a_group_is_killed_before_the_replacement_starts() -> None:
    stage = up(service("web"), lives={"web": Life(leaves=True)})
    stage.live("web")
    stage.end("web", 1)
    assert stage.spawner.signals == [("web", KILL)]
    assert len(stage.spawner.alive) == 1


@pytest.mark.parametrize("wish", ["stop", "restart"])
def test_all_processes_are_looked_at_once_when_many_services_end_together(
    wish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"web{number}" for number in range(9)]
    stage = up(*map(service, names))
    escaped = stage.spawner.fork(stage.spawner.pids("web5")[0], group=99)
    looks: list[str] = []
    kill_tree, carriers = stage.spawner.kill_tree, stage.spawner.carriers

    def looked(mark: str) -> str:
        looks.append(mark)
        return mark

    monkeypatch.setattr(stage.spawner, "kill_tree", lambda pid, mark: kill_tree(pid, looked(mark)))
    monkeypatch.setattr(stage.spawner, "carriers", lambda mark: carriers(looked(mark)))
    stage.steer(",".join(names), wish)
    mark = stage.world.identity.mark
    assert looks == [mark, f"{mark}\0SEXTON_SERVICE=web5"]
    assert escaped not in stage.spawner.alive
    assert all(carrier.closed for carrier in stage.spawner.given)
    assert len(stage.spawner.alive) == (9 if wish == "restart" else 0)


def test_the_group_has_the_rest_of_the_stop_timeout_when_its_leader_has_gone() -> None:
    stage = up(service("web"), lives={"web": Life(leaves=True)})
    answers = stage.steer("web", "stop")
    assert (stage.states(), answers, stage.world.killed) == ({"web": "lingering"}, [], False)
    stage.pass_time(10 * SECOND)
    assert stage.world.killed
    assert (stage.states(), len(answers), stage.spawner.alive) == ({"web": "stopped"}, 1, {})


def test_a_group_that_hides_its_mark_is_killed_all_the_same() -> None:
    stage = up(service("web"), lives={"web": Life(leaves=True)})
    (hidden,) = (each for each in stage.spawner.alive.values() if each.pid != each.group)
    hidden.env = {"SEXTON_SERVICE": "web"}
    stage.steer("web", "stop")
    stage.pass_time(10 * SECOND)
    assert (stage.spawner.alive, stage.world.killed) == ({}, True)


def test_a_stop_is_over_as_soon_as_the_last_of_the_group_is_gone() -> None:
    stage = up(service("web"), lives={"web": Life(leaves=True)})
    answers = stage.steer("web", "stop")
    stage.end("web")
    assert (stage.states(), len(answers), stage.world.killed) == ({"web": "stopped"}, 1, False)


def test_what_has_a_group_of_its_own_is_swept_when_the_service_has_stopped() -> None:
    stage = up(service("web"), service("other"))
    stage.spawner.fork(stage.spawner.pids("web")[0], group=7)
    stage.steer("web", "stop")
    assert (stage.states()["web"], stage.spawner.pids("web"), stage.world.killed) == ("stopped", [], True)
    assert len(stage.spawner.pids("other")) == 1


@pytest.mark.parametrize(
    ("restart", "budget", "code", "exit_code"),
    [
        (Restart.NEVER, Budget(), 3, 3),
        (Restart.UNEXPECTED, Budget(), 0, 0),
        (Restart.ALWAYS, Budget(0), 0, 1),
        (Restart.ALWAYS, Budget(0), 7, 7),
    ],
)
def test_sexton_ends_with_the_code_of_a_critical_service_that_has_ended_for_good(
    restart: Restart, budget: Budget, code: int, exit_code: int
) -> None:
    stage = up(service("web", restart=restart, budget=budget, critical=True), service("db"))
    stage.end("web", code)
    assert (stage.finished, stage.engine.exit_code, stage.spawner.alive) == (1, exit_code, {})


def test_sexton_goes_on_when_a_critical_service_is_stopped_by_hand() -> None:
    stage = up(service("web", critical=True, restart=Restart.NEVER))
    stage.steer("web", "stop")
    assert (stage.finished, stage.engine.exit_code) == (0, None)


def test_old_processes_are_gone_before_a_service_starts_after_a_crash() -> None:
    stage = up(service("web"), lives={"web": STUBBORN})
    (old,) = stage.spawner.alive
    stage.start()
    assert (list(stage.spawner.alive), stage.states()) == ([old], {"web": "stopped"})
    stage.pass_time(3 * SECOND)
    assert (old in stage.spawner.alive, stage.states()) == (False, {"web": "starting"})
    assert stage.spawner.signals == [("web", TERM), ("web", KILL)]


def test_no_service_starts_when_only_the_runs_of_once_are_wanted() -> None:
    stage = Stage(services=(service("web"),))
    stage.start(once=True)
    assert (stage.started(), stage.finished) == ([], 1)


def test_a_happening_that_cannot_be_is_said_and_ignored() -> None:
    stage = up(service("web"))
    stage.live("web")
    entry = stage.engine.services.entries["web"]
    entry.standing = entry.standing._replace(state=type(entry.state).STOPPED)
    stage.end("web")
    assert stage.logs.errors() == ["defect: fell came while web was stopped; ignored"]


def test_bounds_are_announced_before_the_first_start_and_after_a_reload() -> None:
    bounded = service("web")._replace(process=Process(("./web",), bounds=Bounds(pids=5)))
    stage = Stage(services=(bounded,))
    stage.start()
    assert stage.spawner.announced == [Bounds(pids=5)]
    stage.reload(services=(bounded, bounded._replace(name="more")))
    assert stage.spawner.announced == [Bounds(pids=5)] * 3


def test_the_log_tells_of_a_stop_that_took_violence() -> None:
    stage = up(service("web"), lives={"web": STUBBORN})
    stage.steer("web", "stop")
    stage.pass_time(20 * SECOND)
    assert ("warning", "web: stopped; it had to be killed") in stage.logs.said


def test_services_that_leave_the_plan_stop_in_reverse_order() -> None:
    stage = up(service("db"), service("web", "db"), lives={"web": STUBBORN})
    stage.reload()
    assert stage.states() == {"db": "running", "web": "stopping"}
    stage.pass_time(20 * SECOND)
    assert stage.states() == {}
    assert stage.spawner.signals == [("web", TERM), ("web", KILL), ("db", TERM)]


def test_services_whose_processes_have_changed_are_restarted_in_order() -> None:
    stage = up(service("db"), service("web", "db"), lives={"web": STUBBORN})
    stage.reload(services=(service("db", stop=5 * SECOND), service("web", "db", stop=5 * SECOND)))
    assert stage.states() == {"db": "running", "web": "stopping"}
    stage.live("web")
    stage.pass_time(20 * SECOND)
    assert stage.states() == {"db": "running", "web": "running"}
    assert stage.started() == ["db", "web", "db", "web"]


def test_a_service_waits_no_more_when_it_depends_on_nothing_any_longer() -> None:
    stage = up(service("db", autostart=False), service("web", "db"))
    stage.reload(services=(service("db", autostart=False), service("web")))
    assert stage.states() == {"db": "stopped", "web": "starting"}


def alone(name: str) -> Service:
    """One whose stop reaches the process alone."""
    plain = service(name)
    stop = plain.process.stop._replace(reach=Reach.PROCESS, kill_reach=Reach.PROCESS)
    return plain._replace(process=plain.process._replace(stop=stop))


def test_a_service_without_start_seconds_runs_as_soon_as_it_is_started() -> None:
    stage = Stage(services=(service("web", start_seconds=0, restart=Restart.UNEXPECTED),))
    stage.start()
    assert stage.states() == {"web": "running"}
    stage.end("web", 0)
    assert stage.states() == {"web": "exited"}


def test_what_a_process_leaves_is_let_be_when_its_stop_reaches_it_alone() -> None:
    stage = up(alone("web"), lives={"web": Life(leaves=True)})
    stage.steer("web", "stop")
    assert stage.states() == {"web": "stopped"}
    assert len(stage.spawner.alive) == 1


def test_a_stubborn_process_is_killed_alone_when_kill_reaches_it_alone() -> None:
    stage = up(alone("web"), lives={"web": Life(leaves=True, stubborn=True)})
    stage.steer("web", "stop")
    stage.pass_time(10 * SECOND)
    assert stage.states() == {"web": "stopped"}
    assert len(stage.spawner.alive) == 1


def test_nothing_is_left_of_such_a_service_when_sexton_stops() -> None:
    stage = up(alone("web"), lives={"web": Life(leaves=True, stubborn=True)})
    stage.engine.shutdown.begin("got SIGTERM")
    stage.pass_time(10 * SECOND)
    assert (stage.spawner.alive, stage.finished) == ({}, 1)
