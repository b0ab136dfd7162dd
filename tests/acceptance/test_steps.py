"""Jobs of steps with real processes: retries, kills of the conductor and of the daemon, stops, and what is shown."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.daemon import Daemon, sexton
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import toml

Make = Callable[..., Daemon]
WRITE = """echo x > a; echo '{"files": [{"path": "a", "rows": 2}]}' > "$SEXTON_STEP_OUTPUT" """


def steps(name: str, *scripts: str, **keys: Any) -> str:
    """A job whose steps are scripts: `one`, `two` and so on."""
    words = ("one", "two", "three", "four")
    listed = [
        {"name": word, "command": ["/bin/sh", "-euc", script.replace("$", "$$")]}
        for word, script in zip(words, scripts, strict=False)
    ]
    lines = (f"{key} = {toml(value)}" for key, value in {"steps": listed, **keys}.items())
    return "\n".join([f"[jobs.{name}]", *lines, ""])


def done(home: Path) -> str:
    file = home / "done"
    return file.read_text().replace("\n", "") if file.exists() else ""


def shown(daemon: Daemon, run: int) -> list[tuple[str, str, int]]:
    return [(step["name"], step["state"], step["attempt"]) for step in daemon.ask("runs", str(run))["run"]["steps"]]


def test_no_step_of_ours_is_led_astray_by_what_a_job_says_of_python(make: Make) -> None:
    job = """[jobs.x]
