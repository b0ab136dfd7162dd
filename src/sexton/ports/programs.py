"""What XML-RPC may ask and want of services: programs and groups in supervisord's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sexton.model.plan import Plan
from sexton.model.service import Service, Standing
from sexton.model.supervisord import Described
from sexton.model.units import Instant
from sexton.ports.answer import Answer


class Program(Protocol):
    """One service: its definition, and how it stands."""

    @property
    def service(self) -> Service: ...

    @property
    def standing(self) -> Standing: ...


class Programs(Protocol):
    """Services as supervisord's clients know them: programs in groups, each group added and removed as a whole."""

    def now(self) -> Instant: ...

    @property
    def stopping(self) -> bool:
        """Whether Sexton is on its way out."""

    @property
    def plan(self) -> Plan:
        """The plan in force."""

    @property
    def planned(self) -> Mapping[str, Service]:
        """The services of the files as they were last read, which may not be in force yet."""

    @property
    def described(self) -> Mapping[str, Described]:
        """Those of them that a supervisord.conf describes, in its words."""

    def all(self) -> Sequence[Program]:
        """In the plan's order."""

    def logs(self, program: Program) -> tuple[str | None, str | None]:
        """The paths of the logs of its output and of its standard error, None where there is none of its own."""

    def steer(self, names: Sequence[str], wish: str, answer: Answer, *, signum: int = 0, wait: bool = True) -> None:
        """As Control.steer, for the services of these very names. Answer: as there; without `wait`, at once."""

    def disabled(self, name: str) -> bool:
        """Whether a person has disabled the service."""

    def feed(self, name: str, data: bytes) -> None:
        """Write to the standard input of a service's process. Raises Refused: `conflict` where nothing reads it,
        `unavailable` while it takes nothing more."""

    def tell_listeners(self, kind: str, data: str) -> None:
        """Tell listeners what somebody else has to say (REMOTE_COMMUNICATION)."""

    def reread(self, answer: Answer) -> None:
        """Read the files anew, and change nothing. Answer: a Difference of groups (core/reload.py), or Refused."""

    def add(self, group: str) -> bool:
        """Take up a group as the files last said; False where it is in force already. Raises KeyError."""

    def remove(self, group: str) -> bool:
        """Forget a group; False while something of it lives. Raises KeyError."""

    def clear(self, path: str) -> None:
        """Empty a log. Raises OSError."""

    def leave(self, *, again: bool) -> None:
        """Stop everything and end; `again`: and start anew, with the files as they are then."""

    def follow(self, name: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` whenever the service's state changes and its log grows; the result unsubscribes."""

    def follow_own(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` whenever Sexton says something of itself; the result unsubscribes."""
