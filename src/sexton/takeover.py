"""The next image of Sexton: takes up what the last one left (leaving.py) in place of a start.

Loaded when an image is told that it is not the first. Its plan is the one that was in force, so that nothing changes
with the image; then the configuration is read as by a reload. Invariant: descriptors that were left are closed to
children before there can be one, and signals wait until they can be seen to.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from sexton import __version__
from sexton.app import Daemon, counted
from sexton.engine import handover
from sexton.engine.tables import Identity
from sexton.loading import Loader
from sexton.logs.keeper import LogKeeper
from sexton.model.errors import EXIT_CONFIG, EXIT_OK, HandOverError, StoreError
from sexton.model.handover import HandOver
from sexton.model.image import READY, TRIAL, VARIABLE
from sexton.model.ledger import Row
from sexton.premises import keep_standard_descriptors
from sexton.spawn import image
from sexton.start import run_daemon
from sexton.store import OpenStore, check_store, open_store
from sexton.wire.handover import decode

if TYPE_CHECKING:
    from sexton.spawn.keyring import Keyring

FIRST = 3  # descriptor after the standard ones


def run_next(files: Sequence[str], *, form: str | None) -> int:
    """Go on as Sexton, or say whether this image could; the exit code."""
    word = os.environ.pop(VARIABLE)
    if word == TRIAL:
        return _on_trial(files, form)
    try:
        left = _take(word)
    except HandOverError as error:
        print(f"sexton: {error}; starting as after a crash", file=sys.stderr, flush=True)
        os.closerange(FIRST, os.sysconf("SC_OPEN_MAX"))
        return run_daemon(files, once=False, environ=os.environ, form=form)
    return _take_up(left, files, form)


def _take(word: str) -> HandOver:
    if not word.isdigit():
        raise HandOverError(f"cannot take up what was left: {VARIABLE} is {word!r}, which is no descriptor")
    left = decode(image.take(int(word)))
    if left.pid != os.getpid():
        raise HandOverError(f"cannot take up what was left: process {left.pid} left it, for itself")
    image.inherit(left.descriptors, False)
    return left


def _on_trial(files: Sequence[str], form: str | None) -> int:
    """Whether what is on standard input could be taken up, and the configuration be read. Raises SextonError."""
    left = decode(sys.stdin.buffer.read())
    loader_of(left, files, form, keyring_of(left)).load()
    check_store(left.engine.plan.settings.state)
    print(READY)
    return EXIT_OK


def keyring_of(left: HandOver) -> Keyring | None:
    """The keyring as it was left."""
    if left.secrets is None:
        return None
    from sexton.spawn.keyring import Keyring

    keyring = Keyring(left.secrets.values, left.hidden, left.secrets.places)
    keyring.take_up(left.secrets)
    return keyring


def loader_of(left: HandOver, files: Sequence[str], form: str | None, keyring: Keyring | None) -> Loader:
    return Loader(files, left.environ, form, left.engine.plan.secrets, keyring)


def _take_up(left: HandOver, files: Sequence[str], form: str | None) -> int:
    keep_standard_descriptors()
    with ExitStack() as closing:
        keyring = keyring_of(left)
        if keyring is not None:
            closing.callback(keyring.close)
        try:
            successor = Successor(left, loader_of(left, files, form, keyring), os.environ, closing)
        except StoreError as error:
            print(f"sexton: state: {error}", file=sys.stderr)
            return EXIT_CONFIG
        return successor.run()


class Successor(Daemon):
    """The daemon, with what was left in place of what a start makes."""

    def __init__(self, left: HandOver, load: Loader, environ: Mapping[str, str], closing: ExitStack) -> None:
        self._left_behind = left
        super().__init__(left.engine.plan, load, load.keyring, environ, closing, once=False)
        self._spawner.take_up_sockets(left.sockets)
        self._engine.world.image_started = self._reactor.clock.now().wall

    def _open_logs(self, closing: ExitStack) -> LogKeeper:
        left = self._left_behind
        keeper = super()._open_logs(closing)
        if left.hidden and keeper.redactor is None:
            from sexton.wire.redact import Redactor

            keeper.hide(Redactor(left.hidden))
        for outlet, was in zip(self._outlets, (left.logs.output, left.logs.errors), strict=True):
            outlet.dropped = was.dropped
            outlet.put(was.waiting)
        self._taken_up = keeper.take_up(left.logs)
        return keeper

    def _open_state(self) -> OpenStore:
        return open_store(self._plan.settings.state, self._reactor.post, held=self._left_behind.lock)

    def _identity(self, opened: OpenStore) -> Identity:
        left = self._left_behind.engine
        return Identity(left.state_id, left.incarnation, left.started)

    def _to_recover(self, opened: OpenStore) -> Sequence[Row]:
        return ()

    def _judge_loss(self, opened: OpenStore) -> str | None:
        return super()._judge_loss(opened) or self._left_behind.engine.hold

    def _ignored_signals(self) -> frozenset[int]:
        return frozenset(self._left_behind.ignored)

    def _listen(self) -> None:
        self._doors.take_up(self._left_behind.doors)

    def _begin(self) -> None:
        left = self._left_behind.engine
        self._engine.go_on_from(lambda: handover.take_up(self._engine, left, self._taken_up))
        self._serve()
        self._engine.world.children.reap()
        self._logs.say("info", self._what_goes_on(), event="reexecuted")
        del self._left_behind, self._taken_up  # all of it has its place by now
        self._reload.ask(lambda said: None)

    def _what_goes_on(self) -> str:
        left = self._left_behind
        was = "" if left.by == __version__ else f" (it was {left.by})"
        going = f"{counted(self._engine.services.alive, 'service')}, {counted(self._engine.world.runs, 'run')}"
        return f"Sexton {__version__} took over in place, pid {os.getpid()}{was}: {going} going on"
