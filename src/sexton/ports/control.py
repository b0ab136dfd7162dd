"""What the surfaces (API, XML-RPC) may ask and want of the engine: all that they see of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sexton.model.health import Health
from sexton.model.views import DrainView, EventView, InfoView
from sexton.ports.answer import Answer
from sexton.ports.desk import Desk
from sexton.ports.programs import Programs


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
