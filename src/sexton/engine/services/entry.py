"""One service in the engine's memory, and what its states have in common. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.model.service import Service, ServiceState, Standing
from sexton.model.units import Elapsed

if TYPE_CHECKING:
    from sexton.engine.listeners.member import Member
    from sexton.engine.services.stdin import StdinPipe
    from sexton.ports import RunLog, Timer

ALIVE = frozenset(
    {
        *(ServiceState.STARTING, ServiceState.RUNNING, ServiceState.STOPPING),
        *(ServiceState.LINGERING, ServiceState.KILLING),
    }
)
HOPING = frozenset({ServiceState.WAITING, ServiceState.BACKOFF, ServiceState.FATAL})  # other rules may help these
ENDED_FOR_GOOD = frozenset({ServiceState.EXITED, ServiceState.FATAL})
AT_REST = ENDED_FOR_GOOD | {ServiceState.STOPPED}


class ServiceEntry:
    """One service as the engine knows it."""

    __slots__ = (
        *("condemned", "deadline", "leaving", "log", "member", "service", "standing"),
        *("stdin", "timer", "watchers"),
    )

    def __init__(self, service: Service) -> None:
        self.service = service
        self.standing = Standing(service.name)
        self.leaving = False  # the plan has it no more: forgotten once nothing of it lives
        self.log: RunLog | None = None
        self.stdin: StdinPipe | None = None  # where its process is fed
        self.member: Member | None = None  # where its process is a listener's
        self.condemned = ""  # why its process is being ended as one that has failed
        self.deadline: Elapsed | None = None
        self.timer: Timer | None = None
        self.watchers: list[Callable[[], None]] = []  # told when the state changes and when the log has grown

    @property
    def state(self) -> ServiceState:
        return self.standing.state

    def wake(self) -> None:
        """Tell the watchers to look again."""
        for call in tuple(self.watchers):
            call()
