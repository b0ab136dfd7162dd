"""`[eventlistener:…]` sections: what supervisor means by them, and what it refuses."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.model.errors import ConfigError
from sexton.model.listener import EventLen, Listener
from sexton.model.plan import Plan
from sexton.model.service import Restart
from sexton.model.units import MINUTE

Read = Callable[[str], Plan]
GITSYNC = """
[eventlistener:gitsync]
command = /git-scripts/auto-sync
events = TICK_60
environment = TICK_GOAL="5"
autostart = true
autorestart = true
redirect_stderr = false
stderr_logfile = logs/event_%(program_name)s.log
stderr_logfile_maxbytes = 2MB
stderr_logfile_backups = 10
"""


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    monkeypatch.chdir(tmp_path)

    def write_and_load(text: str) -> Plan:
        (tmp_path / "x.conf").write_text(f"[supervisord]\n{text}")
        return load_plan(["x.conf"], {"TZ": "UTC", "TMPDIR": "/tmp"})

    return write_and_load


def test_a_listener_is_what_its_section_says(read: Read, tmp_path: Path) -> None:
    plan = read(GITSYNC)
    assert plan.listeners == {
        "gitsync": Listener("gitsync", ("TICK_60",), ("gitsync",), buffer_size=10, server="supervisor")
    }
    service = plan.services["gitsync"]
    assert (service.listener, service.restart, service.budget) == ("gitsync", Restart.ALWAYS, None)
    assert (service.group, service.group_priority) == (None, -1)
    log = service.process.log
    assert (log.file, log.max_size, log.stderr) == (str(tmp_path / "logs/event_gitsync.log"), 2 * 1024**2, None)
    assert log.answers is not None
    assert log.answers.file == "/tmp/sexton-0/log/services/stdout/gitsync.log".replace("-0/", f"-{os.geteuid()}/")
    assert (service.process.fed, service.process.env["TICK_GOAL"]) == (True, "5")
    assert plan.warnings == ()


def test_a_pool_of_several_processes_is_a_group_that_starts_first(read: Read) -> None:
    plan = read(
        "[supervisord]\nidentifier=me\n[program:web]\ncommand=x\n[eventlistener:ear]\ncommand=x\nevents=tick_7,PROCESS_STATE\n"
        "numprocs=2\nprocess_name=%(program_name)s_%(process_num)02d\nbuffer_size=3\n"
    )
    assert list(plan.services) == ["ear:ear_00", "ear:ear_01", "web"]
    listener = plan.listeners["ear"]
    assert (listener.events, listener.members) == (("TICK_7", "PROCESS_STATE"), ("ear:ear_00", "ear:ear_01"))
    assert (listener.buffer_size, listener.server) == (3, "me")
    assert {service.group for service in plan.services.values()} == {"ear", None}


def test_sextons_own_keys_hold_too(read: Read) -> None:
    plan = read(
        "[eventlistener:ear]\ncommand=x\nevents=EVENT\nevent_len=bytes\nanswer_within=2m\nretry={ attempts = 3 }\n"
    )
    listener = plan.listeners["ear"]
    assert (listener.event_len, listener.answer_within, listener.retry.attempts) == (EventLen.BYTES, 2 * MINUTE, 3)
    assert plan.warnings == ()


def test_what_programs_write_is_told_as_their_keys_say(read: Read) -> None:
    log = (
        read("[program:a]\ncommand=x\nstdout_events_enabled=true\nstderr_capture_maxbytes=1KB\n")
        .services["a"]
        .process.log
    )
    assert (log.events, log.capture) == (("stdout",), (0, 1024))


def test_another_result_handler_is_a_warning(read: Read) -> None:
    plan = read("[eventlistener:ear]\ncommand=x\nevents=EVENT\nresult_handler=my:handler\n")
    assert list(plan.warnings) == [
        "x.conf:5: [eventlistener:ear] result_handler: Sexton does not load my:handler; an answer is good when it is OK"
    ]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", "x.conf:2: [eventlistener:ear]: `events` is missing"),
        ("events=TOCK_5", "x.conf:4: [eventlistener:ear] events: there is no event `TOCK_5`"),
        ("events=EVENT\nbuffer_size=0", "x.conf:5: [eventlistener:ear] buffer_size: 0 is too small"),
        ("events=EVENT\nredirect_stderr=true", "x.conf:5: [eventlistener:ear] redirect_stderr: a listener answers"),
    ],
)
def test_what_supervisor_refuses_is_refused_with_its_line(read: Read, keys: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"[eventlistener:ear]\ncommand=x\n{keys}\n")
    (problem,) = caught.value.problems
    assert said in str(problem)
