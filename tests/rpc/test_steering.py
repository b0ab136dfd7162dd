"""Starting, stopping and signalling by supervisord's methods: what is answered, when, and with which faults."""

from sexton.model.service import Restart
from sexton.model.units import SECOND
from tests.engine.stage import Stage, service
from tests.engine.staged_world import Life
from tests.rpc.calls import Client, read

OK = {"status": 80, "description": "OK"}


def up(**lives: Life) -> Client:
    """`db` and `web` are the group `site`, `solo` is alone; `spare` does not run."""
    site = (service("db", group="site"), service("web", "db", group="site"))
    stage = Stage(services=(*site, service("solo"), service("spare", autostart=False)))
    stage.spawner.lives |= lives
    stage.start()
    stage.pass_time(5 * SECOND)
    return Client(stage)


def here(client: Client, name: str) -> Client:
    """A program that is there: the stage's are in no file system."""
    entry = client.stage.engine.services.entries[name]
    entry.service = entry.service._replace(process=entry.service.process._replace(argv=("/bin/sh",)))
    return client


def test_a_start_is_answered_when_the_process_has_lived_long_enough() -> None:
    client = here(up(), "spare")
    answers = client.ask("startProcess", "spare")
    assert answers == []
    client.stage.pass_time(SECOND)
    assert read(answers[0]) is True


def test_a_start_that_nobody_waits_for_is_answered_at_once() -> None:
    assert here(up(), "spare")("startProcess", "spare", False) is True


def test_a_start_whose_process_falls_is_a_spawn_error() -> None:
    client = here(up(), "spare")
    answers = client.ask("startProcess", "spare")
    client.stage.end("spare", 3)
    assert b"SPAWN_ERROR: spare" in answers[0]


def test_a_start_of_what_runs_is_refused_as_supervisord_does() -> None:
    assert here(up(), "solo").fault("startProcess", "solo") == (60, "ALREADY_STARTED: solo")


def test_a_start_of_what_is_not_there_names_the_command() -> None:
    assert up().fault("startProcess", "spare") == (20, "NO_FILE: can't find command './spare'")


def test_a_name_that_nothing_has_is_a_bad_name() -> None:
    client = up()
    for method in ("startProcess", "stopProcess", "getProcessInfo", "startProcessGroup", "stopProcessGroup"):
        assert client.fault(method, "nope") == (10, "BAD_NAME: nope")
        assert client.fault(method, "nope:*") == (10, "BAD_NAME: nope:*")
    assert client.fault("stopProcess", "site:nope") == (10, "BAD_NAME: site:nope")
    assert client.fault("getProcessInfo", "site:*") == (10, "BAD_NAME: site:*")


def test_a_stop_is_answered_when_the_process_is_gone() -> None:
    client = up(solo=Life(stubborn=True))
    answers = client.ask("stopProcess", "solo")
    client.stage.pass_time(10 * SECOND - 1)
    assert answers == []
    client.stage.pass_time(1)
    assert read(answers[0]) is True
    assert client.fault("stopProcess", "solo") == (70, "NOT_RUNNING: solo")


def test_a_group_is_stopped_dependants_first_and_answered_for_each() -> None:
    client = up()
    stopped = client("stopProcess", "site:*")
    assert stopped == [{"name": "db", "group": "site", **OK}, {"name": "web", "group": "site", **OK}]
    assert client("stopProcessGroup", "site") == []


def test_all_are_started_that_are_down_and_faults_stand_beside() -> None:
    client = up()
    client("stopProcess", "solo")
    here(client, "solo")
    answers = client.ask("startAllProcesses")
    client.stage.pass_time(SECOND)
    missing = {"name": "spare", "group": "spare", "status": 20, "description": "NO_FILE: can't find command './spare'"}
    assert read(answers[0]) == [missing, {"name": "solo", "group": "solo", **OK}]


def test_what_has_run_and_is_done_before_the_last_has_started_is_started() -> None:
    once = service("once", autostart=False, start_seconds=0, start_retries=0, restart=Restart.NEVER)
    stage = Stage(services=(once, service("slow", autostart=False)))
    stage.start()
    client = here(here(Client(stage), "once"), "slow")
    answers = client.ask("startAllProcesses")
    stage.end("once")
    stage.pass_time(SECOND)
    assert [(each["name"], each["status"]) for each in read(answers[0])] == [("once", 80), ("slow", 80)]


def test_a_process_of_a_group_called_as_it_is_steered_alone() -> None:
    stage = Stage(services=(service("web", group="web"), service("other", group="web")))
    stage.start()
    stage.pass_time(5 * SECOND)
    assert Client(stage)("stopProcess", "web:web") is True
    assert stage.states() == {"web": "stopped", "other": "running"}


def test_signals_are_known_by_name_and_number() -> None:
    client = up(solo=Life(stubborn=True))
    assert client("signalProcess", "solo", "HUP") is True
    assert client("signalProcess", "solo", "sigusr1") is True
    assert client("signalProcess", "solo", "10") is True
    assert client("signalProcess", "solo", 10) is True
    assert [number for _, number in client.stage.spawner.signals] == [1, 10, 10, 10]
    assert client.fault("signalProcess", "solo", "NOPE") == (11, "BAD_SIGNAL: NOPE")
    assert client.fault("signalProcess", "spare", "HUP") == (70, "NOT_RUNNING: spare")


def test_a_signal_to_all_is_for_those_that_run() -> None:
    lives = {name: Life(stubborn=True) for name in ("db", "web", "solo")}
    sent = up(**lives)("signalAllProcesses", "HUP")
    assert [(each["name"], each["status"]) for each in sent] == [("db", 80), ("web", 80), ("solo", 80)] or len(
        sent
    ) == 3
    refused = up()("signalProcessGroup", "site", "NOPE")
    assert {each["description"] for each in refused} == {"BAD_SIGNAL: NOPE"}


def test_a_disabled_process_is_refused_and_says_why() -> None:
    client = here(up(), "spare")
    client.stage.world.off.add(("service", "spare"))
    assert client.fault("startProcess", "spare") == (30, "FAILED: spare is disabled; enable it first")
