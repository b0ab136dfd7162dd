"""Replacement in place: another image of Sexton takes the place of this one in the same process (execve(2)).

First it is tried, while all goes on; then nothing new is decided until the store is quiet and the clients have their
answers; then, in one turn of the loop, everything is left to it. Invariant: until the exec itself nothing is given up,
so that whatever goes wrong leaves this image at work as if nothing had been asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from sexton.engine.trial import Trial
from sexton.model.errors import Refused, SextonError
from sexton.model.units import MILLISECOND, SECOND, Duration

if TYPE_CHECKING:
    from sexton.engine.engine import Engine
    from sexton.ports import Answer, Timer

QUIET_WITHIN: Duration = 5 * SECOND  # for the store to answer what it was given
LAST_ANSWERS: Duration = 50 * MILLISECOND  # for clients to take theirs

IN_MEMORY = ":memory:"


class Image(Protocol):
    """The image that is to come, and the doors of this one."""

    @property
    def command(self) -> tuple[str, ...]: ...

    def on_trial(self) -> tuple[Mapping[str, str], str]:
        """The environment of its trial, and what it would be left. Raises SextonError."""

    def part(self, within: Duration, done: Callable[[], None]) -> None:
        """Take in no more clients, and let those who are here have their answers."""

    def stay(self) -> None:
        """Take in clients again."""

    def become(self) -> None:
        """Leave everything to it and become it. Returns when that has to wait for a signal to be seen to. Raises
        SextonError when it cannot be."""


class Reexec:
    """Replaces this image when it is asked to. One at a time."""

    def __init__(self, engine: Engine, image: Image) -> None:
        self._engine = engine
        self._world = engine.world
        self._image = image
        self._answer: Answer | None = None  # of who has asked
        self._late: Timer | None = None

    def ask(self, answer: Answer) -> None:
        """Answer: a sentence once nothing is in the way any more, or Refused."""
        refusal = self._refusal()
        if refusal is not None:
            answer(refusal)
            return
        self._answer = answer
        try:
            env, left = self._image.on_trial()
        except SextonError as error:
            self._tried(Refused("conflict", str(error)))
            return
        Trial(self._world, self._tried).begin(self._image.command, env, left)

    def _refusal(self) -> Refused | None:
        if self._engine.shutdown.begun:
            return Refused("unavailable", "Sexton is stopping")
        if not self._engine.enlisted:
            return Refused("unavailable", "Sexton is still starting; try again in a moment")
        if self._engine.halted or self._answer is not None:
            return Refused("unavailable", "Sexton is being replaced already")
        if self._engine.once:
            return Refused("conflict", "Sexton runs once and ends; the next start is the new image")
        if self._world.plan.settings.state == IN_MEMORY:
            return Refused("conflict", "the history is in memory alone and would be lost; give `state` a file")
        return None

    def _tried(self, refusal: Refused | None) -> None:
        if refusal is None and self._engine.shutdown.begun:
            refusal = Refused("unavailable", "Sexton is stopping")
        if refusal is not None:
            self._refuse(refusal)
            return
        self._engine.halt()
        self._late = self._world.loop.after(QUIET_WITHIN, self._too_late)
        self._when_quiet(self._part)

    def _when_quiet(self, call: Callable[[], None]) -> None:
        """Call once the store has answered everything, unless it has become too late for that."""
        if self._late is None:
            return
        if self._world.store.quiet and not self._engine.requests.apart:
            call()
        else:
            self._world.store.on_quiet = lambda: self._world.loop.post(lambda: self._when_quiet(call))

    def _too_late(self) -> None:
        self._late = None
        self._stay(Refused("unavailable", "the store does not answer; a new image would not know what is recorded"))

    def _part(self) -> None:
        """Nobody is taken in from here on: who asks next asks the new image."""
        self._image.part(LAST_ANSWERS, lambda: self._when_quiet(self._become))
        self._tell("Sexton goes on as a new image")

    def _become(self) -> None:
        if self._engine.shutdown.begun:
            self._stay(Refused("unavailable", "Sexton is stopping"))
            return
        try:
            self._image.become()
        except SextonError as error:
            self._stay(Refused("conflict", str(error)))
        else:
            self._world.loop.post(lambda: self._when_quiet(self._become))

    def _stay(self, refusal: Refused) -> None:
        """This image goes on."""
        if self._late is not None:
            self._late.cancel()
            self._late = None
        self._world.store.on_quiet = None
        if not self._engine.shutdown.begun:
            self._engine.go_on()
        self._image.stay()
        self._refuse(refusal)

    def _refuse(self, refusal: Refused) -> None:
        """Say why where it was asked, in the log, and to whoever asks later."""
        self._world.reexec_failed = str(refusal)
        for line in str(refusal).splitlines():
            self._world.logs.say("error", f"reexec: {line}", event="reexec_failed")
        self._world.logs.say("error", "reexec: nothing was changed", event="reexec_failed")
        self._tell(refusal)

    def _tell(self, said: str | Refused) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer(said)
