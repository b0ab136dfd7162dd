"""Listeners on the stage: their processes are fakes with real pipes, which say what a test has them say."""

from typing import Any

from sexton.model.listener import Listener
from sexton.model.process import Process
from sexton.model.service import Service
from sexton.model.units import SECOND
from sexton.wire.listener import READY, ListenerSide, Received, result
from tests.engine.stage import Stage
from tests.engine.staged_world import Talk

OK, FAIL = result(b"OK"), result(b"FAIL")


def process_of(listener: str, name: str | None = None, **keys: Any) -> Service:
    """A service that is a process of that listener."""
    process = Process((f"./{listener}",), fed=True, errors_apart=True)
    group = None if name is None else listener
    return Service(name or listener, process, listener=listener, group=group, **keys)


class Listening(Stage):
    """A Sexton with listeners that has run for two seconds; each process has said READY unless `shy`."""

    def __init__(
        self,
        *listeners: Listener,
        services: tuple[Service, ...] = (),
        processes: tuple[Service, ...] = (),
        shy: bool = False,
        **settings: Any,
    ) -> None:
        own = processes or tuple(process_of(each.name) for each in listeners)
        super().__init__(services=(*own, *services), listeners=listeners, **settings)
        self._sides: dict[int, ListenerSide] = {}
        self.start()
        for each in () if shy else own:
            self.say(each.name, READY)
        self.pass_time(2 * SECOND)

    def talk(self, name: str) -> Talk:
        (pid,) = self.spawner.pids(name)
        return self.spawner.talks[pid]

    def say(self, name: str, data: bytes) -> None:
        """The process of a listener says this, all at once."""
        self.talk(name).say(data)
        self.loop.settle()

    def told(self, name: str) -> list[Received]:
        """The events that the process was told since it was asked last."""
        (pid,) = self.spawner.pids(name)
        return self._sides.setdefault(pid, ListenerSide()).feed(self.spawner.talks[pid].hear())

    def names(self, name: str) -> list[str]:
        """The names of those events."""
        return [event.headers["eventname"] for event in self.told(name)]

    def answer(self, name: str, answer: bytes = OK) -> None:
        """Answer the event that the process has, and be READY."""
        self.say(name, answer + READY)

    def all_told(self, name: str) -> list[Received]:
        """Every event that waits, each answered with OK."""
        told: list[Received] = []
        while new := self.told(name):
            told += new
            self.answer(name)
        return told

    def remote(self, kind: str, data: str = "") -> None:
        """An event that somebody sends."""
        assert self.world.listeners is not None
        self.world.listeners.remote(kind, data)
        self.loop.settle()

    def view(self, name: str) -> dict[str, Any]:
        """The listener as the API shows it."""
        answers: list[Any] = []
        self.control.listeners(answers.append)
        (found,) = (view for view in answers[0] if view["name"] == name)
        return dict(found)
