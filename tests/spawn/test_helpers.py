"""Helpers are asked together, none is waited for without end, and none is left behind."""

import os
from pathlib import Path

from sexton.model.units import MILLISECOND, SECOND
from sexton.spawn.helpers import LIMIT, Answer, ask

ENV = {"PATH": os.environ["PATH"], "WORD": "from the environment"}


def shell(script: str) -> tuple[str, ...]:
    return ("sh", "-c", script)


def alone(script: str, within: int = 20 * SECOND) -> Answer:
    return ask({"it": shell(script)}, ENV, within)["it"]


def test_each_prints_its_answer_even_when_there_are_more_than_go_at_once() -> None:
    answers = ask({str(number): shell(f"echo {number}; echo no >&2") for number in range(20)}, ENV, 20 * SECOND)
    assert answers == {str(number): Answer(b"%d\n" % number) for number in range(20)}


def test_a_helper_has_the_environment_it_is_given_and_no_input() -> None:
    assert alone('cat; printf "$WORD$HOME"').output == b"from the environment"


def test_why_there_is_no_answer_is_said_without_what_was_printed() -> None:
    assert alone("echo hush; echo hush >&2; exit 3") == Answer(
        b"", "sh exited with code 3; run it by hand to see what it says"
    )
    assert alone("kill -9 $$").problem == "sh was killed by SIGKILL; run it by hand to see what it says"
    assert "cannot start 'not-there'" in ask({"it": ("not-there",)}, ENV, SECOND)["it"].problem


def test_too_long_an_answer_is_refused_without_reading_it_all() -> None:
    assert alone("yes").problem == f"sh prints more than {LIMIT:,} bytes"
    assert len(alone(f"head -c {LIMIT} /dev/zero").output) == LIMIT


def test_what_does_not_end_in_time_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "held")
    reader = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    answers = ask(
        {"slow": shell(f"exec 9>'{tmp_path}/held'; sleep 1000 & sleep 1000"), "fast": shell("echo x")}, ENV, SECOND
    )
    assert answers["fast"] == Answer(b"x\n")
    assert answers["slow"] == Answer(b"", "sh did not end in time (1 s for all sources together)")
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""  # the end of the file: nobody holds it any more
    os.close(reader)


def test_a_helper_that_closes_its_output_and_goes_on_costs_no_more_than_its_time() -> None:
    before = os.times()
    assert "in time" in alone("exec >&- 2>&-; exec sleep 1000", 300 * MILLISECOND).problem
    after = os.times()
    assert after.user + after.system - before.user - before.system < 0.2


def test_what_a_helper_leaves_in_the_background_is_not_waited_for() -> None:
    assert alone("sleep 1000 & echo word") == Answer(b"word\n")


def test_no_descriptor_is_left() -> None:
    before = len(os.listdir("/proc/self/fd"))
    ask({"a": shell("echo a"), "b": shell("exit 1"), "c": ("not-there",)}, ENV, 20 * SECOND)
    assert len(os.listdir("/proc/self/fd")) == before
