"""The protocols between the engine and its adapters, and between the surfaces and the engine.

Everything here is called on the loop's thread and returns at once; what takes time answers through a callback,
again on the loop's thread.

Only type checkers read this module: who names a port imports it under TYPE_CHECKING, since a dozen protocol classes
would cost a starting daemon 7 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sexton.model.health import Health
from sexton.model.ledger import LeftLog
from sexton.model.log import Log, Lost
from sexton.model.plan import Keep, Plan
from sexton.model.process import Bounds, Process
from sexton.model.run import Exit
from sexton.model.service import Service, Standing
from sexton.model.units import Duration, Elapsed, Instant, Moment
from sexton.model.views import DrainView, EventView, InfoView

if TYPE_CHECKING:
    from sexton.model.step import StepRecord
    from sexton.model.supervisord import Described

Answer = Callable[[Any], None]  # called with the answer, or with the SextonError that took its place


class Clock(Protocol):
    """Time as an object (real: engine/linux.py; simulated: tests/fakes.py)."""

    def now(self) -> Moment: ...


class Timer(Protocol):
    """A deadline in the heap; cancelling is cheap and may be done twice."""

    def cancel(self) -> None: ...


class Loop(Protocol):
    """What adapters and surfaces may ask of the reactor."""

    @property
    def clock(self) -> Clock: ...

    def watch(self, fd: int, on_ready: Callable[[], None], *, write: bool = False) -> None:
        """Call `on_ready` whenever `fd` is readable (with `write`: writable instead). Replaces an earlier watch."""

    def unwatch(self, fd: int) -> None:
        """Forget `fd`; call it before closing the descriptor. Unknown descriptors are ignored."""

    def after(self, delay: Duration, call: Callable[[], None]) -> Timer:
        """Call once when `delay` has elapsed (CLOCK_BOOTTIME)."""

    def at_elapsed(self, reading: Elapsed, call: Callable[[], None]) -> Timer:
        """Call once when CLOCK_BOOTTIME has reached `reading`."""

    def at(self, instant: Instant, call: Callable[[], None]) -> Timer:
        """Call once when the wall clock has reached `instant`, also when it is stepped there."""

    def post(self, call: Callable[[], None]) -> None:
        """Call on the loop's thread in its next turn. The only method that other threads may use."""


class Store(Protocol):
    """The ledger. Submitted changes are committed in groups at the end of the loop's turn, in order, durably,
    and each answered after its commit; a change that fails is answered with a StoreError and alone undone."""

    def submit(self, change: object, answer: Answer) -> None:
        """Write one of model/ledger.py's changes."""

    def ask(self, question: object, answer: Answer) -> None:
        """Read history on a connection of its own, so that no page delays a claim."""

    def flush(self) -> None:
        """Hand what was submitted in this turn to the writer. The engine calls it at the end of each turn."""


class Child(Protocol):
    """A started process: its pid (also its process group and session) and the read end of its output pipe."""

    @property
    def pid(self) -> int: ...

    @property
    def output(self) -> int: ...

    @property
    def errors(self) -> int | None:
        """The read end of standard error's own pipe, where the process's log keeps it apart."""

    @property
    def input(self) -> int | None:
        """The write end of its standard input, where it is fed."""

    @property
    def report(self) -> int | None:
        """The read end of the pipe on which it tells how its steps go, where it conducts some."""


class Carrier(Protocol):
    """A living process that carries our mark: `fd` is a pidfd, readable once it has ended."""

    @property
    def pid(self) -> int: ...

    @property
    def fd(self) -> int: ...

    @property
    def env(self) -> Mapping[str, str]: ...

    def signal(self, signum: int) -> None: ...

    def close(self) -> None: ...