env = { PYTHONPATH = "app", PYTHONHOME = "nowhere" }
steps = [{ command = "echo $$PYTHONPATH > done", shell = true }, { step = "archive", to = "away" }]
"""
    daemon = make(job)
    (daemon.home / "app").mkdir()
    (daemon.home / "app" / "json.py").write_text("raise SystemExit(1)")
    daemon.start()
    assert daemon.cli("trigger", "x", "--wait").returncode == 0
    assert done(daemon.home) == "app"
    assert daemon.stop() == 0


def test_an_attempt_goes_on_with_the_step_that_failed_and_the_record_has_each(make: Make) -> None:
    fail_once = "echo 2 >> done; test $SEXTON_ATTEMPT = 2"
    job = steps(
        "ingest", f"echo 1 >> done; {WRITE}", fail_once, "echo 3 >> done", retry={"attempts": 2, "delay": "10ms"}
    )
    daemon = make(job).start()
    assert daemon.cli("trigger", "ingest", "--wait").returncode == 0
    assert done(daemon.home) == "1223"
    assert shown(daemon, 1) == [
        ("one", "succeeded", 1),
        ("two", "failed", 1),
        ("two", "succeeded", 2),
        ("three", "succeeded", 2),
    ]
    (first, *_, last) = daemon.ask("runs", "1")["run"]["steps"]
    assert first["output"] == last["input"] == {"files": 1, "bytes": 2, "rows": 2}
    assert daemon.ask("runs", "1")["attempts"][0]["reason"] == "step two: exit code 1"
    text = daemon.cli("runs", "1").stdout
    assert "1 file, 2 rows" in text
    assert not (daemon.home / "state/steps/ingest/run-1").exists()
    assert daemon.stop() == 0


def test_the_step_that_goes_on_is_shown_with_its_progress(make: Make, gate: Gate) -> None:
    says = """echo '{"progress": [5, 10, "rows"]}' >&$SEXTON_STEP_REPORT; """
    daemon = make(steps("ingest", "true", says + "read x <gate")).start()
    with subprocess.Popen(
        (*sexton(), "events", "-f", "--socket", str(daemon.home / "run/s.sock")), stdout=subprocess.PIPE, text=True
    ) as following:
        daemon.cli("trigger", "ingest")
        assert following.stdout is not None
        assert any("step two: 5 of 10 rows" in line for line in following.stdout)
        following.terminate()
    (run,) = daemon.runs()
    assert (run["step"], run["steps"][1]["state"], run["steps"][1]["progress"]["done"]) == ("two", "running", 5)
    assert "step two: 5 of 10 rows (50%)" in daemon.cli("runs").stdout
    assert "step two: 5 of 10 rows (50%)" in daemon.cli("status", "ingest").stdout
    gate.let_pass()
    assert daemon.ended("ingest")["outcome"] == "succeeded"
    events = [event["event"] for event in daemon.ask("events")["events"]]
    assert (events.count("step_started"), events.count("step_progress"), events.count("step_ended")) == (2, 1, 2)
    assert daemon.stop() == 0


BOUNDARIES = {
    "before the first step": ("hold", "one", "two"),
    "between steps": ("one", "hold", "two"),
    "after the last step": ("one", "two", "hold"),
}
DO = {
    "one": f"echo 1 >> done; {WRITE}",
    "two": "echo 2 >> done; cat a",
    "hold": "test -e go || { echo held; read x <gate; }",
}


@pytest.mark.parametrize("order", BOUNDARIES.values(), ids=BOUNDARIES)
def test_a_killed_daemon_leaves_what_is_done_to_the_rerun(make: Make, gate: Gate, order: tuple[str, ...]) -> None:
    daemon = make(steps("ingest", *(DO[name] for name in order), on_lost="rerun")).start()
    daemon.cli("trigger", "ingest")
    daemon.wait_for(r"ingest +\| held")
    daemon.kill()
    (daemon.home / "go").touch()
    daemon.start()
    assert daemon.ended("ingest")["outcome"] == "succeeded"
    lost, rerun = daemon.runs()
    cut = order.index("hold")
    assert [state for _, state, _ in shown(daemon, 1)] == ["succeeded"] * cut + ["lost"]
    assert (lost["outcome"], rerun["slot"], rerun["outcome"]) == ("lost", "rerun:1", "succeeded")
    assert done(daemon.home) == "12"
    assert [state for _, state, _ in shown(daemon, 2)] == ["succeeded"] * 3
    assert os.listdir(daemon.home / "state/steps/ingest") == ["home"]
    assert daemon.stop() == 0


@pytest.mark.parametrize("order", BOUNDARIES.values(), ids=BOUNDARIES)
def test_a_killed_conductor_leaves_what_is_done_to_the_next_attempt(make: Make, order: tuple[str, ...]) -> None:
    do = {**DO, "hold": "test -e go || { touch go; kill -9 $PPID; sleep 1000; }"}
    retry = {"attempts": 2, "delay": "10ms"}
    daemon = make(steps("ingest", *(do[name] for name in order), retry=retry, stop={"timeout": "100ms"})).start()
    daemon.cli("trigger", "ingest", "--wait")
    (run,) = daemon.runs()
    assert (run["outcome"], run["attempt"], done(daemon.home)) == ("succeeded", 2, "12")
    assert daemon.stop() == 0


def test_a_run_fails_at_once_when_its_step_says_that_another_attempt_would_not_help(make: Make) -> None:
    step = {"step": "sort", "schema": "none.json", "processed": "p", "flagged": "f"}
    daemon = make(steps("ingest", retry={"attempts": 3, "delay": "10ms"}, steps=[step])).start()
    daemon.cli("trigger", "ingest", "--wait", check=False)
    (run,) = daemon.runs()
    assert (run["outcome"], run["attempt"], run["exit_code"]) == ("failed", 1, 78)
    assert run["reason"].endswith("(none.json); another attempt would not help")
    assert daemon.stop() == 0


def test_what_was_handed_on_and_has_changed_fails_the_run_loudly(make: Make) -> None:
    spoil = "test $SEXTON_ATTEMPT = 2 || { echo y >> a; exit 1; }"
    daemon = make(steps("ingest", WRITE, spoil, retry={"attempts": 2, "delay": "10ms"})).start()
    daemon.cli("trigger", "ingest", "--wait", check=False)
    (run,) = daemon.runs()
    assert run["outcome"] == "failed"
    assert "step two: cannot go on with what one handed on: a file has changed" in run["reason"]
    assert (daemon.home / "state/steps/ingest/run-1").exists()
    assert daemon.stop() == 0


def test_a_step_that_ignores_term_is_killed_when_the_run_times_out(make: Make) -> None:
    stubborn = "trap '' TERM; echo up; while :; do read x <>wait; done"
    job = steps("ingest", "mkfifo wait", stubborn, timeout="500ms", stop={"timeout": "100ms"})
    daemon = make(job).start()
    daemon.cli("trigger", "ingest", "--wait", check=False)
    assert daemon.runs()[0]["outcome"] == "timeout"
    assert shown(daemon, 1) == [("one", "succeeded", 1), ("two", "timeout", 1)]
    assert daemon.stop() == 0


def test_a_cancelled_run_cancels_its_step_and_begins_no_other(make: Make, gate: Gate) -> None:
    daemon = make(steps("ingest", "echo held; read x <gate", "touch never")).start()
    daemon.cli("trigger", "ingest")
    daemon.wait_for(r"ingest +\| held")
    daemon.cli("cancel", "1")
    assert daemon.ended("ingest")["outcome"] == "cancelled"
    assert shown(daemon, 1) == [("one", "cancelled", 1)]
    assert not (daemon.home / "never").exists()
    assert daemon.stop() == 0


def test_steps_go_on_over_a_reexec(make: Make, gate: Gate) -> None:
    daemon = make(steps("ingest", "true", "echo held; read x <gate", "true")).start()
    daemon.cli("trigger", "ingest")
    daemon.wait_for(r"ingest +\| held")
    daemon.cli("reexec")
    (run,) = daemon.runs()
    assert [step["state"] for step in run["steps"]] == ["succeeded", "running"]
    gate.let_pass()
    assert daemon.ended("ingest")["outcome"] == "succeeded"
    assert shown(daemon, 1) == [(name, "succeeded", 1) for name in ("one", "two", "three")]
    assert daemon.stop() == 0


def test_two_runs_at_once_have_folders_of_their_own(make: Make, gate: Gate) -> None:
    own = 'dirname "$SEXTON_STEP_OUTPUT" >> folders; echo held; read x <gate'
    daemon = make(steps("ingest", own, overlap="allow")).start()
    for _ in range(2):
        daemon.cli("trigger", "ingest")
        daemon.wait_for(r"ingest +\| held")
    gate.let_pass(2)
    assert [daemon.ended("ingest")["outcome"] for _ in range(2)] == ["succeeded"] * 2
    assert len(set((daemon.home / "folders").read_text().splitlines())) == 2
    assert daemon.stop() == 0


def test_a_secret_is_in_no_argument_no_file_and_no_record(make: Make) -> None:
    secrets = '[secrets]\npw = { env = "PW" }\n'
    script = """echo "$IT"; tr '\\0' ' ' </proc/$PPID/cmdline >seen; tr '\\0' ' ' </proc/$PPID/environ >>seen
