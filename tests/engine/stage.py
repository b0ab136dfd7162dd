"""The whole engine on a stage: time is a toy, processes and disk are fakes, and all of it can be told to fail.

stage = Stage(job("ingest", "0 8 * * *"))
stage.start(); stage.pass_time(HOUR); stage.outcomes("ingest")
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sexton.config.after import OUTCOMES
from sexton.core.schedules.parse import parse_schedule
from sexton.engine import handover
from sexton.engine.control import Control
from sexton.engine.engine import Engine
from sexton.engine.reload import Reload
from sexton.engine.tables import Identity, World
from sexton.model.handover import VERSION, HandOver, LogsLeft
from sexton.model.job import After, Job, Pool
from sexton.model.ledger import Find, Row
from sexton.model.listener import Listener
from sexton.model.plan import Plan, Settings
from sexton.model.process import Process, Stop
from sexton.model.service import Service
from sexton.model.units import SECOND, Duration
from sexton.wire.handover import decode, encode
from tests.engine.ledgers import Ledger, NaiveLedger
from tests.engine.staged_store import EVERYTHING, StagedStore
from tests.engine.staged_world import FakeLog, FakeLogs, FakeSpawner, Life, owner
from tests.fakes import WALL, FakeClock, FakeLoop

SETTINGS = Settings(":memory:", "/logs", "/run/sexton.sock", "UTC")
WHERE = {"socket": "/run/sexton.sock", "state": ":memory:"}


def job(name: str, schedule: str | None = None, *, after: Mapping[str, str] | None = None, **keys: Any) -> Job:
    """A job; `after` maps upstream names to `on` words, `stop` is its stop timeout."""
    keys["process"] = Process((f"./{name}",), stop=Stop(timeout=keys.pop("stop", 10 * SECOND)))
    keys["after"] = tuple(After(upstream, OUTCOMES[word]) for upstream, word in (after or {}).items())
    if schedule is not None:
        keys["schedule"] = parse_schedule(schedule.split("; "), "UTC", name)
    return Job(name, **keys)


def service(name: str, *needed: str, **keys: Any) -> Service:
    """A service that depends on those `needed`; `stop` is its stop timeout."""
    process = Process((f"./{name}",), stop=Stop(timeout=keys.pop("stop", 10 * SECOND)))
    return Service(name, process, depends_on=needed, **keys)


class Stage:
    """One state directory's life, over any number of starts of Sexton."""

    def __init__(
        self,
        *jobs: Job,
        services: tuple[Service, ...] = (),
        ledger: Ledger | None = None,
        pools: Mapping[str, int] | None = None,
        listeners: tuple[Listener, ...] = (),
        **settings: Any,
    ) -> None:
        named = {each.name: each for each in services}
        self.plan = Plan(SETTINGS._replace(**settings), {each.name: each for each in jobs}, services=named)
        self.plan = self.plan._replace(pools={name: Pool(slots) for name, slots in (pools or {}).items()})
        self.plan = self.plan._replace(listeners={each.name: each for each in listeners})
        self.clock = FakeClock(WALL)
        self.store = StagedStore(ledger or NaiveLedger())
        self.spawner = FakeSpawner()
        self.logs = FakeLogs()
        self.starts = 0
        self.finished = 0
        self.hold: str | None = None
        self.off: set[tuple[str, str]] = set()  # changed once that is durable, and so what each start finds
        self.read: Plan | Exception = self.plan  # what a reload finds

    # Sexton's life

    def start(self, *, once: bool = False) -> None:
        """Start Sexton on what is in the ledger; an engine of before is gone as after a crash."""
        self.starts += 1
        self.finished = 0
        self.loop = FakeLoop(self.clock)
        self.store.attach(self.loop)
        self.spawner.attach(self.loop, lambda: None)
        left = self.store.ledger.look(Find(states=("claimed", "queued"), limit=EVERYTHING))[::-1]
        self._load(Identity("state", f"start{self.starts}", self.clock.wall), self.plan, left, once=once)
        self.world.hold = self.hold
        self.engine.begin()
        self.loop.advance(0)

    def reexec(self, between: Callable[[], None] = lambda: None) -> None:
        """Another image of Sexton in the same process; what happens `between` the two, nobody sees happen."""
        self.engine.halt()
        self.loop.advance(0)
        assert self.world.store.quiet
        logs: list[FakeLog] = []

        def number(log: FakeLog) -> int:
            logs.append(log)
            return len(logs) - 1

        engine = handover.leave_behind(self.engine, number)
        handed = decode(encode(HandOver(VERSION, "1.0", 1, engine, LogsLeft(), {}))).engine
        self.loop = FakeLoop(self.clock)
        self.store.attach(self.loop)
        self.spawner.attach(self.loop, lambda: None, same_process=True)
        between()
        self._load(Identity(handed.state_id, handed.incarnation, handed.started), handed.plan, ())
        self.world.hold = handed.hold
        self.engine.go_on_from(lambda: handover.take_up(self.engine, handed, logs))
        self.world.children.reap()
        self.loop.advance(0)

    def change(self, *jobs: Job) -> None:
        """Another plan from the next start on."""
        self.plan = self.plan._replace(jobs={each.name: each for each in jobs})

    def reload(self, *jobs: Job, services: tuple[Service, ...] = (), **settings: Any) -> Any:
        """Another plan for the engine that runs; what was answered."""
        self.read = self.plan._replace(
            jobs={each.name: each for each in jobs},
            services={each.name: each for each in services},
            settings=self.plan.settings._replace(**settings),
        )
        answers: list[Any] = []
        self.control.reload(answers.append)
        self.loop.advance(0)
        return answers[0] if answers else None

    def stop(self) -> None:
        """SIGTERM."""
        self.engine.shutdown.begin("got SIGTERM")
        self.loop.advance(0)

    def pass_time(self, duration: Duration) -> None:
        """Let time pass, up to the moment at which Sexton has finished."""
        self.loop.advance(duration, lambda: bool(self.finished))

    # What tests do

    def live(self, name: str, **life: Any) -> None:
        """How the processes of the job or service shall live from now on."""
        self.spawner.lives[name] = Life(**life)

    def end(self, name: str, code: int = 0) -> None:
        """The oldest process of the job or service ends."""
        self.spawner.end(self.spawner.pids(name)[0], code)
        self.loop.advance(0)

    def trigger(self, name: str, **wish: str) -> Any:
        """Ask for a run by hand; the answer, None when there is none yet."""
        answers: list[Any] = []
        self.control.trigger(name, answers.append, **wish)
        self.loop.advance(0)
        return answers[0] if answers else None

    def cancel(self, run_id: int) -> Any:
        answers: list[Any] = []
        self.control.cancel(run_id, answers.append)
        self.loop.advance(0)
        return answers[0] if answers else None

    def steer(self, name: str, wish: str, **keys: Any) -> list[Any]:
        """Wish something of a service or group; the list of answers, which grows when it is answered."""
        answers: list[Any] = []
        self.control.steer(name, wish, answers.append, **keys)
        self.loop.advance(0)
        return answers

    # What tests see

    def states(self) -> dict[str, str]:
        """How the services stand."""
        return {name: str(entry.state) for name, entry in self.engine.services.entries.items()}

    def rows(self, name: str | None = None) -> list[Row]:
        return self.store.rows(job=name)

    def outcomes(self, name: str) -> list[str]:
        """The outcomes of the job's rows, oldest first; the state for those that have none."""
        return [str(row.outcome or row.state) for row in self.rows(name)]

    def started(self, name: str | None = None) -> list[str]:
        """Whose processes were started, in order; of one job their fire times."""
        if name is None:
            return [owner(env) for env in self.spawner.started]
        return [env["SEXTON_FIRE_TIME"] for env in self.spawner.started if env.get("SEXTON_JOB") == name]

    def watermark(self, name: str) -> int:
        return self.world.jobs[name].watermark

    def _load(self, identity: Identity, plan: Plan, left: Sequence[Row], *, once: bool = False) -> None:
        self.world = World(self.loop, self.store, self.spawner, self.logs, plan, identity, {"PATH": "/bin"})
        self.world.off = self.off
        self.engine = Engine(self.world, left, self._finish, once=once)
        reload = Reload(self.engine, self._read, aside=lambda work: work())
        self.control = Control(self.engine, WHERE, reload.ask, reload.look, lambda answer: None)
        self.spawner.attach(self.loop, self.engine.world.children.reap, same_process=True)
        self.loop.at_turn_end(self.store.flush)
        self.loop.on_clock_step(self.engine.scheduler.clock_set)

    def _read(self) -> Plan:
        if isinstance(self.read, Exception):
            raise self.read
        return self.read

    def _finish(self) -> None:
        self.finished += 1
