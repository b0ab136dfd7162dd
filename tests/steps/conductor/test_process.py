"""One step as a process: its time, its end, its secrets, and what it reports."""

import os
import signal
from pathlib import Path

from tests.steps.conducting import conduct, shell, start

STUBBORN = "trap '' TERM; while :; do sleep 100 & wait; done"


def test_a_step_is_ended_when_its_timeout_is_over(tmp_path: Path) -> None:
    done = conduct(tmp_path, shell("slow", "sleep 100", timeout=100_000), shell("next", "true"))
    assert (done.code, done.states) == (75, {"slow": "timeout"})


def test_a_step_that_ignores_term_is_killed_with_its_children(tmp_path: Path) -> None:
    slow = shell("slow", f"echo $$ > pid; {STUBBORN}", timeout=100_000)
    done = conduct(tmp_path, slow, stop=100_000)
    assert (done.code, done.last["slow"].signal) == (75, signal.SIGKILL)
    assert not os.path.exists(f"/proc/{(tmp_path / 'pid').read_text().strip()}")


def test_what_a_step_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    done = conduct(tmp_path, shell("leave", "setsid sleep 1000 & echo $! > pid"))
    assert done.code == 0
    assert not os.path.exists(f"/proc/{(tmp_path / 'pid').read_text().strip()}")


def test_no_further_step_begins_when_the_run_is_asked_to_end(tmp_path: Path) -> None:
    started = start(tmp_path, shell("one", "kill -TERM 0; sleep 100"), shell("two", "true"))
    done = started.end()
    assert (done.code, done.states) == (128 + signal.SIGTERM, {"one": "cancelled"})


def test_the_code_of_a_command_is_that_of_its_run(tmp_path: Path) -> None:
    assert conduct(tmp_path, shell("fails", "exit 42")).code == 42
    assert conduct(tmp_path, shell("dies", "kill -KILL $$"), run="2").code == 137


def test_a_command_cannot_say_that_another_attempt_would_not_help(tmp_path: Path) -> None:
    for code in (77, 78):
        done = conduct(tmp_path, shell("fails", f"exit {code}"), run=str(code))
        assert (done.code, done.last["fails"].exit_code) == (1, code)


def test_a_built_in_step_can(tmp_path: Path) -> None:
    step = {"name": "sort", "step": "sort", "options": {"schema": "none", "processed": "p", "flagged": "f"}}
    assert conduct(tmp_path, step).code == 78


def test_a_step_whose_record_cannot_be_kept_has_failed_and_may_be_tried_again(tmp_path: Path) -> None:
    spoil = 'mkdir -p "${SEXTON_STEP_OUTPUT%.written}.done/x"'
    done = conduct(tmp_path, shell("spoils", spoil), shell("next", "true"))
    assert (done.code, done.states) == (75, {"spoils": "failed"})
    assert "Is a directory" in done.last["spoils"].reason


def test_a_command_that_is_not_there_fails(tmp_path: Path) -> None:
    done = conduct(tmp_path, {"name": "none", "command": ["/is/not/there"]})
    assert (done.code, done.states) == (75, {"none": "failed"})
    assert "/is/not/there" in done.last["none"].reason


def test_a_secret_is_in_the_environment_of_its_command_and_nowhere_on_the_disk(tmp_path: Path) -> None:
    uses = shell("uses", 'test "$PW" = tellnobody', env={"PW": {"$secret": "pw"}})
    other = shell(
        "other", "! env | grep tellnobody; ! grep -ra tellnobody . /proc/$PPID/environ /proc/$PPID/cmdline; exit 3"
    )
    done = conduct(tmp_path, uses, other, secrets={"pw": "tellnobody"})
    assert (done.code, done.states["uses"]) == (3, "succeeded"), done.output


def test_counts_add_up_and_the_last_summary_of_a_name_stays(tmp_path: Path) -> None:
    said = [
        '{"count": {"rows": 10}}',
        '{"count": {"rows": 5, "flagged": 1}}',
        '{"summary": ["q", "old"]}',
        '{"summary": ["q", "new"]}',
        "no report at all",
        '{"count": {"rows": "many"}}',
        '{"count": {"rows": 1e999}}',
        '{"count": {"rows": 99999999999999999999999}}',
        '{"count": {"most": 4000000000000000000}}',
        '{"count": {"most": 4000000000000000000}}',
        '{"progress": [1, null, "rows"]}',
    ]
    lines = "".join(f"echo '{line}' >&$SEXTON_STEP_REPORT\n" for line in said)
    record = conduct(tmp_path, shell("says", lines)).last["says"]
    assert (record.counts, record.summaries) == ({"rows": 15, "flagged": 1, "most": 2**62}, {"q": "new"})


def test_the_reason_that_a_command_gives_is_in_its_record(tmp_path: Path) -> None:
    says = """echo '{"reason": "the source is empty"}' >&$SEXTON_STEP_REPORT; exit 1"""
    assert conduct(tmp_path, shell("says", says)).last["says"].reason == "the source is empty"


def test_a_flood_of_reports_neither_stops_the_step_nor_reaches_the_daemon(tmp_path: Path) -> None:
    flood = 'yes \'{"count": {"n": 1}}\' | head -n 100000 >&$SEXTON_STEP_REPORT; '
    nonsense = "head -c 20000000 /dev/zero >&$SEXTON_STEP_REPORT; echo >&$SEXTON_STEP_REPORT; "
    names = 'seq 5000 | sed \'s/.*/{"count": {"n&": 1}}/\' >&$SEXTON_STEP_REPORT'
    done = conduct(tmp_path, shell("floods", flood + nonsense + names))
    assert (done.code, done.last["floods"].counts["n"]) == (0, 100_000)
    assert len(done.last["floods"].counts) == 40
    assert len(done.told) < 30


def test_no_zombies_gather_of_what_a_step_leaves_while_it_goes_on(tmp_path: Path) -> None:
    leave = "for n in $(seq 50); do (true &); done; "
    look = 'until [ $(grep -sl "^PPid:.$PPID$" /proc/[0-9]*/status | wc -l) = 1 ]; do :; done'
    done = conduct(tmp_path, shell("leaves", leave + look, timeout=20_000_000))
    assert done.code == 0, done.output
