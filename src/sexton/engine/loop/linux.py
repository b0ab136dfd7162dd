"""The system calls that Python does not offer: timerfd, prctl, inotify. All of our ctypes but one prctl in spawn/.

A `WallTimer` fires at an instant of CLOCK_REALTIME and also reports, at once, that the clock was stepped
(timerfd_create(2), TFD_TIMER_CANCEL_ON_SET); an `ElapsedTimer` follows CLOCK_BOOTTIME, which goes on in suspend.
"""

import ctypes
import errno
import os
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from sexton.model.units import SECOND, Elapsed, Instant, Moment

CLOCK_REALTIME = 0
CLOCK_BOOTTIME = 7
TFD_NONBLOCK = 0o4000
TFD_CLOEXEC = 0o2000000
TFD_TIMER_ABSTIME = 1
TFD_TIMER_CANCEL_ON_SET = 2
PR_SET_CHILD_SUBREAPER = 36
M_ARENA_MAX = -8
IN_NONBLOCK = 0o4000
IN_CLOEXEC = 0o2000000
IN_CHANGES = 0x2 | 0x8 | 0x80 | 0x100 | 0x40 | 0x200  # modify, close-write, moved-to, create, moved-from, delete
IN_ARRIVED = 0x8 | 0x80  # close-write, moved-to
IN_FOLDERS = (
    0x100 | 0x40 | 0x400 | 0x800
)  # create, moved-from, delete-self, move-self: what concerns folders themselves
IN_OVERFLOW = 0x4000  # some events were dropped
IN_ISDIR = 0x40000000
IN_ONLYDIR = 0x1000000
UNARMED = -1
FAR = 2**62 // 1000  # microseconds: a wall timer stays armed, or it would not notice steps

_NOTICED = struct.Struct("iIII")  # struct inotify_event, which the name follows

_libc = ctypes.CDLL(None, use_errno=True)


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Itimerspec(ctypes.Structure):
    _fields_ = (("interval", _Timespec), ("value", _Timespec))


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


class SystemClock:
    """Both clocks of this machine, in microseconds."""

    def now(self) -> Moment:
        return Moment(time.time_ns() // 1000, time.clock_gettime_ns(CLOCK_BOOTTIME) // 1000)


class _Timer:
    """A timerfd on one clock; `fd` is readable once the armed time has come."""

    clock: int
    flags: int

    def __init__(self) -> None:
        self.fd = _checked(_libc.timerfd_create(self.clock, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")
        self._armed = UNARMED
        self.arm(None)

    def arm(self, when: int | None) -> None:
        """Fire at `when` (microseconds of the timer's clock), at once if that is past; None: not at all."""
        reading = self._never() if when is None else max(when, 1)  # 0 would disarm it
        if reading != self._armed:
            self._armed = reading
            self._set(reading)

    def acknowledge(self) -> bool:
        """Take note that the descriptor was readable. True when the clock was stepped."""
        self._armed = UNARMED
        try:
            os.read(self.fd, 8)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno != errno.ECANCELED:
                raise
            return True
        return False

    def close(self) -> None:
        os.close(self.fd)

    def _never(self) -> int:
        return 0

    def _set(self, when: int) -> None:
        value = _Itimerspec(_Timespec(0, 0), _Timespec(when // SECOND, when % SECOND * 1000))
        _checked(_libc.timerfd_settime(self.fd, self.flags, ctypes.byref(value), None), "timerfd_settime")


class WallTimer(_Timer):
    """Fires at an Instant, and when the wall clock is stepped."""

    clock = CLOCK_REALTIME
    flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET

    def __init__(self) -> None:
        self._stepped = False
        super().__init__()

    def arm(self, when: Instant | None) -> None:
        super().arm(when)

    def acknowledge(self) -> bool:
        stepped, self._stepped = self._stepped, False
        return super().acknowledge() or stepped

    def _never(self) -> int:
        return FAR

    def _set(self, when: int) -> None:
        """When the clock was stepped since the descriptor was last read, timerfd_settime(2) says so once (NOTES) and
        the descriptor will not: keep it in mind, and be readable at once."""
        try:
            super()._set(when)
        except OSError as error:
            if error.errno != errno.ECANCELED:
                raise
            self._stepped = True
            with suppress(OSError):  # stepped once more: the timer is set all the same
                super()._set(1)


class ElapsedTimer(_Timer):
    """Fires at an Elapsed reading."""

    clock = CLOCK_BOOTTIME
    flags = TFD_TIMER_ABSTIME

    def arm(self, when: Elapsed | None) -> None:
        super().arm(when)


def become_subreaper() -> None:
    """Orphaned descendants become our children, as they do for PID 1 (prctl(2), PR_SET_CHILD_SUBREAPER)."""
    _checked(_libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl(PR_SET_CHILD_SUBREAPER)")


def share_heap() -> None:
    """Let threads that are yet to come allocate where all others do (mallopt(3)): glibc would give each some room of
    its own, and they hardly ever run at the same time. musl has one heap."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(M_ARENA_MAX, 1)


def trim_heap() -> None:
    """Give the pages of freed memory back to the kernel (malloc_trim(3)); musl has no such call, and keeps none."""
    if hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)


class Noticed(NamedTuple):
    """One event of inotify(7): in which folder, what (bits), and the name it is about."""

    folder: int
    what: int
    name: str


class FolderWatch:
    """Tells by `fd` becoming readable that an entry of a watched folder was written, made, moved or removed
    (inotify(7)). Who cares which one reads `events`, others `acknowledge` them and look at what they know."""

    def __init__(self) -> None:
        self.fd = _checked(_libc.inotify_init1(IN_NONBLOCK | IN_CLOEXEC), "inotify_init1")

    def add(self, folder: str, changes: int = IN_CHANGES) -> int:
        """Watch `folder`, also when it is watched already; the number that its events have. Raises OSError."""
        what = f"inotify_add_watch {folder}"
        return _checked(_libc.inotify_add_watch(self.fd, os.fsencode(folder), changes | IN_ONLYDIR), what)

    def acknowledge(self) -> None:
        """Take note of everything that was told so far."""
        for _ in self._read():
            pass

    def events(self) -> Iterator[Noticed]:
        """Everything that was told so far."""
        for told in self._read():
            at = 0
            while at < len(told):
                folder, what, _, length = _NOTICED.unpack_from(told, at)
                at += _NOTICED.size + length
                yield Noticed(folder, what, os.fsdecode(told[at - length : at].rstrip(b"\0")))

    def _read(self) -> Iterator[bytes]:
        try:
            while told := os.read(self.fd, 65536):
                yield told
        except BlockingIOError:
            return

    def close(self) -> None:
        os.close(self.fd)