echo "{\\"summary\\": [\\"q\\", \\"it is $IT\\"]}" >&$SEXTON_STEP_REPORT"""
    one = {"name": "one", "command": ["/bin/sh", "-euc", script.replace("$", "$$")], "env": {"IT": "secret:pw"}}
    fails = {"name": "two", "command": ["false"]}
    job = f"[jobs.ingest]\nsteps = {toml([one, fails])}\n"
    daemon = make(secrets + job).start(env={"PW": "hush-hush-secret"})
    daemon.cli("trigger", "ingest", "--wait", check=False)
    daemon.wait_for(r"ingest +\| \*\*\*")
    assert daemon.ask("runs", "1")["run"]["steps"][0]["summaries"] == {"q": "it is ***"}
    assert daemon.stop() == 0
    found = [path for path in daemon.home.rglob("*") if path.is_file() and b"hush-hush" in path.read_bytes()]
    assert found == []


def test_a_rerun_by_hand_begins_with_the_first_step(make: Make) -> None:
    daemon = make(steps("ingest", "echo 1 >> done", "test -e ok")).start()
    daemon.cli("trigger", "ingest", "--wait", check=False)
    (daemon.home / "ok").touch()
    daemon.cli("trigger", "ingest", "--wait")
    assert done(daemon.home) == "11"
    assert daemon.stop() == 0


def test_stopping_sexton_leaves_no_step_behind_and_the_next_start_resumes(make: Make) -> None:
    stubborn = "test ! -e go || exit 0; trap '' TERM; mkfifo wait; echo held; while :; do read x <>wait; done"
    job = steps("ingest", f"echo 1 >> done; {WRITE}", stubborn, on_lost="rerun", stop={"timeout": "200ms"})
    daemon = make(job).start()
    daemon.cli("trigger", "ingest")
    daemon.wait_for(r"ingest +\| held")
    daemon.stop()
    assert daemon.others() == set()
    (daemon.home / "go").touch()
    daemon.start()
    assert daemon.ended("ingest")["outcome"] == "succeeded"
    assert [run["outcome"] for run in daemon.runs()] == ["cancelled", "succeeded"]
    assert shown(daemon, 1) == [("one", "succeeded", 1), ("two", "cancelled", 1)]
    assert done(daemon.home) == "1"
    assert daemon.stop() == 0


def test_built_in_steps_and_commands_work_on_each_others_files(make: Make) -> None:
    fetch = {"step": "fetch", "from": "in/*.csv", "into": "data", "stable": "10ms"}
    look = {"name": "look", "command": ["/bin/sh", "-c", 'cat "$$SEXTON_STEP_INPUT"; test $$SEXTON_ATTEMPT = 2']}
    archive = {"step": "archive", "to": "backup/%Y"}
    retry = {"attempts": 2, "delay": "10ms"}
    daemon = make(f"[jobs.ingest]\nsteps = {toml([fetch, look, archive])}\nretry = {toml(retry)}\n")
    (daemon.home / "in").mkdir()
    (daemon.home / "in/a.csv").write_text("x\n")
    daemon.start()
    daemon.cli("trigger", "ingest", "--wait")
    assert shown(daemon, 1) == [
        *(("fetch", "succeeded", 1), ("look", "failed", 1)),
        *(("look", "succeeded", 2), ("archive", "succeeded", 2)),
    ]
    (kept,) = (daemon.home / "backup").rglob("a.csv")
    assert kept.read_text() == "x\n"
    daemon.cli("trigger", "ingest", "--wait")  # nothing is new
    assert daemon.ask("runs", "2")["run"]["steps"][0]["output"]["files"] == 0
    assert daemon.stop() == 0
