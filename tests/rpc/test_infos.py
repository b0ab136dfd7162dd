"""How processes are shown to supervisord's clients, in its words."""

import time

import pytest

from sexton.model.service import Restart
from sexton.model.units import DAY, SECOND
from sexton.rpc.infos import uptime
from tests.engine.stage import Stage, service
from tests.rpc.calls import Client


def up(*services: object) -> Client:
    stage = Stage(services=services)  # type: ignore[arg-type]
    stage.start()
    stage.pass_time(5 * SECOND)
    return Client(stage)


def test_a_process_that_runs() -> None:
    client = up(service("web"))
    info = client("getProcessInfo", "web")
    start = client.stage.world.now() // SECOND - 5
    assert info == {
        "name": "web",
        "group": "web",
        "start": start,
        "stop": 0,
        "now": start + 5,
        "state": 20,
        "statename": "RUNNING",
        "spawnerr": "",
        "exitstatus": 0,
        "logfile": "/logs/web.log",
        "stdout_logfile": "/logs/web.log",
        "stderr_logfile": "",
        "pid": info["pid"],
        "description": f"pid {info['pid']}, uptime 0:00:05",
    }


def test_a_process_that_was_never_started_and_one_that_was_stopped() -> None:
    client = up(service("a"), service("b", autostart=False))
    client("stopProcess", "a")
    a, b = client("getAllProcessInfo")
    assert (b["statename"], b["description"]) == ("STOPPED", "Not started")
    at = time.strftime("%b %d %I:%M %p", time.localtime(client.stage.world.now() // SECOND))
    assert (a["statename"], a["description"], a["pid"]) == ("STOPPED", at, 0)


def test_a_process_that_ended_by_itself() -> None:
    client = up(service("a", restart=Restart.NEVER), service("b", restart=Restart.NEVER))
    client.stage.end("a", 3)
    spawner = client.stage.spawner
    spawner.signal(spawner.pids("b")[0], 9)
    client.stage.loop.advance(0)
    a, b = client("getAllProcessInfo")
    assert (a["statename"], a["exitstatus"], a["spawnerr"]) == ("EXITED", 3, "Bad exit code 3")
    assert (b["statename"], b["exitstatus"]) == ("EXITED", -1)


def test_a_process_that_falls_and_one_that_is_not_there() -> None:
    stage = Stage(services=(service("a", start_retries=0), service("b", start_retries=0)))
    stage.live("b", cannot_start="no such file")
    stage.start()
    stage.end("a", 1)
    a, b = Client(stage)("getAllProcessInfo")
    assert (a["statename"], a["description"]) == ("FATAL", "Exited too quickly (process log may have details)")
    assert (b["statename"], b["description"]) == ("FATAL", "can't find command './b'")


def test_all_are_in_the_order_of_their_groups_and_names() -> None:
    client = up(service("z"), service("b", group="g"), service("a", group="g"), service("c"))
    assert [each["name"] for each in client("getAllProcessInfo")] == ["c", "a", "b", "z"]


def test_what_is_kept_of_all_of_them_never_shows_the_past() -> None:
    client = up(service("a"), service("b"))
    assert {each["statename"] for each in client("getAllProcessInfo")} == {"RUNNING"}
    client("stopProcess", "b")
    assert [each["statename"] for each in client("getAllProcessInfo")] == ["RUNNING", "STOPPED"]
    client.stage.pass_time(SECOND)
    assert client("getAllProcessInfo")[0]["description"].endswith("uptime 0:00:06")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0:00:00"),
        (3_661, "1:01:01"),
        (86_400, "1 day, 0:00:00"),
        (2 * DAY // SECOND + 59, "2 days, 0:00:59"),
    ],
)
def test_uptimes_read_as_supervisord_writes_them(seconds: int, said: str) -> None:
    assert uptime(seconds) == said