class Spawner(Protocol):
    """Processes. A mark is `NAME=value`, several joined by NUL, as they stand in a process's environment."""

    def spawn(self, process: Process, env: Mapping[str, str]) -> Child:
        """Start a process. Raises SpawnError, and nothing is left over then."""

    def reveal(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The same with the secrets that it names, for a process to read. Raises SpawnError."""

    def redacted(self, text: str) -> str:
        """The same without any secret."""

    def conduct(
        self, process: Process, env: Mapping[str, str], order: Mapping[str, Any], secrets: Sequence[str]
    ) -> Child:
        """Start the conductor of a job's steps, told `order` and the values of `secrets`. Raises SpawnError."""

    def steps_done(self, folder: str, owner: str, names: Sequence[str]) -> list[StepRecord]:
        """The records of the first steps, of those that are called `names`, that are done in `folder`, which a run has
        left that is `owner`. The last may be one that had begun: it is `lost`."""

    def prune_steps(self, folder: str, before: Instant, spare: Sequence[str]) -> None:
        """Remove, in a thread, what runs' steps have left in `folder` and have not touched since `before`; not those
        of `spare`, as `JOB/run-ID`."""

    def announce(self, bounds: Bounds) -> None:
        """Say at once when processes cannot be given such bounds here."""

    @property
    def trouble(self) -> str | None:
        """Why processes go without the bounds that they should have."""

    def signal_group(self, pid: int, signum: int) -> None:
        """Send a signal to the process group of `pid`; a group that is gone is not an error."""

    def signal(self, pid: int, signum: int) -> None:
        """Send a signal to one process that has not been reaped; not permitted is not an error."""

    def group_alive(self, pid: int) -> bool: ...

    def kill_tree(self, pid: int, mark: str) -> int:
        """KILL the group of `pid` (0: none), what is below it, and every carrier of `mark`; how many carriers."""

    def kill_all(self, mark: str) -> int:
        """KILL every carrier of `mark` and everything below us; how many that were at least."""

    def carriers(self, mark: str) -> Iterable[Carrier]:
        """Every living process but this one that carries `mark`; the caller closes each."""

    def reap(self) -> Iterable[tuple[int, Exit]]:
        """Collect every process that has ended, ours and orphans alike."""


class Ear(Protocol):
    """Hears one channel of a process on its way to the log."""

    def hear(self, data: bytes) -> bytes:
        """What of it is for the log."""

    def take_up(self, held: bytes) -> bytes:
        """The same of what another held back at the end: it has told of it what it could."""

    @property
    def held(self) -> bytes:
        """What was held back because its end is still to come."""

    def finish(self) -> bytes:
        """Nothing more of the process comes: what was held back, for the log."""


class RunLog(Protocol):
    """One run's output on its way from the pipe to its file."""

    @property
    def path(self) -> str: ...

    @property
    def size(self) -> int:
        """Bytes written to the file."""

    @property
    def lost(self) -> int:
        """Bytes that a full disk or a failed write cost."""

    @property
    def errors(self) -> int:
        """Bytes that came on standard error, as far as that has a pipe of its own."""

    def tail(self) -> str:
        """The last lines that are not blank."""

    def finish(self) -> None:
        """The process has exited: take what it left in the pipe. Later output of others still goes to the file."""

    def heard_by(self, ears: Callable[[str], Ear | None]) -> None:
        """From now on who `ears` names for `stdout` and `stderr` hears what comes, before it is written."""

    def on_growth(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call whenever the file has grown; the result unsubscribes."""


class Filter(Protocol):
    """Takes out of a stream of bytes what may not be in a log. `rest` is held back: it may still be the beginning of
    such a thing, and whoever has it from the start goes on where this one is."""

    rest: bytes

    def feed(self, data: bytes) -> bytes:
        """What can go on by now."""

    def finish(self) -> bytes:
        """What was held back, as far as it may go on. What is fed after that begins anew."""


class Copy(Protocol):
    """A copy of what somebody else reads, on its way to a file."""

    def write(self, data: bytes) -> None:
        """Never blocks and never fails: what the file does not take is lost."""

    def close(self) -> None: ...


class Heard(Protocol):
    """What Sexton has said of itself of late."""

    def after(self, number: int) -> list[EventView]:
        """The events with a greater number, oldest first, as far as they are still known."""

    def follow(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` at each event; the result unsubscribes."""


class Logs(Protocol):
    """Run logs and Sexton's own."""

    @property
    def relay_dropped(self) -> int:
        """Bytes that our standard output did not take in time."""

    @property
    def heard(self) -> Heard: ...

    @property
    def lost(self) -> Mapping[str, Lost]:
        """What of the output of services and jobs is in no log, by their names."""

    def open(self, job: str, name: str, output: int, log: Log | None = None, errors: int | None = None) -> RunLog:
        """Begin to pump `output` into a new file for run `name` of `job`, rotated as `log` says (None: as by default);
        never overwrites one. `errors` is a second pipe's end."""

    def open_service(
        self,
        name: str,
        log: Log,
        output: int,
        errors: int | None = None,
        ears: Callable[[str], Ear | None] = lambda channel: None,
    ) -> RunLog:
        """Begin to pump `output` of service `name`, appended to its log file; `errors` is a second pipe's end.
        `ears` is asked who hears `stdout` and `stderr`."""

    def open_answers(self, name: str, log: Log) -> Copy:
        """Begin to keep what the listener's process `name` answers, appended to the file of `log`."""

    def service_path(self, name: str, log: Log) -> str:
        """Where the log of service `name` is, or will be."""

    def clear(self, path: str) -> None:
        """Empty a log, whether somebody writes to it or not. Raises OSError."""

    def recover(self, job: str, name: str) -> LeftLog | None:
        """The log that an earlier Sexton wrote for run `name` of `job`; None when there is none."""

    def release(self, path: str) -> None:
        """The run of this log has ended: its file may now grow old."""

    def prune(self, keep: Keep, done: Callable[[int, int], None]) -> None:
        """Remove files beyond retention, in a thread; `done` hears how many files and bytes went."""

    def say(self, level: str, message: str, **fields: object) -> None:
        """Write a line of Sexton's own log (`info`, `warning`, `error`); never blocks."""

    def note(self, message: str, **fields: object) -> None:
        """Tell those who ask for events, and write it nowhere."""


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
