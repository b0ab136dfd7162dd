"""When another image takes over, and that nothing has changed when it does not."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest

from sexton.engine.reexec import LAST_ANSWERS, QUIET_WITHIN, Reexec
from sexton.engine.trial import WITHIN
from sexton.model.errors import HandOverError, Refused
from sexton.model.image import READY
from sexton.model.units import MINUTE, SECOND, Duration
from tests.engine.stage import Stage, job

TRIAL = {"SEXTON_SERVICE": "trial"}  # by which the stage knows the process


class StagedImage:
    """Implements engine/reexec.py's Image. `became` counts; `failing` is why it cannot be."""

    command = ("sexton", "run")

    def __init__(self, post: Callable[[Callable[[], None]], None]) -> None:
        self._post = post
        self.said: list[str] = []
        self.failing = ""
        self.became = 0
        self.signals_to_come = 0

    def on_trial(self) -> tuple[Mapping[str, str], str]:
        if self.failing == "on_trial":
            raise HandOverError("cannot gather")
        return TRIAL, "what is left"

    def part(self, within: Duration, done: Callable[[], None]) -> None:
        assert within == LAST_ANSWERS
        self.said.append("part")
        self._post(done)

    def stay(self) -> None:
        self.said.append("stay")

    def become(self) -> None:
        if self.signals_to_come:
            self.signals_to_come -= 1
            return
        self.became += 1
        if self.failing == "become":
            raise HandOverError("cannot become /usr/bin/python3: Permission denied")
        raise Became  # the process is another image; nothing of this one goes on


class Became(Exception):
    pass


class Asked:
    """A stage on which a reexec was asked for, with its trial still on."""

    def __init__(self, stage: Stage, said: str = READY) -> None:
        self.stage = stage
        self.image = StagedImage(stage.loop.post)
        self.reexec = Reexec(stage.engine, self.image)
        self.answers: list[Any] = []
        reader, writer = os.pipe2(os.O_NONBLOCK)
        os.write(writer, said.encode() + b"\n")
        os.close(writer)
        stage.spawner.output = reader
        self.reexec.ask(self.answers.append)
        if self.answers:  # nobody was started who could close it
            os.close(reader)

    def tried(self, code: int = 0) -> "Asked":
        """The trial has ended."""
        with suppress(Became):
            self.stage.end("trial", code)
        return self

    def refused(self) -> str:
        (refusal,) = self.answers
        assert isinstance(refusal, Refused)
        return f"{refusal.kind}: {refusal}"


@pytest.fixture
def stage() -> Stage:
    stage = Stage(job("tick", "* * * * *"), state="/state.db")
    stage.live("tick", lasts=SECOND)
    stage.start()
    return stage


def goes_on(stage: Stage) -> bool:
    """Whether the next fire time runs."""
    before = len(stage.started("tick"))
    stage.pass_time(MINUTE + SECOND)
    return len(stage.started("tick")) == before + 1


def test_it_is_answered_and_the_clients_gone_before_the_image_changes(stage: Stage) -> None:
    asked = Asked(stage)
    assert asked.answers == []
    asked.tried()
    assert asked.answers == ["Sexton goes on as a new image"]
    assert (asked.image.said, asked.image.became) == (["part"], 1)


def test_an_image_that_fails_on_trial_changes_nothing_and_its_last_words_are_said(stage: Stage) -> None:
    asked = Asked(stage, said="Traceback\n  line\nImportError: no h11").tried(1)
    assert asked.refused() == (
        "conflict: cannot become the new image: on trial it exited with code 1: Traceback; line; ImportError: no h11"
    )
    assert asked.image.said == []
    assert stage.world.reexec_failed is not None
    assert ("error", "reexec: nothing was changed") in stage.logs.said
    assert goes_on(stage)


def test_a_program_that_ends_well_and_does_not_say_that_it_is_fit_is_not(stage: Stage) -> None:
    assert "on trial it exited with code 0: Sexton 0.0" in Asked(stage, said="Sexton 0.0").tried().refused()


def test_all_problems_of_the_configuration_are_said(stage: Stage) -> None:
    problems = "a.toml:1: this\na.toml:2: that"
    assert Asked(stage, said=problems).tried(78).refused() == f"broken_plan: {problems}"


def test_a_trial_that_does_not_end_is_ended(stage: Stage) -> None:
    asked = Asked(stage, said="")
    stage.pass_time(WITHIN)
    assert "was ended by signal 9" in asked.refused()
    assert goes_on(stage)


def test_an_exec_that_fails_leaves_this_image_at_work(stage: Stage) -> None:
    asked = Asked(stage)
    asked.image.failing = "become"
    asked.tried()
    assert asked.image.said == ["part", "stay"]
    assert stage.world.reexec_failed == "cannot become /usr/bin/python3: Permission denied"
    assert goes_on(stage)


def test_what_cannot_be_gathered_is_said_and_nothing_is_tried(stage: Stage) -> None:
    image = StagedImage(stage.loop.post)
    image.failing = "on_trial"
    answers: list[Any] = []
    Reexec(stage.engine, image).ask(answers.append)
    assert str(answers[0]) == "cannot gather"
    assert stage.spawner.pids("trial") == []


def test_a_store_that_does_not_answer_is_not_left_behind(stage: Stage) -> None:
    stage.trigger("tick")
    stage.store.hold()
    stage.pass_time(2 * SECOND)  # the end of the run is on its way
    asked = Asked(stage).tried()
    assert asked.answers == []
    stage.pass_time(QUIET_WITHIN)
    assert asked.refused().startswith("unavailable: the store does not answer")
    assert asked.image.became == 0
    stage.store.release()
    assert goes_on(stage)


def test_the_image_changes_as_soon_as_the_store_has_answered(stage: Stage) -> None:
    stage.trigger("tick")
    stage.store.hold()
    stage.pass_time(2 * SECOND)
    asked = Asked(stage).tried()
    stage.store.release()
    with pytest.raises(Became):
        stage.loop.advance(0)
    assert (asked.image.said, asked.image.became) == (["part"], 1)


def test_a_signal_that_has_come_is_seen_to_first(stage: Stage) -> None:
    asked = Asked(stage)
    asked.image.signals_to_come = 1
    asked.tried()
    assert asked.image.became == 1


def test_a_stop_meanwhile_is_not_delayed(stage: Stage) -> None:
    asked = Asked(stage)
    stage.stop()
    assert asked.tried().refused() == "unavailable: Sexton is stopping"
    assert asked.image.became == 0


def test_it_is_refused_while_another_is_on(stage: Stage) -> None:
    asked = Asked(stage)
    answers: list[Any] = []
    asked.reexec.ask(answers.append)
    assert str(answers[0]) == "Sexton is being replaced already"
    assert asked.answers == []


def test_it_is_refused_while_sexton_stops(stage: Stage) -> None:
    stage.live("tick", stubborn=True)
    stage.trigger("tick")
    stage.stop()
    assert Asked(stage).refused() == "unavailable: Sexton is stopping"


def test_a_history_in_memory_is_not_thrown_away() -> None:
    stage = Stage()
    stage.start()
    assert Asked(stage).refused().startswith("conflict: the history is in memory alone")


def test_what_runs_once_is_not_replaced() -> None:
    stage = Stage(job("load", "@reboot"), state="/state.db")
    stage.start(once=True)
    assert Asked(stage).refused().startswith("conflict: Sexton runs once")


def test_a_run_by_hand_is_refused_for_the_moment_in_which_nobody_could_answer_for_it(stage: Stage) -> None:
    stage.engine.halt()
    assert "just being replaced" in str(stage.trigger("tick"))
