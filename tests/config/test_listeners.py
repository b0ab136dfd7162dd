"""`[listeners.NAME]` tables: a listener and its processes, and every mistake with its line."""

from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.model.errors import ConfigError
from sexton.model.job import Retry
from sexton.model.listener import EventLen, Listener
from sexton.model.plan import Plan
from sexton.model.units import HOUR, MINUTE, SECOND


def plan_of(tmp_path: Path, text: str) -> Plan:
    file = tmp_path / "sexton.toml"
    file.write_text(text)
    return load_plan([str(file)], {})


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        plan_of(tmp_path, text)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]


def test_a_listener_is_read_with_its_process(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, '[listeners.ear]\ncommand = "./ear"\nevents = ["TICK_3", "PROCESS_STATE"]\n')
    assert plan.listeners == {"ear": Listener("ear", ("TICK_3", "PROCESS_STATE"), ("ear",))}
    service = plan.services["ear"]
    assert (service.listener, service.process.fed, service.process.errors_apart) == ("ear", True, True)
    assert (service.group, service.group_priority) == (None, -1)


def test_all_its_keys_are_read(tmp_path: Path) -> None:
    text = """[listeners.ear]
command = "./ear"
events = "TICK_60"
buffer_size = 5
event_len = "bytes"
answer_within = "2m"
retry = { delay = "5s" }
server = "here"
priority = 7
"""
    plan = plan_of(tmp_path, text)
    assert plan.listeners["ear"] == Listener(
        "ear",
        ("TICK_60",),
        ("ear",),
        buffer_size=5,
        event_len=EventLen.BYTES,
        answer_within=2 * MINUTE,
        retry=Retry(10, 5 * SECOND, 2, MINUTE),
        server="here",
    )
    assert plan.services["ear"].group_priority == 7


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    listener = plan_of(tmp_path, '[listeners.ear]\ncommand = "./ear"\nevents = "TICK"\n').listeners["ear"]
    assert (listener.buffer_size, listener.answer_within, listener.server) == (100, HOUR, "sexton")


def test_a_listener_of_several_processes_is_a_group(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, '[listeners.ear]\ncommand = "./ear"\nevents = "TICK"\ninstances = 2\n')
    assert plan.listeners["ear"].members == ("ear-1", "ear-2")
    assert {service.group for service in plan.services.values()} == {"ear"}


def test_services_may_be_the_processes_of_a_listener(tmp_path: Path) -> None:
    service = '[services.{0}]\ncommand = "./{0}"\nlistener = "ears"\n'
    plan = plan_of(tmp_path, f'[listeners.ears]\nevents = "TICK"\n{service.format("left")}{service.format("right")}')
    assert plan.listeners["ears"].members == ("left", "right")


def test_listeners_start_before_the_services(tmp_path: Path) -> None:
    text = '[services.web]\ncommand = "./web"\n[listeners.ear]\ncommand = "./ear"\nevents = "TICK"\n'
    assert list(plan_of(tmp_path, text).services) == ["ear", "web"]


def test_what_processes_write_may_be_told(tmp_path: Path) -> None:
    text = '[services.web]\ncommand = "./web"\nlog = { events = "stdout", capture = "64kB" }\n'
    log = plan_of(tmp_path, text).services["web"].process.log
    assert (log.events, log.capture) == (("stdout",), (64_000, 64_000))
    text = text.replace('"64kB"', '{ stderr = "1kB" }')
    assert plan_of(tmp_path, text).services["web"].process.log.capture == (0, 1000)


EAR = '[listeners.ear]\ncommand = "./ear"\nevents = "TICK"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[listeners.ear]\ncommand = "./ear"\n', "sexton.toml:1: listeners.ear: `events` is missing"),
        ('[listeners.ear]\nevents = "TICK"\n', "sexton.toml:1: listeners.ear: `command` is missing"),
        (
            EAR.replace('"TICK"', '["TICK_0"]'),
            "sexton.toml:3: listeners.ear.events: there is no event `TICK_0`; TICK_n",
        ),
        (EAR.replace('"TICK"', '"PROCES_LOG"'), "did you mean `PROCESS_LOG`"),
        (EAR.replace('"TICK"', '"tick_5"'), "there is no event `tick_5`"),
        (EAR + "buffer_size = 0\n", "sexton.toml:4: listeners.ear.buffer_size: 0 is out of range"),
        (EAR + 'event_len = "runes"\n', "sexton.toml:4: listeners.ear.event_len"),
        (EAR + 'server = "a b"\n', "a word without spaces is meant"),
        (EAR + 'stdin = "x"\n', "sexton.toml:4: listeners.ear.stdin: its standard input has the events"),
        (EAR + 'log = { stderr = "x" }\n', "`log` is that of standard error"),
        (EAR + "bufer_size = 1\n", "unknown key `bufer_size`; did you mean `buffer_size`"),
        (EAR + '[services.ear]\ncommand = "x"\n', "`ear` is a service's name already"),
        (EAR + '[services.web]\ncommand = "x"\nlistener = "ear"\n', "has a command of its own"),
        (EAR + '[services.web]\ncommand = "x"\nlistener = "eat"\n', "there is no listener `eat`; did you mean `ear`"),
        ('[services.web]\ncommand = "x"\nevents = "TICK"\n', "unknown key `events`"),
        ('[services.web]\ncommand = "x"\nlog = { events = "out" }\n', '"out" is no channel'),
        ('[jobs.web]\ncommand = "x"\nlog = { capture = "1kB" }\n', "it is for services"),
    ],
)
def test_a_mistake_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in problem for problem in problems(tmp_path, text)), problems(tmp_path, text)
