"""The process key `log`: where output goes, and when its file begins anew."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sexton.model.log import Log, Relay
from sexton.model.plan import Plan
from sexton.model.units import DAY

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]


def log_of(load: Load, log: str) -> Log:
    plan = load(f'[services.web]\ncommand = "true"\ncwd = "work"\nlog = {log}\n', {"TZ": "UTC"})
    return plan.services["web"].process.log


def test_without_the_key_everything_is_at_its_default(load: Load) -> None:
    assert load('[jobs.x]\ncommand = "true"\n').jobs["x"].process.log == Log()
    assert log_of(load, "{}") == Log(None, 50_000_000, 10, None, False, None, None)


def test_every_key_is_taken_and_paths_count_from_cwd(load: Load, folder: Path) -> None:
    keys = 'file = "web.log", max_size = "1MB", keep = 3, every = "1d", compress = true, stderr = "e/web.err"'
    assert log_of(load, "{ " + keys + ', relay = "json" }') == Log(
        f"{folder}/work/web.log", 1_000_000, 3, DAY, True, f"{folder}/work/e/web.err", Relay.JSON
    )


def test_no_limit_and_merging_can_be_said(load: Load) -> None:
    assert log_of(load, '{ max_size = "0", stderr = "merge" }') == Log(max_size=None)


def test_a_stream_of_our_own_can_take_the_place_of_a_file_and_is_not_relayed_again(load: Load) -> None:
    log = log_of(load, '{ file = "/dev/stdout", stderr = "/dev/stderr" }')
    assert (log.file, log.stderr, log.relay) == ("/dev/stdout", "/dev/stderr", Relay.OFF)


def test_standard_error_can_have_limits_of_its_own(load: Load, folder: Path) -> None:
    log = log_of(load, '{ max_size = "1MB", stderr = { file = "e", max_size = "2MB", keep = 3 } }')
    assert (log.stderr, log.max_size, log.errors) == (f"{folder}/work/e", 1_000_000, Log(None, 2_000_000, 3))


def test_others_may_read_what_mode_says_and_colours_may_be_left_out(load: Load, folder: Path) -> None:
    log = log_of(load, '{ mode = "644", strip_ansi = true, stderr = { file = "e", mode = "600" } }')
    assert (log.mode, log.strip_ansi, log.errors) == (0o644, True, Log(mode=0o600, strip_ansi=True))
    assert log_of(load, "{}").mode == 0o640


def test_a_listener_can_keep_what_it_answers(load: Load, folder: Path) -> None:
    for value, answers in (
        ('"a.out"', Log(f"{folder}/a.out", 1_000_000)),
        ('{ file = "a.out", keep = 1 }', Log(f"{folder}/a.out", 1_000_000, 1)),
    ):
        text = f'[listeners.ear]\ncommand = "x"\nevents = "EVENT"\nlog = {{ max_size = "1MB", stdout = {value} }}\n'
        assert load(text).services["ear"].process.log == Log(max_size=1_000_000, answers=answers)


def test_a_job_takes_what_its_runs_can_keep(load: Load) -> None:
    plan = load('[jobs.x]\ncommand = "true"\nlog = { max_size = "200B", keep = 0, stderr = "/tmp/x.err" }\n')
    assert plan.jobs["x"].process.log == Log(max_size=200, keep=0, stderr="/tmp/x.err")


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("true", "log: true is a boolean; a table such as"),
        ("{ size = 3 }", "log: unknown key `size`; "),
        ('{ stdout = "a" }', "log.stdout: it is for listeners, whose log is that of standard error; `file` is meant"),
        ('{ mode = "444" }', 'log.mode: "444" are no permissions of a log; octal digits from "600" on are meant'),
        ("{ keep = -1 }", "log.keep: -1 is out of range; a whole number from 0 to 1000 is meant"),
        ('{ every = "90s" }', 'log.every: "90s" cannot be kept to; whole minutes such as "1h" or "1d" are meant'),
        ('{ relay = "loud" }', 'log.relay: "loud" is unknown'),
        ('{ file = "x", stderr = "./x" }', 'log.stderr: it is the same as `file`; "merge" is meant'),
        ('{ file = "/dev/full" }', "is not a regular file, and only those can be logs"),
        ('{ stderr = "" }', "log.stderr: it is empty"),
        ("{ stderr = { keep = 3 } }", "log.stderr: `file` is missing"),
        ('{ stderr = { file = "e", relay = "off" } }', "log.stderr: unknown key `relay`; "),
    ],
)
def test_what_cannot_be_meant_is_a_problem_at_its_line(complain: Complain, log: str, said: str) -> None:
    (problem,) = complain(f'[services.web]\ncommand = "true"\nlog = {log}\n')
    assert problem.startswith("sexton.toml:3: services.web.log")
    assert said in problem


def test_a_job_has_neither_a_file_nor_rotation_by_time(complain: Complain) -> None:
    problems = complain('[jobs.x]\ncommand = "true"\nlog = { file = "x.log", every = "1d" }\n')
    assert [problem.partition(": it is for services")[0] for problem in problems] == [
        "sexton.toml:3: jobs.x.log.file",
        "sexton.toml:3: jobs.x.log.every",
    ]


def test_a_folder_is_no_log(complain: Complain, folder: Path) -> None:
    os.mkdir(folder / "web.log")
    (problem,) = complain('[services.web]\ncommand = "true"\nlog.file = "web.log"\n')
    assert "is not a regular file" in problem
