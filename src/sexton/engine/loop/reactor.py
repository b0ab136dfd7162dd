"""The loop: descriptors, deadlines of two clocks, signals and posts from other threads, on epoll(7).

It sleeps until one of them has something to say and never polls. It knows nothing of jobs: the engine hangs its own
callbacks into it. Invariants: callbacks run one after the other on one thread; an exception in one is reported and
harms no other; each turn ends with the turn-end hooks (the store's flush), so that what one turn wants durable
shares one commit.
"""

import os
import select
import signal
from collections import deque
from collections.abc import Callable

from sexton.engine.loop.deadlines import Deadline, Deadlines
from sexton.engine.loop.linux import ElapsedTimer, SystemClock, WallTimer
from sexton.model.units import Duration, Instant

Call = Callable[[], None]


class Reactor:
    """Implements ports.Loop. `on_defect` hears of every exception that a callback let through."""

    def __init__(self, on_defect: Callable[[BaseException], None]) -> None:
        self.clock = SystemClock()
        self._on_defect = on_defect
        self._epoll = select.epoll()
        self._watches: dict[int, Call] = {}
        self._wall = Deadlines()
        self._elapsed = Deadlines()
        self._wall_timer = WallTimer()
        self._elapsed_timer = ElapsedTimer()
        self._posted: deque[Call] = deque()
        self._wakeup = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._signals: dict[int, Call] = {}
        self._signalled: set[int] = set()
        self._signal_pipe: tuple[int, ...] = ()
        self._turn_end: list[Call] = []
        self._clock_steps: list[Call] = []
        self._stopped = False
        self._closed = False
        self.watch(self._wall_timer.fd, self._on_wall_timer)
        self.watch(self._elapsed_timer.fd, self._on_elapsed_timer)
        self.watch(self._wakeup, self._on_wakeup)

    # What adapters and the engine may ask (ports.Loop)

    def watch(self, fd: int, on_ready: Call, *, write: bool = False) -> None:
        mask = select.EPOLLOUT if write else select.EPOLLIN
        if fd in self._watches:
            self._epoll.modify(fd, mask)
        else:
            self._epoll.register(fd, mask)
        self._watches[fd] = on_ready

    def unwatch(self, fd: int) -> None:
        if self._watches.pop(fd, None) is not None:
            self._epoll.unregister(fd)

    def after(self, delay: Duration, call: Call) -> Deadline:
        return self._elapsed.add(self.clock.now().elapsed + delay, call)

    def at(self, instant: Instant, call: Call) -> Deadline:
        return self._wall.add(instant, call)

    def at_elapsed(self, reading: int, call: Call) -> Deadline:
        """Call once when CLOCK_BOOTTIME has reached `reading`."""
        return self._elapsed.add(reading, call)

    def post(self, call: Call) -> None:
        self._posted.append(call)
        if not self._closed:  # a thread that ends after the loop finds nobody to tell
            os.eventfd_write(self._wakeup, 1)

    def at_turn_end(self, call: Call) -> None:
        """Call at the end of every turn."""
        self._turn_end.append(call)

    def on_clock_step(self, call: Call) -> None:
        """Call whenever the wall clock was set."""
        self._clock_steps.append(call)

    def on_signal(self, signum: int, call: Call) -> None:
        """Call on the loop's thread after `signum` has come, once for any number of them."""
        if not self._signals:
            self._watch_signals()
        self._signals[signum] = call
        signal.signal(signum, self._note)

    def see_to_signals(self) -> None:
        """Call for what has come already, as the next turn would."""
        signalled, self._signalled = self._signalled, set()
        for signum in sorted(signalled):
            self._guarded(self._signals[signum])

    def hold_signals(self) -> bool:
        """Let every signal wait from now on; False, and nothing has changed, when one has come and was not seen to.
        An ended child is no such one: it waits to be collected."""
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        if not self._signalled - {signal.SIGCHLD}:
            return True
        self.release_signals()
        return False

    def release_signals(self) -> None:
        """Take signals, those that waited first."""
        signal.pthread_sigmask(signal.SIG_SETMASK, [])

    # Turning

    def run(self) -> None:
        """Turn until `stop` is called."""
        while not self._stopped:
            self.turn()

    def stop(self) -> None:
        """Let the present turn be the last."""
        self._stopped = True

    def turn(self) -> None:
        """Sleep until something happens, and see to it."""
        self._wall_timer.arm(self._wall.nearest())
        self._elapsed_timer.arm(self._elapsed.nearest())
        ready = [(fd, self._watches[fd]) for fd, _mask in self._epoll.poll(0 if self._posted else -1)]
        for fd, on_ready in ready:
            if self._watches.get(fd) is on_ready:  # an earlier callback of this turn may have closed or reused it
                self._guarded(on_ready)
        self._run_due()
        for _ in range(len(self._posted)):
            self._guarded(self._posted.popleft())
        for call in self._turn_end:
            self._guarded(call)

    def close(self) -> None:
        self._closed = True
        self._epoll.close()
        if self._signal_pipe:
            signal.set_wakeup_fd(-1)
        for end in self._signal_pipe:
            os.close(end)
        self._wall_timer.close()
        self._elapsed_timer.close()
        os.close(self._wakeup)

    def _run_due(self) -> None:
        now = self.clock.now()
        for call in self._wall.due(now.wall):
            self._guarded(call)
        for call in self._elapsed.due(now.elapsed):
            self._guarded(call)

    def _guarded(self, call: Call) -> None:
        try:
            call()
        except Exception as defect:  # noqa: BLE001 - one callback's defect must not end the process that keeps all
            self._on_defect(defect)

    def _on_wakeup(self) -> None:
        os.eventfd_read(self._wakeup)

    def _on_elapsed_timer(self) -> None:
        self._elapsed_timer.acknowledge()

    def _on_wall_timer(self) -> None:
        if self._wall_timer.acknowledge():
            for call in self._clock_steps:
                self._guarded(call)

    def _note(self, signum: int, _frame: object) -> None:
        self._signalled.add(signum)

    def _watch_signals(self) -> None:
        self._signal_pipe = reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self.watch(reader, lambda: self._on_signals(reader))

    def _on_signals(self, reader: int) -> None:
        os.read(reader, 4096)
        self.see_to_signals()
