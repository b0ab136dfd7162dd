"""One delivery: a child process that hands one notice to one sink, and what is to be made of its end.

The child reads its order on standard input, secrets included, which stand in no argument, variable or file. Invariant:
`done` is called once, whatever the child does or does not: its group is killed when its time is over, and of what it
says no more than LIMIT bytes are kept.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.model.errors import SpawnError
from sexton.model.log import Log
from sexton.model.notice import SinkKind
from sexton.model.process import Process
from sexton.model.units import DAY, MINUTE, SECOND, Duration, Elapsed

if TYPE_CHECKING:
    from sexton.engine.notices.sink_entry import Posted
    from sexton.engine.tables import World
    from sexton.model.handover import DeliveryLeft
    from sexton.model.notice import Sink
    from sexton.model.run import Exit

COMMAND = (sys.executable, "-P", "-m", "sexton.sinks")
AGAIN = 75  # EX_TEMPFAIL
MISCONFIGURED = 78  # EX_CONFIG: something here, which a person can mend
MENDING: Duration = 5 * MINUTE  # before it is looked whether one has
GRACE: Duration = 2 * SECOND  # beyond the deadline, which the child keeps by itself
LIMIT = 65_536
LONGEST = 500  # characters of an error
PATIENCE: Duration = DAY  # the longest that a sink may ask for
SIGKILL = 9
CRASHED = "Traceback (most recent call last):"  # who ends so has decided nothing: an upgrade may be under way
NOBODY: Mapping[str, str] = MappingProxyType({})


class Verdict(NamedTuple):
    """`error` is empty when the notice was accepted; with `again` it may be tried again, no earlier than `pause`, which
    is the sink's; `rest` is that of this notice alone, so that others have their turn. Of a mail that was accepted,
    `refused` says who will never have it and why, `later` who may when it is tried again. Of a test, `note` says what
    was done, and `unsent` why nothing was."""

    error: str = ""
    again: bool = False
    pause: Duration = 0
    rest: Duration = 0
    refused: Mapping[str, str] = NOBODY
    later: Mapping[str, str] = NOBODY
    note: str = ""
    unsent: str = ""

    @property
    def missed(self) -> str:
        """Whom it was not accepted for, in words."""
        return in_words({**self.later, **self.refused})


class Delivery:
    """To `sink`, to which no other goes at the same time. `done` hears the verdict."""

    def __init__(self, world: World, sink: Sink, done: Callable[[Verdict], None]) -> None:
        self._world = world
        self._sink = sink
        self._done = done
        self._pid = 0
        self._pipes: dict[int, bytes] = {}  # what came out of each

    def begin(self, order: dict[str, Any], options: dict[str, Any]) -> None:
        """Start the child. `options` are added to those of the sink."""
        world, sink = self._world, self._sink
        env = {**world.environ, "SEXTON_INSTANCE": world.identity.state_id, "SEXTON_SINK": sink.name}
        try:
            revealed = {**world.spawner.reveal(sink.options), **options}
            order = {"sink": sink.name, "kind": str(sink.kind), "options": revealed, **order}
            text = json.dumps({**order, "deadline": sink.deadline / SECOND}, ensure_ascii=True)
            child = world.spawner.spawn(Process(COMMAND, stdin=text, log=Log(stderr=os.devnull)), env)
        except SpawnError as error:
            why = str(error)
            world.loop.post(lambda: self._done(Verdict(why, again=True)))
            return
        assert child.errors is not None
        self._watch(child.pid, child.output, child.errors, world.loop.clock.now().elapsed + sink.deadline + GRACE)

    def _watch(self, pid: int, output: int, errors: int, until: Elapsed) -> None:
        self._pid, self._output, self._errors = pid, output, errors
        self._until = until
        self._overdue = False
        self._pipes = {output: b"", errors: b""}
        for pipe in self._pipes:
            self._listen(pipe)
        self._timer = self._world.loop.at_elapsed(until, self._over)
        self._world.children.adopt(pid, self._ended)

    def _listen(self, pipe: int) -> None:
        self._world.loop.watch(pipe, lambda: self._hear(pipe))

    def _hear(self, pipe: int) -> None:
        """Take what is there."""
        try:
            said = os.read(pipe, LIMIT)
        except BlockingIOError:
            return
        self._pipes[pipe] = (self._pipes[pipe] + said)[-LIMIT:]
        if not said:
            self._world.loop.unwatch(pipe)

    def _over(self) -> None:
        self._overdue = True
        self.kill()

    def kill(self) -> None:
        """End it, whatever it is doing."""
        if self._pid:
            self._world.spawner.kill_tree(self._pid, self._mark)

    @property
    def _mark(self) -> str:
        return f"{self._world.identity.mark}\0SEXTON_SINK={self._sink.name}"

    def _ended(self, ended: Exit) -> None:
        self._timer.cancel()
        self._world.spawner.signal_group(self._pid, SIGKILL)  # what it has left behind
        if self._sink.kind is SinkKind.COMMAND:  # who else's child starts nothing
            self._world.spawner.kill_tree(0, self._mark)
        for pipe in self._pipes:
            self._hear(pipe)
            self._world.loop.unwatch(pipe)
            os.close(pipe)
        errors = self._pipes[self._errors].decode(errors="replace")
        self._done(self._verdict(ended, self._world.spawner.redacted(errors)))

    def _verdict(self, ended: Exit, errors: str) -> Verdict:
        if self._overdue:
            return Verdict("no answer before the deadline", again=True)
        if ended.code == 0:
            return self._accepted(self._facts())
        last = next((line.strip() for line in reversed(errors.splitlines()) if line.strip()), "")[:LONGEST]
        if ended.signal is not None:
            return Verdict(last or f"ended by signal {ended.signal}", again=True)
        why = last or f"exited with code {ended.code}"
        if ended.code == AGAIN:
            return Verdict(why, again=True, pause=self._asked_pause())
        if ended.code == MISCONFIGURED:
            return Verdict(why, again=True, rest=MENDING)
        return Verdict(why, again=CRASHED in errors)

    def _accepted(self, facts: Mapping[str, Any]) -> Verdict:
        """What it has told of that."""
        note, unsent = (self._world.spawner.redacted(str(facts.get(key) or "")) for key in ("note", "unsent"))
        return Verdict(
            refused=self._addresses(facts, "refused"),
            later=self._addresses(facts, "later"),
            note=note[:LONGEST],
            unsent=unsent[:LONGEST],
        )

    def _asked_pause(self) -> Duration:
        """What the server has asked for."""
        with suppress(ValueError, TypeError, OverflowError):
            return max(0, min(round(float(self._facts().get("retry_after", 0)) * SECOND), PATIENCE))
        return 0

    def _addresses(self, facts: Mapping[str, Any], key: str) -> Mapping[str, str]:
        found, redacted = facts.get(key), self._world.spawner.redacted
        return (
            {str(address): redacted(str(why)) for address, why in found.items()} if isinstance(found, dict) else NOBODY
        )

    def _facts(self) -> Mapping[str, Any]:
        """What the child may tell: one line of JSON."""
        with suppress(ValueError, IndexError):
            facts = json.loads(self._pipes[self._output].splitlines()[-1])
            return facts if isinstance(facts, dict) else {}
        return {}

    # From one image of Sexton to the next

    def leave_behind(self, sink: str, posted: Posted) -> DeliveryLeft:
        """`pid` is 0 where it has no process."""
        from sexton.model.handover import DeliveryLeft

        known = (sink, posted.id, posted.attempts, posted.fresh_at)
        if not self._pid:
            return DeliveryLeft(*known)
        return DeliveryLeft(*known, self._pid, self._output, self._errors, self._until)

    def take_up(self, left: DeliveryLeft) -> None:
        """Go on with a child of the last image."""
        self._watch(left.pid, left.output, left.errors, left.until)


def in_words(addresses: Mapping[str, str]) -> str:
    """Who does not get it, and why, for people."""
    return "; ".join(f"{address}: {why}" for address, why in addresses.items())[:LONGEST]
