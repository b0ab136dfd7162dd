"""What people and machines may ask and want, answered from the tables and the ledger. Implements ports.Control.

Here is what concerns Sexton as a whole, and jobs; services and runs have a module each that this one adds to.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from sexton import __version__
from sexton.core.slots import iso
from sexton.engine.answers.job_views import JobViews
from sexton.engine.engine import Engine
from sexton.engine.runs.steering import RunSteering, unknown_job
from sexton.engine.services.steering import Steering
from sexton.engine.switches import Switches
from sexton.model.errors import Refused
from sexton.model.service import ServiceState
from sexton.model.units import SECOND
from sexton.model.views import DrainView, InfoView, PoolView

if TYPE_CHECKING:
    from sexton.engine.answers.metrics import Metrics
    from sexton.engine.drain import Drain
    from sexton.engine.services.programs import Programs
    from sexton.model.health import Health
    from sexton.ports import Answer, Desk


class Control(Steering, RunSteering):
    """`where` names the places for `info`: `socket`, `state`, and `http` while that is open. `look` answers with the
    plan that the files would give by now."""

    def __init__(
        self,
        engine: Engine,
        where: Mapping[str, str],
        reload: Callable[[Answer], None],
        look: Callable[[Answer], None],
        reexec: Callable[[Answer], None],
    ) -> None:
        Steering.__init__(self, engine)
        RunSteering.__init__(self, engine)
        self.reload = reload
        self._look = look
        self.reexec = reexec
        self._switches = Switches(engine)
        self.events = engine.world.logs.heard.after
        self.follow_events = engine.world.logs.heard.follow
        self._where = where
        self._job_views = JobViews()

    def info(self) -> InfoView:
        world, settings = self._world, self._world.plan.settings
        now = world.now()
        return InfoView(
            version=__version__,
            pid=os.getpid(),
            started=iso(world.identity.started),
            image_started=iso(world.image_started),
            reexec_failed=world.reexec_failed,
            uptime_seconds=(now - world.identity.started) / SECOND,
            now=iso(now),
            timezone=settings.timezone,
            files=list(world.plan.files),
            state=settings.state,
            log_dir=settings.log_dir,
            socket=self._where["socket"],
            http=self._where.get("http"),
            jobs=len(world.jobs),
            running=len(world.runs),
            waiting=self._engine.room.waiting,
            max_parallel=settings.max_parallel,
            pools={
                name: PoolView(slots=pool.slots, used=self._engine.room.used(name))
                for name, pool in world.plan.pools.items()
            },
            services=len(self._services.entries),
            services_running=sum(entry.state is ServiceState.RUNNING for entry in self._services.entries.values()),
            hold=world.hold,
            draining=world.draining,
            relay_dropped_bytes=world.logs.relay_dropped,
            warnings=list(world.plan.warnings),
        )

    @cached_property
    def programs(self) -> Programs:
        from sexton.engine.services.programs import Programs  # nobody may ever ask

        return Programs(self._engine, self, self._look)

    @cached_property
    def desk(self) -> Desk:
        from sexton.engine.notices.desk import NoticeDesk  # nobody may ever ask

        return NoticeDesk(self._world)

    def health(self) -> Health:
        from sexton.engine.answers.health import health_of  # nobody may ever ask

        return health_of(self._engine)

    def metrics(self, answer: Answer) -> None:
        self._metrics.gather(answer)

    @cached_property
    def _metrics(self) -> Metrics:
        from sexton.engine.answers.metrics import Metrics  # nobody may ever ask

        return Metrics(self._engine)

    def jobs(self, answer: Answer) -> None:
        now = self._world.now()
        answer([self._job_views.view(entry, now, self._world.off) for entry in self._world.jobs.values()])

    def job(self, name: str, answer: Answer) -> None:
        entry = self._world.jobs.get(name)
        answer(self._job_views.view(entry, self._world.now(), self._world.off) if entry else unknown_job(name))

    def plan(self, answer: Answer, *, start: str | None, end: str | None, job: str | None, limit: int) -> None:
        from sexton.engine.answers.ahead import plan_of  # nobody may ever ask

        try:
            answer(plan_of(self._world, start, end, job, limit))
        except Refused as reason:
            answer(reason)

    def why(self, job: str, at: str, answer: Answer) -> None:
        from sexton.engine.answers.why import explain_run  # nobody may ever ask

        entry = self._world.jobs.get(job)
        if entry is None:
            answer(unknown_job(job))
            return
        try:
            explain_run(self._world, entry, at, answer)
        except Refused as reason:
            answer(reason)

    def pause(self, job: str, off: bool, answer: Answer) -> None:
        self._switches.job(job, off, answer, lambda: self.job(job, answer))

    def drain(self, off: bool, answer: Answer) -> None:
        self._drain().ask(off, answer)

    def draining(self) -> DrainView:
        return self._drain().view()

    def follow_drain(self, wake: Callable[[], None]) -> Callable[[], None]:
        return self._drain().follow(wake)

    def _drain(self) -> Drain:
        from sexton.engine.drain import Drain  # nobody may ever ask

        if self._engine.drain is None:
            self._engine.drain = Drain(self._engine)
        return self._engine.drain

    def disable(self, service: str, off: bool, answer: Answer) -> None:
        self._switches.service(service, off, answer, lambda: self.service(service, answer))
