"""The `[jobs.NAME]` tables: what each key becomes."""

import shlex
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.config.process import _split
from sexton.core.schedules.parse import parse_schedule
from sexton.model.job import After, CatchUp, Job, Overlap, Retry
from sexton.model.plan import Plan
from sexton.model.process import Process, Stop
from sexton.model.run import Outcome
from sexton.model.units import HOUR, MINUTE, SECOND

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]

FAILED = {Outcome.FAILED, Outcome.TIMEOUT, Outcome.LOST}


def only_job(load: Load, keys: str, **environ: str) -> Job:
    (job,) = load(f"[jobs.x]\n{keys}", {"TZ": "UTC"} | environ).jobs.values()
    return job


def test_a_command_is_enough(load: Load) -> None:
    assert only_job(load, 'command = "true"') == Job("x", Process(("true",)))


def test_every_key_is_taken(load: Load) -> None:
    plan = load(
        """
        [jobs.first]
        command = "true"
        [jobs.ingest]
        command = ["./ingest.sh", ""]
        cwd = "work"
        env = { MODE = "fast" }
        stop = { signal = "INT", timeout = "3s" }
        schedule = ["0 8 * * *", "@every 5m"]
        timezone = "Europe/Berlin"
        after = "first"
        timeout = "30m"
        overlap = "skip"
        success_codes = [0, 3]
        grace = "10m"
        catch_up = "all"
        priority = -5
        retry = { attempts = 4, delay = "5s", factor = 1.5, limit = "1m" }
        """
    )
    assert list(plan.jobs) == ["first", "ingest"]
    assert plan.jobs["ingest"] == Job(
        name="ingest",
        process=Process(("./ingest.sh", ""), "work", {"MODE": "fast"}, Stop(signal.SIGINT, 3 * SECOND)),
        schedule=parse_schedule(["0 8 * * *", "@every 5m"], "Europe/Berlin", "ingest"),
        after=(After("first", frozenset({Outcome.SUCCEEDED})),),
        timeout=30 * MINUTE,
        overlap=Overlap.SKIP,
        success_codes=frozenset({0, 3}),
        grace=HOUR // 6,
        catch_up=CatchUp.ALL,
        priority=-5,
        retry=Retry(4, 5 * SECOND, 1.5, MINUTE),
    )


@pytest.mark.parametrize(
    ("keys", "argv"),
    [
        ("""command = 'a "b c" d\\ e # f'""", ("a", "b c", "d e", "#", "f")),
        ("""command = 'echo $HOME | cat; ls *'""", ("echo", "$HOME", "|", "cat;", "ls", "*")),
        ("""command = ["a b", "$HOME"]""", ("a b", "$HOME")),
        ("""command = 'echo "$HOME" | cat'\nshell = true""", ("/bin/sh", "-c", 'echo "$HOME" | cat')),
        ("""command = 'a'\nshell = false""", ("a",)),
        ("""command = '${TOOL} ${NO:-x y}'""", ("tool", "-v", "x", "y")),
        ("""command = ['${TOOL}']""", ("tool -v",)),
    ],
)
def test_a_command_becomes_an_argument_vector(load: Load, keys: str, argv: tuple[str, ...]) -> None:
    assert only_job(load, keys, TOOL="tool -v").process.argv == argv


def test_numbers_and_booleans_in_env_are_as_written(load: Load) -> None:
    env = only_job(load, 'command = "a"\nenv = { A = 0o022, B = true, C = 1.50, D = -7, "E.f" = "${TZ}", G = "" }')
    assert env.process.env == {"A": "0o022", "B": "true", "C": "1.50", "D": "-7", "E.f": "UTC", "G": ""}


def test_env_beats_the_last_env_file_which_beats_the_first(load: Load, folder: Path) -> None:
    (folder / "one").write_text("A=1\nB=1\nC=1\n")
    (folder / "two").write_text("B=2\nC=2\n")
    job = only_job(load, 'command = "a"\nenv_file = ["one", "two"]\nenv = { C = "3" }')
    assert job.process.env == {"A": "1", "B": "2", "C": "3"}


def test_env_files_count_from_cwd(load: Load, folder: Path) -> None:
    (folder / "work").mkdir()
    (folder / "work" / "job.env").write_text("A=1\n")
    job = only_job(load, 'command = "a"\ncwd = "work"\nenv_file = "job.env"')
    assert (job.process.cwd, job.process.env) == ("work", {"A": "1"})


@pytest.mark.parametrize(
    ("value", "number"),
    [('"TERM"', 15), ('"SIGTERM"', 15), ('"hup"', 1), ("9", 9), ('"9"', 9), ('"SIGRTMIN"', signal.SIGRTMIN)],
)
def test_a_stop_signal_is_a_name_or_a_number(load: Load, value: str, number: int) -> None:
    assert only_job(load, f'command = "a"\nstop.signal = {value}').process.stop == Stop(number, 10 * SECOND)


