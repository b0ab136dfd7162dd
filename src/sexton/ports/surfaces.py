"""What the surfaces (API, XML-RPC) may ask and want of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sexton.model.health import Health
from sexton.model.plan import Plan
from sexton.model.service import Service, Standing
from sexton.model.supervisord import Described
from sexton.model.units import Instant
from sexton.model.views import DrainView, EventView, InfoView
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


class Desk(Protocol):
    """Sinks and the outbox, and what people may want of them."""

    def sinks(self, answer: Answer) -> None:
        """Answer: a list of SinkView in the plan's order."""

    def notices(self, answer: Answer, *, states: tuple[str, ...], limit: int) -> None:
        """Answer: a list of NoticeView, newest first."""

    def test(self, sink: str, answer: Answer) -> None:
        """Send a test notice. Answer: a TestView once the sink has answered or its time is over, or Refused."""

    def again(self, number: int | None, answer: Answer) -> None:
        """Try a notice now, or all that wait. Answer: how many, as {"notices": n}, or Refused(not_found)."""

    def drop(self, number: int | None, answer: Answer) -> None:
        """Give a notice up, or all that wait. Answer: as `again`."""


class Control(Protocol):
    """What people and machines may ask and want: the only thing that surfaces see of the engine."""

    def info(self) -> InfoView: ...

    def health(self) -> Health: ...

    def metrics(self, answer: Answer) -> None:
        """Answer: a list of Family (wire/metrics.py)."""

    def jobs(self, answer: Answer) -> None:
        """Answer: a list of JobView in the plan's order."""

    def job(self, name: str, answer: Answer) -> None:
        """Answer: a JobView, or Refused(not_found)."""

    def runs(
        self, answer: Answer, *, job: str | None, outcomes: tuple[str, ...], before: int | None, limit: int
    ) -> None:
        """Answer: a list of RunView, newest first; Refused(not_found) for a job never heard of."""

    def run(self, run_id: int, answer: Answer) -> None:
        """Answer: a RunView, or Refused(not_found)."""

    def plan(self, answer: Answer, *, start: str | None, end: str | None, job: str | None, limit: int) -> None:
        """What would fire when. Answer: a PlanView (model/ahead.py), or Refused."""

    def attempts(self, run_id: int, answer: Answer) -> None:
        """Answer: a list of AttemptView, oldest first, or Refused(not_found)."""

    def why(self, job: str, at: str, answer: Answer) -> None:
        """Why a job ran, or did not, at the time `at`. Answer: a WhyView (model/ahead.py), or Refused."""

    def trigger(
        self, job: str, answer: Answer, *, at: str | None = None, env: str | None = None, key: str | None = None
    ) -> None:
        """Ask for a run now: for the fire time `at`, with `env` (a JSON object) besides, under an idempotency `key`.
        Answer: its RunView once the request is durable, or Refused."""

    def backfill(
        self, job: str, answer: Answer, *, at: str, env: str | None = None, reprocess: str = "none", dry: bool = False
    ) -> None:
        """Ask for a run for the past fire time `at`, again where `reprocess` (none, failed, all) says so. Answer: its
        RunView once it is queued, when `dry` the slot that it would have, or Refused(conflict)."""

    def pause(self, job: str, off: bool, answer: Answer) -> None:
        """Pause a job (`off`) or resume it, over restarts. Answer: its JobView, or Refused."""

    def drain(self, off: bool, answer: Answer) -> None:
        """Start no new run, or start them again (`off`). Answer: a DrainView, or Refused."""

    def draining(self) -> DrainView: ...

    def follow_drain(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` when the last run has ended, and when the drain is lifted; the result unsubscribes."""

    def disable(self, service: str, off: bool, answer: Answer) -> None:
        """Disable a service (`off`) and stop it, or enable and start it. Answer: its ServiceView, or Refused."""

    def cancel(self, run_id: int, answer: Answer) -> None:
        """Stop a run. Answer: its RunView, or Refused(conflict) when it has ended already."""

    @property
    def reload(self) -> Callable[[Answer], None]:
        """Read the plan's files again. Answer: a sentence on what has changed, or Refused(broken_plan)."""

    @property
    def programs(self) -> Programs:
        """Services as supervisord's clients know them."""

    @property
    def desk(self) -> Desk:
        """Sinks and the outbox."""

    @property
    def reexec(self) -> Callable[[Answer], None]:
        """Replace this image of Sexton in place. Answer: a sentence when nothing is in the way, or Refused."""

    def events(self, after: int) -> list[EventView]:
        """What Sexton has said of itself since event `after`, as far as it is still known."""

    def follow_events(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at each event; the result unsubscribes."""

    def services(self, answer: Answer) -> None:
        """Answer: a list of ServiceView in the plan's order."""

    def service(self, name: str, answer: Answer) -> None:
        """Answer: a ServiceView, or Refused(not_found)."""

    def listeners(self, answer: Answer) -> None:
        """Answer: a list of ListenerView in the plan's order."""

    def steer(self, name: str, wish: str, answer: Answer, *, signum: int = 0) -> None:
        """`start`, `stop`, `restart` or `signal` a service or group, or several with commas between them. Answer: a
        list of ServiceView once they have settled, or Refused."""

    def follow_service(self, name: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` whenever the service's state changes and its log grows; the result unsubscribes."""

    def follow(self, run_id: int, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` whenever the run's log grows and when an attempt ends; the result unsubscribes."""
