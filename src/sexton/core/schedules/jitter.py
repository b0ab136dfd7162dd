"""Jitter: by how much a fire time's start is put off, so that many jobs of one minute do not start in one second.

The delay is a function of the job and the fire time (CRC-32), so that it needs no memory: after a restart, and on every
replica, it is the same. The fire time itself stays, and with it the slot. Invariant: a start never comes after the
job's next fire time, so the order of starts is that of fire times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.core.slots import fire_slot
from sexton.model.units import Duration, Instant

if TYPE_CHECKING:
    from sexton.core.due import FireTimesLike


def delay(job: str, jitter: Duration, times: FireTimesLike, fire_time: Instant) -> Duration:
    """How long after `fire_time` its run starts: from nothing to less than `jitter`."""
    from zlib import crc32

    following = times.after(fire_time)
    most = jitter if following is None else min(jitter, following - fire_time)
    return crc32(f"{job} {fire_slot(fire_time)}".encode()) * most >> 32
