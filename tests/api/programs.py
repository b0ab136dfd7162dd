"""Programs for the doors' tests: services that stand as they are told to, and wishes that are answered by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sexton.core.reload import Difference
from sexton.model.plan import Plan, Settings
from sexton.model.process import Process
from sexton.model.service import Service, ServiceState, Standing
from sexton.model.supervisord import Described, Supervisord
from sexton.ports import Answer, Program


class FakeProgram(NamedTuple):
    """Implements ports.Program."""

    service: Service
    standing: Standing


class FakePrograms:
    """Implements ports.Programs. Wishes wait in `held`."""

    def __init__(self) -> None:
        self.stopping = False
        self.known: dict[str, FakeProgram] = {}
        self.paths: dict[str, tuple[str | None, str | None]] = {}
        self.held: list[Callable[[], None]] = []
        self.steered: list[tuple[str, tuple[str, ...], bool]] = []
        self.wakes: list[Callable[[], None]] = []
        self.left: list[bool] = []
        self.plan = Plan(Settings(":memory:", "/logs", "/s", "UTC"), supervisord=Supervisord())
        self.when_steered: Callable[[], None] = lambda: None

    def put(self, name: str, state: ServiceState = ServiceState.RUNNING, log: str | None = None) -> None:
        self.known[name] = FakeProgram(Service(name, Process(("/bin/sh",))), Standing(name, state, 4712))
        self.paths[name] = (log, None)

    def now(self) -> int:
        return 0

    @property
    def planned(self) -> Mapping[str, Service]:
        return {}

    @property
    def described(self) -> Mapping[str, Described]:
        return {}

    def all(self) -> Sequence[Program]:
        return tuple(self.known.values())

    def logs(self, program: Program) -> tuple[str | None, str | None]:
        return self.paths[program.service.name]

    def steer(self, names: Sequence[str], wish: str, answer: Answer, *, signum: int = 0, wait: bool = True) -> None:
        self.steered.append((wish, tuple(names), wait))
        self.held.append(lambda: answer([]))
        self.when_steered()

    def disabled(self, name: str) -> bool:
        return False

    def feed(self, name: str, data: bytes) -> None: ...

    def tell_listeners(self, kind: str, data: str) -> None: ...

    def reread(self, answer: Answer) -> None:
        answer(Difference((), (), ()))

    def add(self, group: str) -> bool:
        raise KeyError(group)

    def remove(self, group: str) -> bool:
        raise KeyError(group)

    def clear(self, path: str) -> None: ...

    def leave(self, *, again: bool) -> None:
        self.left.append(again)

    def follow(self, name: str, wake: Callable[[], None]) -> Callable[[], None]:
        self.wakes.append(wake)
        return lambda: self.wakes.remove(wake)

    def follow_own(self, wake: Callable[[], None]) -> Callable[[], None]:
        return self.follow("", wake)
