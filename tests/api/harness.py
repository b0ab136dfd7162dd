"""The surface on a real loop in a thread of its own, an engine that is a few dictionaries, and a plain client."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from sexton.api.doors.server import Server, serve_unix
from sexton.api.doors.socketfile import SocketFile
from sexton.api.doors.tcp import make_rule, serve_tcp
from sexton.api.doors.tcpdoor import TcpDoor
from sexton.api.limits import LIMITS, Limits
from sexton.engine.loop.reactor import Reactor
from sexton.logs.heard import Heard
from sexton.model.errors import Refused, StoreError
from sexton.model.health import Health
from sexton.model.http import Http
from sexton.model.units import Duration
from sexton.model.views import AttemptView, DrainView, InfoView, JobView, RunView, ServiceView
from sexton.ports import Answer
from sexton.wire.metrics import Family
from tests.api.desk import FakeDesk
from tests.api.programs import FakePrograms

T = TypeVar("T")
PATIENCE = 20.0  # seconds; only a test that fails waits so long


def run_view(run_id: int, *, state: str = "ended", log: str | None = None, job: str = "ingest") -> RunView:
    return RunView(
        id=run_id,
        job=job,
        slot=f"manual:{run_id}",
        kind="manual",
        state=state,
        attempt=1,
        next_attempt=None,
        outcome="succeeded" if state == "ended" else None,
        reason="",
        fire_time=None,
        last_fire_time=None,
        count=1,
        created="2026-11-22T08:00:00Z",
        started="2026-11-22T08:00:00Z",
        ended="2026-11-22T08:00:01Z" if state == "ended" else None,
        seconds=1.0,
        exit_code=0 if state == "ended" else None,
        signal=None,
        cpu_seconds=0.5,
        max_rss_bytes=1 << 20,
        pid=None if state == "ended" else 4711,
        log=log,
        log_bytes=0,
        log_lost_bytes=0,
        tail=[],
        env=[],
        step=None,
        steps=[],
    )


def job_view(name: str, last: RunView | None = None) -> JobView:
    return JobView(
        name=name,
        schedule=["0 8 * * *"],
        timezone="Europe/Berlin",
        after=[],
        on=None,
        pool=None,
        command="./ingest.sh --all",
        state="idle",
        next="2026-11-23T07:00:00Z",
        running=[],
        last=last,
        paused=False,
        late=None,
    )


SETTLED = ("running", "backoff", "waiting", "stopped", "exited", "fatal")


def service_view(name: str, state: str = "running", *, log: str | None = None, group: str | None = None) -> ServiceView:
    """A service; without a `log` one that was never started."""
    return ServiceView(
        name=name,
        group=group,
        state=state,
        reason="",
        pid=4712 if state == "running" else None,
        started=None if log is None else "2026-11-22T08:00:00Z",
        ended=None,
        uptime_seconds=1.0 if state == "running" else None,
        exit_code=None,
        signal=None,
        command="./serve.sh",
        depends_on=[],
        autostart=True,
        enabled=True,
        critical=False,
        listener=None,
        log=log or f"/nowhere/{name}.log",
        log_lost_bytes=0,
        settled=state in SETTLED,
    )


def info_view() -> InfoView:
    return InfoView(
        version="0.1.0",
        pid=1,
        started="2026-11-22T08:00:00Z",
        image_started="2026-11-22T08:00:00Z",
        reexec_failed=None,
        uptime_seconds=1.5,
        now="2026-11-22T08:00:01Z",
        timezone="UTC",
        files=["/etc/sexton/sexton.toml"],
        state="sqlite:////var/lib/sexton/state.db",
        log_dir="/var/log/sexton",
        socket="/run/sexton/sexton.sock",
        http=None,
        jobs=1,
        running=0,
        waiting=0,
        max_parallel=64,
        pools={},
        services=0,
        services_running=0,
        hold=None,
        draining=False,
        relay_dropped_bytes=0,
        warnings=[],
    )


class FakeControl:
    """Implements ports.Control. With `hold`, answers wait in `held` until a test lets them go."""

    def __init__(self) -> None:
        self.job_views: dict[str, JobView] = {"ingest": job_view("ingest")}
        self.run_views: dict[int, RunView] = {}
        self.attempt_views: dict[int, list[AttemptView]] = {}
        self.service_views: dict[str, ServiceView] = {}
        self.wakes: dict[int | str, list[Callable[[], None]]] = {}
        self.asked: list[tuple[Any, ...]] = []
        self.health_view = Health((), ())
        self.fake_programs = FakePrograms()
        self.desk = FakeDesk()
        self.families: list[Family] = []
        self.heard = Heard()
        self.events, self.follow_events = self.heard.after, self.heard.follow
        self.hold = False
        self.going = 0  # runs, as a drain sees them
        self.held: list[Callable[[], None]] = []
        self.defect: Exception | None = None  # what a broken engine raises
        self.store_error: StoreError | None = None  # what a broken store answers
        self.when_followed: Callable[[], None] = lambda: None
        self.when_held: Callable[[], None] = lambda: None

    def info(self) -> InfoView:
        if self.defect is not None:
            raise self.defect
        return info_view()

    def health(self) -> Health:
        return self.health_view

    def metrics(self, answer: Answer) -> None:
        self._answer(answer, self.families)

    def jobs(self, answer: Answer) -> None:
        self._answer(answer, list(self.job_views.values()))

    def job(self, name: str, answer: Answer) -> None:
        self._answer(answer, self.job_views.get(name) or Refused("not_found", f"there is no job {name!r}"))

    def runs(
        self, answer: Answer, *, job: str | None, outcomes: tuple[str, ...], before: int | None, limit: int
    ) -> None:
        self.asked.append((job, outcomes, before, limit))
        self._answer(answer, list(self.run_views.values()))

    def run(self, run_id: int, answer: Answer) -> None:
        self.asked.append(("run", run_id))
        view = self.run_views.get(run_id)
        self._answer(answer, view if view is not None else Refused("not_found", f"there is no run {run_id}"))

    def plan(self, answer: Answer, *, start: str | None, end: str | None, job: str | None, limit: int) -> None:
        self.asked.append((start, end, job, limit))
        self._answer(answer, {"fire_times": []})

    def attempts(self, run_id: int, answer: Answer) -> None:
        view = self.run_views.get(run_id)
        absent = Refused("not_found", f"there is no run {run_id}")
        self._answer(answer, absent if view is None else self.attempt_views.get(run_id, []))

    def why(self, job: str, at: str, answer: Answer) -> None:
        self.asked.append(("why", job, at))
        self._answer(answer, {"job": job})

    def trigger(
        self, job: str, answer: Answer, *, at: str | None = None, env: str | None = None, key: str | None = None
    ) -> None:
        wish = tuple(word for word in (at, env, key) if word is not None)
        self.asked.append(("trigger", job, *wish))
        self._answer(answer, run_view(7, state="starting", job=job))

    def backfill(
        self, job: str, answer: Answer, *, at: str, env: str | None = None, reprocess: str = "none", dry: bool = False
    ) -> None:
        self.asked.append(("backfill", job, at, env, reprocess, dry))
        self._answer(answer, {"slot": at} if dry else run_view(7, state="queued", job=job))

    def pause(self, job: str, off: bool, answer: Answer) -> None:
        self.asked.append(("pause", job, off))
        self.job(job, answer)

    def drain(self, off: bool, answer: Answer) -> None:
        self.asked.append(("drain", off))
        self._answer(answer, DrainView(draining=not off, running=self.going))

    def draining(self) -> DrainView:
        return DrainView(draining=True, running=self.going)

    def follow_drain(self, wake: Callable[[], None]) -> Callable[[], None]:
        return self._follow("drain", wake)

    def disable(self, service: str, off: bool, answer: Answer) -> None:
        self.asked.append(("disable", service, off))
        self.service(service, answer)

    @property
    def reload(self) -> Callable[[Answer], None]:
        return lambda answer: self._answer(answer, "nothing has changed")

    @property
    def programs(self) -> FakePrograms:
        return self.fake_programs

    @property
    def reexec(self) -> Callable[[Answer], None]:
        return lambda answer: self._answer(answer, "goes on")

    def cancel(self, run_id: int, answer: Answer) -> None:
        self._answer(answer, Refused("conflict", f"run {run_id} has ended already"))

    def listeners(self, answer: Answer) -> None:
        answer([])

    def services(self, answer: Answer) -> None:
        self._answer(answer, list(self.service_views.values()))

    def service(self, name: str, answer: Answer) -> None:
        view = self.service_views.get(name)
        self._answer(answer, view if view is not None else Refused("not_found", f"there is no service {name!r}"))

    def steer(self, name: str, wish: str, answer: Answer, *, signum: int = 0) -> None:
        self.asked.append((wish, name, signum))
        self._answer(answer, [view for view in self.service_views.values() if name in (view["name"], view["group"])])

    def follow_service(self, name: str, wake: Callable[[], None]) -> Callable[[], None]:
        return self._follow(name, wake)

    def follow(self, run_id: int, wake: Callable[[], None]) -> Callable[[], None]:
        return self._follow(run_id, wake)

    def _follow(self, what: int | str, wake: Callable[[], None]) -> Callable[[], None]:
        self.wakes.setdefault(what, []).append(wake)
        self.when_followed()
        return lambda: self._unfollow(what, wake)

    def _unfollow(self, what: int | str, wake: Callable[[], None]) -> None:
        self.wakes[what].remove(wake)
        if not self.wakes[what]:
            del self.wakes[what]

    def _answer(self, answer: Answer, result: object) -> None:
        result = self.store_error or result
        if self.hold:
            self.held.append(lambda: answer(result))
            self.when_held()
        else:
            answer(result)


class Daemon:
    """The surface, answering on `path` from a thread of its own."""

    def __init__(self, path: str, limits: Limits = LIMITS, http: Http | None = None) -> None:
        self.path = path
        self.tcp: Server | None = None
        self.control = FakeControl()
        self.reports: list[str] = []
        self.defects: list[BaseException] = []
        self.loop = Reactor(self.defects.append)
        self.server: Server = serve_unix(
            self.loop, self.control, SocketFile(path), report=self.reports.append, limits=limits
        )
        if http is not None and http.address is not None:
            door = TcpDoor(http.address)
            self.port = door.port
            rule = make_rule(http, self.loop.clock, self.reports.append)
            self.tcp = serve_tcp(self.loop, self.control, door, rule, report=self.reports.append, limits=limits)
        self._thread = threading.Thread(target=self.loop.run)
        self._thread.start()

    def call(self, what: Callable[[], T]) -> T:
        """Do `what` on the loop's thread."""
        done = threading.Event()
        results: list[T] = []

        def there() -> None:
            try:
                results.append(what())
            finally:
                done.set()

        self.loop.post(there)
        assert done.wait(PATIENCE)
        return results[0]

    def stop(self) -> None:
        self.call(self.server.close)
        if self.tcp is not None:
            self.call(self.tcp.close)
        self.call(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()

    def set_run(self, view: RunView) -> None:
        """Change a run and wake those who follow it."""

        def change() -> None:
            self.control.run_views[view["id"]] = view
            for wake in self.control.wakes.get(view["id"], []):
                wake()

        self.call(change)

    def set_service(self, view: ServiceView) -> None:
        """Change a service, or its log, and wake those who follow it."""

        def change() -> None:
            self.control.service_views[view["name"]] = view
            for wake in self.control.wakes.get(view["name"], []):
                wake()

        self.call(change)

    def until_alone(self) -> None:
        """Turn the loop until it has no client left."""
        give_up = time.monotonic() + PATIENCE
        while self.call(self._clients):
            assert time.monotonic() < give_up

    def turns_within(self, length: Duration) -> int:
        """How often the loop turns in that time: a few times when it sleeps, thousands when it spins."""
        turns: list[None] = []
        over = threading.Event()
        self.call(lambda: self.loop.at_turn_end(lambda: turns.append(None)))
        self.call(lambda: self.loop.after(length, over.set))
        assert over.wait(PATIENCE)
        return len(turns)

    def event_when(self, hook: str) -> threading.Event:
        """Set once the fake control reaches `hook`."""
        event = threading.Event()
        setattr(self.control, hook, event.set)
        return event

    def client(self) -> Client:
        return Client(self.path)

    def web(self) -> Client:
        """A client over TCP."""
        return Client(("127.0.0.1", self.port))

    def _clients(self) -> int:
        doors = [self.server, self.tcp] if self.tcp is not None else [self.server]
        return sum(len(door._connections) + len(door._spares) for door in doors)


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """A socket, and just enough HTTP to read what comes back."""

    def __init__(self, path: str | tuple[str, int]) -> None:
        self.socket = socket.socket(socket.AF_UNIX if isinstance(path, str) else socket.AF_INET)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, path: str, method: str = "GET", **headers: str) -> Got:
        self.send(request(path, method, **headers))
        return self.read(bodiless=method == "HEAD")

    def read(self, *, bodiless: bool = False) -> Got:
        status, headers = self.read_head()
        if bodiless or status == 100:
            return Got(status, headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            return Got(status, headers, b"".join(iter(self.read_chunk, b"")))
        return Got(status, headers, self._file.read(int(headers["content-length"])))

    def read_head(self) -> tuple[int, dict[str, str]]:
        status = int(self._file.readline().split()[1])
        headers: dict[str, str] = {}
        while (line := self._file.readline().decode().rstrip("\r\n")) != "":
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return status, headers

    def read_chunk(self) -> bytes:
        data = self._file.read(int(self._file.readline(), 16))
        assert self._file.read(2) == b"\r\n"
        return data

    def read_all(self) -> bytes:
        """Everything until the server has sent its end or cut the connection."""
        received = b""
        with suppress(ConnectionResetError):
            while data := self._file.read1(65536):
                received += data
        return received

    def at_end(self) -> bool:
        """Wait until the server has sent its end (or cut the connection), and nothing before it."""
        return self.read_all() == b""


Start = Callable[..., Daemon]  # the fixture `start`: limits -> daemon


def request(path: str, method: str = "GET", **headers: str) -> bytes:
    """`headers` by their names in lower case, with _ for -."""
    lines = {"host": "localhost", **headers}
    said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{said}\r\n".encode()


def ask(daemon: Daemon, path: str, method: str = "GET") -> Got:
    with daemon.client() as client:
        return client.ask(path, method)
