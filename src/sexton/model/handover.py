"""The hand-over: everything that one image of Sexton leaves to the next when it is replaced in place (execve(2)).

Plain values only: descriptors are their numbers, objects that know each other are numbers in a list. Which of them are
read is wire/handover.py's. A field that is added gets a default, so that what an older image left can still be read;
whatever else changes raises VERSION. Invariant: what is not here does not outlive the image.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sexton.model.http import Http
from sexton.model.job import Job
from sexton.model.ledger import End, Queued
from sexton.model.listener import DeadLetter, ListenerState, Waiting
from sexton.model.log import Log, Lost, Relay
from sexton.model.notice import Rule
from sexton.model.plan import Plan
from sexton.model.process import Socket
from sexton.model.run import Run
from sexton.model.service import Service, Standing
from sexton.model.step import StepRecord
from sexton.model.supervisord import Server
from sexton.model.units import Duration, Elapsed, Instant

VERSION = 1

CLOSED = -1  # in place of a descriptor that is closed


class WantedLeft(NamedTuple):
    """A run that is wanted; `upstream` are the fields of what called for it."""

    queued: Queued
    watermark: Instant | None = None
    upstream: Mapping[str, Any] | None = None
    run_id: int = 0


class JobLeft(NamedTuple):
    """What a job waits for: fire times that are decided and not yet claimed (core/due.py's), and wanted runs. `lead` is
    by how much it runs ahead of the wall clock, `late` the fire time since which it was said to be late."""

    name: str
    backlog: tuple[Any, ...] = ()
    pending: tuple[WantedLeft, ...] = ()
    lead: Duration = 0
    late: Instant | None = None


class RunLeft(NamedTuple):
    """A run that is claimed; `job` as it was claimed under, `lives`: its process has not been collected, `log`: the
    number of its pump. Of a job of steps, what was reported of them, the pipe of further reports, and the beginning of
    one."""

    run: Run
    job: Job
    wanted: WantedLeft
    created: Instant
    deadline: Elapsed | None = None
    end: End | None = None
    renounced: str = ""
    lives: bool = False
    log: int | None = None
    steps: tuple[StepRecord, ...] = ()
    report: int = CLOSED
    heard: bytes = b""


class MemberLeft(NamedTuple):
    """A process of a listener, which is the service `name`: where it stands, its output and what was not understood of
    it yet, the event that it has, when it owes the answer, and whether it has accepted one."""

    name: str
    state: ListenerState
    since: Instant
    output: int = CLOSED
    heard: bytes = b""
    waiting: Waiting | None = None
    deadline: Elapsed | None = None
    accepted: bool = False


class ListenerLeft(NamedTuple):
    """A listener with the events that wait for it and its counts (engine/listeners/listener.py)."""

    name: str
    number: int
    backlog: tuple[Waiting, ...] = ()
    dropped: int = 0
    coalesced: int = 0
    delivered: int = 0
    failed: int = 0
    buried: int = 0
    dead: tuple[DeadLetter, ...] = ()
    trouble: str = ""
    members: tuple[MemberLeft, ...] = ()


class ListenersLeft(NamedTuple):
    """`shown` is by service the state and process that listeners were told last."""

    serial: int
    shown: Mapping[str, tuple[str, int]] = MappingProxyType({})
    listeners: tuple[ListenerLeft, ...] = ()


class ServiceLeft(NamedTuple):
    """A service as it stands; `lives` and `log` as in RunLeft, `leaving`: the plan has it no more. `stdin` is the end
    that we write of the pipe to it, `unread` what is still to be written there; `condemned`: why its process is
    being ended."""

    service: Service
    standing: Standing
    deadline: Elapsed | None = None
    leaving: bool = False
    lives: bool = False
    log: int | None = None
    stdin: int = CLOSED
    unread: bytes = b""
    condemned: str = ""


class DeliveryLeft(NamedTuple):
    """A notice on its way to a sink, as row `id` of the outbox has it: by the process `pid`, heard by `output` and
    `errors`, no longer than until `until`. `created`: from when on its age counts."""

    sink: str
    id: int
    attempts: int
    created: Instant
    pid: int = 0
    output: int = CLOSED
    errors: int = CLOSED
    until: Elapsed = 0


class EngineLeft(NamedTuple):
    """What the engine knows and neither the files nor the ledger have. `falling` and `rising` are the services that
    wait for their turn (engine/services/sequence.py); `rules` are those of jobs that left the plan before their runs,
    by subject."""

    state_id: str
    incarnation: str
    started: Instant
    plan: Plan
    hold: str | None = None
    killed: bool = False
    jobs: tuple[JobLeft, ...] = ()
    runs: tuple[RunLeft, ...] = ()
    services: tuple[ServiceLeft, ...] = ()
    falling: Mapping[str, bool] = MappingProxyType({})
    rising: tuple[str, ...] = ()
    draining: bool = False
    listeners: ListenersLeft | None = None
    deliveries: tuple[DeliveryLeft, ...] = ()
    rules: Mapping[str, tuple[Rule, ...]] = MappingProxyType({})


class FileLeft(NamedTuple):
    """A log file that is being written, open as `fd`; `shared`: by all that name its path."""

    path: str
    fd: int
    log: Log
    size: int = 0
    shed: int = 0
    ends_line: bool = False
    failure: str = ""
    shared: bool = False


class PumpLeft(NamedTuple):
    """A pipe on its way to the file with the number `file`, `pipe` CLOSED when it has ended. `errors` is the number of
    standard error's own pump, right before this one where it is `merged` into the same file. `mode` None: not relayed.
    `held` may still become a secret, `begun` is a line without its end that is yet to be relayed; `owner` is the
    service or job; `unheard` is a mark or message for listeners that has no end yet."""

    file: int
    pipe: int
    name: str
    fields: Mapping[str, str]
    mode: Relay | None = None
    errors: int | None = None
    merged: bool = False
    size: int = 0
    lost: int = 0
    last: bytes = b""
    held: bytes = b""
    begun: bytes = b""
    owner: str = ""
    unheard: bytes = b""


class OutletLeft(NamedTuple):
    """What a reader of our own output has not taken yet, and how many bytes it did not get."""

    waiting: bytes = b""
    dropped: int = 0


class LogsLeft(NamedTuple):
    """`in_use` are the paths of run logs that may not be removed; `events` are the last that were told, `told` is the
    number of the last; `uncompressed` are logs with rotations to compress, and how many each keeps; `lost` is what
    is in no log, by whose output it was."""

    files: tuple[FileLeft, ...] = ()
    pumps: tuple[PumpLeft, ...] = ()
    in_use: tuple[str, ...] = ()
    uncompressed: Mapping[str, int] = MappingProxyType({})
    events: tuple[Mapping[str, Any], ...] = ()
    told: int = 0
    output: OutletLeft = OutletLeft()
    errors: OutletLeft = OutletLeft()
    lost: Mapping[str, Lost] = MappingProxyType({})


class SecretsLeft(NamedTuple):
    """The keyring: `folder`, locked as `lock`, has the files that are `lent` by pid."""

    values: Mapping[str, bytes]
    places: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    folder: str = ""
    lock: int = CLOSED
    lent: Mapping[int, tuple[str, ...]] = MappingProxyType({})


class FurtherLeft(NamedTuple):
    """The listening socket of a further door; `identity` as in DoorsLeft, for one that has a file."""

    section: Server
    listener: int
    identity: tuple[int, int] = (0, 0)
    url: str = ""


class DoorsLeft(NamedTuple):
    """The listening sockets; `identity` (device, inode) is of the file at `path`, `http` what TCP was asked for."""

    socket: int = CLOSED
    path: str = ""
    identity: tuple[int, int] = (0, 0)
    tcp: int = CLOSED
    url: str = ""
    http: Http = Http(None)
    further: tuple[FurtherLeft, ...] = ()


class SocketLeft(NamedTuple):
    """A socket at which the processes `pids` listen, open as `fd`."""

    socket: Socket
    fd: int
    pids: tuple[int, ...]


class HandOver(NamedTuple):
    """`by` is the version of Sexton that leaves it, `pid` the process's; `environ` is what plans are made with;
    `ignored` are signals that were ignored when the first image began; `hidden` is shown nowhere; `lock` holds the
    state, `descriptors` are all that stay open."""

    version: int
    by: str
    pid: int
    engine: EngineLeft
    logs: LogsLeft
    environ: Mapping[str, str]
    ignored: tuple[int, ...] = ()
    lock: int = CLOSED
    secrets: SecretsLeft | None = None
    hidden: tuple[bytes, ...] = ()
    doors: DoorsLeft = DoorsLeft()
    descriptors: tuple[int, ...] = ()
    sockets: tuple[SocketLeft, ...] = ()