def test_a_schedule_has_the_plan_s_zone_unless_the_job_has_its_own(load: Load) -> None:
    jobs = load(
        """
        sexton.timezone = "Asia/Tokyo"
        [jobs.a]
        command = "a"
        schedule = "0 8 * * *"
        [jobs.b]
        command = "b"
        schedule = "0 8 * * *"
        timezone = "Europe/Berlin"
        """
    ).jobs
    assert jobs["a"].schedule == parse_schedule(["0 8 * * *"], "Asia/Tokyo", "a")
    assert jobs["b"].schedule == parse_schedule(["0 8 * * *"], "Europe/Berlin", "b")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ('"a"', {"a": {Outcome.SUCCEEDED}}),
        ('["a", "b"]', {"a": {Outcome.SUCCEEDED}, "b": {Outcome.SUCCEEDED}}),
        ('{ job = "a" }', {"a": {Outcome.SUCCEEDED}}),
        ('{ job = "a", on = "failed" }', {"a": FAILED}),
        ('{ job = "a", on = "any" }', {"a": {*FAILED, Outcome.SUCCEEDED, Outcome.CANCELLED}}),
        ('{ job = "a", on = ["any", "missed"] }', {"a": set(Outcome) - {Outcome.SKIPPED}}),
        ('{ job = "a", on = "skipped" }', {"a": {Outcome.SKIPPED}}),
        ('["b", { job = "a", on = ["timeout", "lost"] }]', {"b": {Outcome.SUCCEEDED}, "a": FAILED - {Outcome.FAILED}}),
    ],
)
def test_after_names_jobs_and_outcomes(load: Load, after: str, expected: dict[str, set[Outcome]]) -> None:
    jobs = load(f'jobs.a.command = "a"\njobs.b.command = "b"\n[jobs.x]\ncommand = "x"\nafter = {after}').jobs
    assert {one.job: set(one.on) for one in jobs["x"].after} == expected


def test_a_chain_may_be_written_in_any_order(load: Load) -> None:
    jobs = load('[jobs.b]\ncommand = "b"\nafter = "a"\nschedule = "@daily"\n[jobs.a]\ncommand = "a"\n').jobs
    assert list(jobs) == ["b", "a"]
    assert jobs["b"].schedule is not None


@pytest.mark.parametrize("name", ["a", "9-lives", "A.b_c-d", "x" * 64])
def test_a_job_s_name_has_letters_digits_dots_and_dashes(load: Load, name: str) -> None:
    assert list(load(f'[jobs."{name}"]\ncommand = "a"').jobs) == [name]


def test_what_is_not_expanded_is_not_judged_when_not_for_run(load: Load) -> None:
    plan = load(
        """\
        [jobs.x]
        command = "${BIN:?it's the tool} --fast"
        cwd = "${WORK}"
        schedule = ["@daily", "${WHEN}"]
        timeout = "${LIMIT}"
        after = "${OTHER}"
        stop = { signal = "${SIGNAL}" }
        env_file = "gone.env"
        """,
        for_run=False,
    )
    job = plan.jobs["x"]
    assert (job.process.argv, job.process.cwd) == (("${BIN:?it's the tool} --fast",), "${WORK}")
    assert (job.schedule, job.timeout, job.after, job.process.stop) == (None, None, (), Stop())
    assert plan.warnings == (
        "sexton.toml:2: jobs.x.command: ${BIN} is not set: it's the tool",
        "sexton.toml:3: jobs.x.cwd: ${WORK} is not set; set it, or give a default: ${WORK:-…}",
        "sexton.toml:4: jobs.x.schedule[1]: ${WHEN} is not set; set it, or give a default: ${WHEN:-…}",
        "sexton.toml:5: jobs.x.timeout: ${LIMIT} is not set; set it, or give a default: ${LIMIT:-…}",
        "sexton.toml:6: jobs.x.after: ${OTHER} is not set; set it, or give a default: ${OTHER:-…}",
        "sexton.toml:7: jobs.x.stop.signal: ${SIGNAL} is not set; set it, or give a default: ${SIGNAL:-…}",
        "sexton.toml:8: jobs.x.env_file: cannot read ${WORK}/gone.env: No such file or directory",
    )


def test_text_for_standard_input_is_kept_as_it_is(load: Load) -> None:
    assert only_job(load, 'command = "a"\nstdin = "one\\n $two"').process.stdin == "one\n $two"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("3", "3 is a number; a string is meant"),
        ("{ open = true }", "a run reads a text, and then the end; { open = true } is for services"),
        ("{ open = false }", "a text, or { open = true } is meant"),
        (f'"{"ü" * 500_001}"', "it is longer than 1,000,000 bytes; let the command read a file"),
    ],
    ids=["a number", "open", "a table", "too long"],
)
def test_standard_input_is_refused(complain: Complain, value: str, said: str) -> None:
    assert complain(f'[jobs.x]\ncommand = "a"\nstdin = {value}') == [f"sexton.toml:3: jobs.x.stdin: {said}"]


@given(
    st.text(st.sampled_from("ab \t\r\n\u00a0\x0b#$|é"), min_size=1, max_size=12).filter(
        lambda text: text.strip(" \t\r\n")
    )
)
def test_a_command_without_quotes_is_split_as_with_them(command: str) -> None:
    assert _split(command) == tuple(shlex.split(command))


@pytest.mark.parametrize("starts", ["", "after = 'first'\n"])
def test_key_about_fire_times_is_warned_of_when_there_is_no_schedule(load: Load, starts: str) -> None:
    keys = {"timezone": "UTC", "except": "2026-12-25", "grace": "1h", "catch_up": "none", "jitter": "5s"}
    keys |= {"dst_gap": "skip", "dst_overlap": "both"}
    lines = "".join(f"{key} = '{value}'\n" for key, value in keys.items())
    job = f"[jobs.x]\n{lines}command = 'true'\n"
    first = "[jobs.first]\ncommand = 'true'\n"
    said = "it is about fire times, and there is no `schedule`; give one, or leave it out"
    found = load(job + starts + first).warnings
    assert found == tuple(f"sexton.toml:{line}: jobs.x.{key}: {said}" for line, key in enumerate(keys, 2))
    assert load(job + "schedule = '@daily'\n").warnings == ()
