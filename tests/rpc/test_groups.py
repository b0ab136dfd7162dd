"""Groups read anew, taken up and let go: nothing changes until it is asked for, and then one group alone."""

from sexton.model.errors import ConfigError, Problem
from sexton.model.listener import Listener
from sexton.model.service import Service
from sexton.model.units import SECOND
from tests.engine.stage import Stage, service
from tests.rpc.calls import Client


def up(*services: Service) -> Client:
    stage = Stage(services=services)
    stage.start()
    stage.pass_time(5 * SECOND)
    return Client(stage)


def plan(client: Client, *services: Service) -> None:
    """What the files say from now on."""
    client.stage.read = client.stage.plan._replace(services={each.name: each for each in services})


def test_reading_anew_names_what_differs_and_changes_nothing() -> None:
    client = up(service("a"), service("b"), service("c"))
    plan(client, service("a"), service("b", priority=5), service("d"))
    assert client("reloadConfig") == [[["d"], ["b"], ["c"]]]
    assert set(client.stage.states()) == {"a", "b", "c"}
    assert client("reloadConfig") == [[["d"], ["b"], ["c"]]]


def test_a_group_differs_when_one_of_its_processes_does() -> None:
    client = up(service("a", group="g"), service("b", group="g"))
    plan(client, service("a", group="g"))
    assert client("reloadConfig") == [[[], ["g"], []]]


def test_an_added_group_starts_and_no_other_is_touched() -> None:
    client = up(service("a"))
    plan(client, service("x", group="g"), service("y", group="g"), service("z"))
    client("reloadConfig")
    assert client("addProcessGroup", "g") is True
    client.stage.pass_time(2 * SECOND)
    assert client.stage.states() == {"a": "running", "x": "running", "y": "running"}
    assert client.fault("addProcessGroup", "g") == (90, "ALREADY_ADDED: g")
    assert client.fault("addProcessGroup", "nope") == (10, "BAD_NAME: nope")
    assert client("reloadConfig") == [[["z"], [], ["a"]]]


def test_a_group_is_let_go_only_when_it_is_stopped() -> None:
    client = up(service("a"), service("b"))
    assert client.fault("removeProcessGroup", "a") == (91, "STILL_RUNNING: a")
    client("stopProcessGroup", "a")
    assert client("removeProcessGroup", "a") is True
    assert client.stage.states() == {"b": "running"}
    assert client.fault("removeProcessGroup", "a") == (10, "BAD_NAME: a")
    assert client("addProcessGroup", "a") is True


def test_a_whole_reload_is_what_the_files_said_last() -> None:
    client = up(service("a"), service("b"))
    client("stopProcessGroup", "b")
    client("removeProcessGroup", "b")
    client.stage.reload(services=(service("a"),))
    assert client.fault("addProcessGroup", "b") == (10, "BAD_NAME: b")


def test_a_process_that_changes_its_group_must_be_let_go_first() -> None:
    client = up(service("a"))
    plan(client, service("a", group="g"))
    client("reloadConfig")
    assert client.fault("addProcessGroup", "g") == (30, "FAILED: a is still in the group a; remove that first")


def test_a_listener_comes_with_its_group_and_hears_what_others_send() -> None:
    client = up(service("a"))
    ear = service("ear", listener="ear")
    ear = ear._replace(process=ear.process._replace(fed=True, errors_apart=True))
    hears = Listener("ear", ("REMOTE_COMMUNICATION",), ("ear",))
    planned = client.stage.plan._replace(services={"a": service("a"), "ear": ear}, listeners={"ear": hears})
    client.stage.read = planned
    assert client("reloadConfig") == [[["ear"], [], []]]
    assert client("addProcessGroup", "ear") is True
    client.stage.pass_time(2 * SECOND)
    talk = client.stage.spawner.talks[client.stage.spawner.pids("ear")[0]]
    talk.say(b"READY\n")
    client.stage.loop.advance(0)
    assert client("sendRemoteCommEvent", "note", "hello") is True
    assert talk.hear().endswith(b"type:note\nhello")
    client.stage.read = planned._replace(listeners={"ear": hears._replace(events=("TICK_5",))})
    assert client("reloadConfig") == [[[], ["ear"], []]]


def test_files_that_are_wrong_are_a_fault_that_says_where() -> None:
    client = up(service("a"))
    client.stage.read = ConfigError([Problem("x.conf", 3, "no such thing")])
    assert client.fault("reloadConfig") == (92, "CANT_REREAD: x.conf:3: no such thing")


def test_configurations_say_what_is_in_force() -> None:
    client = up(service("b"))
    plan(client, service("b"), service("a", group="g", autostart=False))
    client("reloadConfig")
    a, b = client("getAllConfigInfo")
    assert (a["name"], a["group"], a["inuse"], a["autostart"]) == ("a", "g", False, False)
    assert (b["name"], b["inuse"], b["process_prio"], b["stopsignal"], b["exitcodes"]) == ("b", True, 999, 15, [0])


def test_sizes_of_two_gigabytes_and_more_can_be_told() -> None:
    big = service("a")
    log = big.process.log._replace(max_size=2**31)
    client = up(big._replace(process=big.process._replace(log=log)))
    assert client("getAllConfigInfo")[0]["stdout_logfile_maxbytes"] == 2**31


def test_sexton_stops_or_starts_anew_as_it_is_asked_to() -> None:
    client = up(service("a"))
    assert client("restart") is True
    assert (client.stage.engine.again, client.stage.finished) == (True, 1)
    client = up(service("a"))
    assert client("shutdown") is True
    assert (client.stage.engine.again, client.stage.finished) == (False, 1)
