"""A new image on trial: a child that reads the hand-over and the configuration as the image would, and says so.

Loaded when Sexton is to be replaced in place. Invariant: `done` is called once, whatever the child does or does not; it
may take WITHIN, and of what it says at most LIMIT bytes are kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sexton.model.errors import EXIT_CONFIG, Refused, SpawnError
from sexton.model.image import READY
from sexton.model.process import Process
from sexton.model.run import Exit
from sexton.model.units import SECOND, Duration

if TYPE_CHECKING:
    from sexton.engine.tables import World

WITHIN: Duration = 20 * SECOND
LIMIT = 65_536
SIGKILL = 9
LAST_LINES = 3  # of what a broken image says


class Trial:
    """`done` hears None when the image is fit, else why it is not."""

    def __init__(self, world: World, done: Callable[[Refused | None], None]) -> None:
        self._world = world
        self._done = done
        self._said = b""

    def begin(self, argv: tuple[str, ...], env: Mapping[str, str], left: str) -> None:
        """Start it with the hand-over on its standard input."""
        try:
            child = self._world.spawn(Process(argv, stdin=left), env)
        except SpawnError as error:
            self._done(Refused("conflict", str(error)))
            return
        self._pid, self._output = child.pid, child.output
        self._world.children.adopt(child.pid, self._ended)
        self._world.loop.watch(child.output, self._hear)
        self._timer = self._world.loop.after(WITHIN, self._kill)

    def _hear(self) -> None:
        """Take what it says."""
        try:
            said = os.read(self._output, LIMIT)
        except BlockingIOError:
            return
        self._said = (self._said + said)[-LIMIT:]
        if not said:
            self._world.loop.unwatch(self._output)

    def _kill(self) -> None:
        self._world.spawner.signal_group(self._pid, SIGKILL)

    def _ended(self, ended: Exit) -> None:
        self._timer.cancel()
        self._hear()
        self._world.loop.unwatch(self._output)
        os.close(self._output)
        self._done(_verdict(ended, self._said.decode(errors="replace").splitlines()))


def _verdict(ended: Exit, said: list[str]) -> Refused | None:
    if ended.code == 0 and READY in said:
        return None
    if ended.code == EXIT_CONFIG:
        return Refused("broken_plan", "\n".join(said))
    how = f"exited with code {ended.code}" if ended.signal is None else f"was ended by signal {ended.signal}"
    words = "; ".join(line.strip() for line in said[-LAST_LINES:]) or "it said nothing"
    return Refused("conflict", f"cannot become the new image: on trial it {how}: {words}")
