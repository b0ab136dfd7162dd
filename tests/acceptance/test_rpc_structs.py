"""What is told of processes, struct by struct, beside a real supervisord with the same file: how they are configured,
and how they stand through a life of starts, stops, crashes and ends."""

import os
import pwd
from pathlib import Path
from typing import Any

from tests.acceptance.beside import Beside

RICH = """
[program:plain]
command = sh -c 'exec sleep "1000"'
stdout_logfile = {home}/plain.out
[program:auto]
command = "/bin/sleep"   1000
[program:none]
command = sleep 1000
stdout_logfile = NONE
stderr_logfile = off
[program:streams]
command = sleep 1000
stdout_logfile = /dev/stdout
stdout_logfile_maxbytes = 0
stderr_logfile = /dev/stderr
stderr_logfile_maxbytes = 0
[program:first]
command = bash -c "exec sleep '1000'"
redirect_stderr = true
stdout_logfile = /dev/fd/1
stdout_logfile_maxbytes = 0
[program:merged]
command = sleep 1000
redirect_stderr = true
stderr_logfile = NONE
stderr_logfile_backups = 4
stdout_logfile_maxbytes = 3KB
user = {user}
serverurl = http://example.com:3
directory = /tmp
[program:null]
command = sleep 1000
stdout_logfile = /dev/null
stderr_logfile = /dev/null
priority = 7
exitcodes = 0,3,2
[program:many]
command = sh -c "exec sleep 100%(process_num)s"
process_name = %(program_name)s-%(process_num)02d
numprocs = 2
stopasgroup = true
stopsignal = INT
stdout_events_enabled = true
stderr_capture_maxbytes = 4KB
[program:numbers]
command = sleep 1000
startretries = 999999999
stopwaitsecs = -2
startsecs = -3
[program:fewer]
command = sleep 1000
startretries = -7
[program:nowhere]
command = sh -c 'echo a; exec sleep 1000'
stdout_logfile =
stderr_logfile =
[eventlistener:ear]
command = sleep 1000
stdout_capture_maxbytes = 3KB
stderr_events_enabled = true
events = TICK_60,PROCESS_STATE
[eventlistener:late]
command = sleep 1000
events = TICK_60
stdout_logfile = {home}/late.out
stderr_logfile = {home}/late.err
priority = 12
[eventlistener:pool]
command = sleep 100%(process_num)s
events = TICK_5
process_name = %(program_name)s%(process_num)s
numprocs = 2
stdout_logfile = NONE
stderr_logfile = NONE
[fcgi-program:fast]
command = sleep 1000
socket = unix://{home}/%(program_name)s.sock
stdout_logfile = {home}/fast.out
[group:site]
programs = null,first
priority = 3
"""


def test_every_process_is_described_in_the_words_of_its_section(tmp_path: Path) -> None:
    user = pwd.getpwuid(os.geteuid()).pw_name
    with Beside(tmp_path, RICH.replace("{user}", user)) as both:
        ours, theirs = both.call("getAllConfigInfo")
        assert [_without_places(each) for each in ours] == [_without_places(each) for each in theirs]
        ours, theirs = both.call("getAllProcessInfo")
        assert [_standing(each) for each in ours] == [_standing(each) for each in theirs]


def test_a_group_that_is_only_read_has_logs_by_no_name_yet(tmp_path: Path) -> None:
    with Beside(tmp_path, "[program:a]\ncommand = sleep 1000\n") as both:
        for daemon in (both.ours.config, both.homes[1] / "supervisord.conf"):
            daemon.write_text(daemon.read_text() + "[program:b]\ncommand = sleep '1000'\nstderr_logfile = NONE\n")
        assert both.call("reloadConfig") == ([[["b"], [], []]],) * 2
        ours, theirs = (_named(infos, "b") for infos in both.call("getAllConfigInfo"))
        assert ours == theirs
        assert (ours["stdout_logfile"], ours["command"]) == ("auto", "sleep '1000'")
        both.call("addProcessGroup", "b")
        both.settle()
        ours, theirs = (_named(infos, "b") for infos in both.call("getAllConfigInfo"))
        assert _without_places(ours) == _without_places(theirs)
        assert ours["stdout_logfile"].startswith("HOME/")


LIVES = """
[program:web]
command = sleep 1000
[program:off]
command = sleep 1000
autostart = false
[program:falls]
command = sh -c 'exit 7'
startretries = 0
[program:tries]
command = sh -c 'exit 7'
startretries = 1000
autostart = false
[program:gone]
command = /nope/x
startretries = 0
[program:folder]
command = /tmp
startretries = 0
[program:text]
command = /etc/passwd
startretries = 0
[program:done]
command = sh -c 'exit 0'
startsecs = 0
[program:failed]
command = sh -c 'exit 9'
startsecs = 0
autorestart = false
[program:killed]
command = sh -c 'kill -9 $$'
startsecs = 0
autorestart = false
"""
LIFE = (
    ("startProcess", "off"),
    ("stopProcess", "web"),
    ("startProcess", "web"),
    ("stopProcess", "off"),
    ("stopProcess", "off"),
    *(("startProcess", name) for name in ("falls", "gone", "folder", "text", "done", "failed", "killed")),
)


def test_every_process_stands_as_it_would_through_its_life(tmp_path: Path) -> None:
    with Beside(tmp_path, LIVES) as both:
        _compare(both, "at first")
        for method, name in LIFE:
            ours, theirs = both.call(method, name)
            assert ours == theirs, (method, name)
            _compare(both, f"{method} {name}")
        both.call("startProcess", "tries", False)
        both.until("tries", "BACKOFF")
        both.call("stopProcess", "tries")
        _compare(both, "a stop between two tries")


def _compare(both: Beside, when: str) -> None:
    """Once everything that ends at once has ended."""
    both.settle()
    for name in ("done", "failed", "killed"):
        both.until(name, "EXITED")
    ours, theirs = both.call("getAllProcessInfo")
    assert [_standing(each) for each in ours] == [_standing(each) for each in theirs], when


def _standing(info: dict[str, Any]) -> dict[str, Any]:
    """Without what differs from one process to another; times are there or not."""
    moments = {key: info[key] > 0 for key in ("pid", "start", "stop", "now")}
    description = "up" if "uptime" in info["description"] else info["description"]
    return {**_without_places(info), **moments, "description": description}


def _without_places(info: dict[str, Any]) -> dict[str, Any]:
    """Without the names that either gives to logs by itself."""
    own = "HOME/" + info["name"] + "-"
    return {key: "auto" if "logfile" in key and str(each).startswith(own) else each for key, each in info.items()}


def _named(infos: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(info for info in infos if info["name"] == name)
