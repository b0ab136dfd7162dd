"""What one client may cost: sizes in bytes, lengths of time in microseconds.

Every wait of the surface has its limit here. Tests make them short; nothing else changes them.
"""

from typing import NamedTuple

from sexton.model.units import MINUTE, SECOND, Duration


class Limits(NamedTuple):
    connections: int = 256  # further ones are answered 503; over TCP they may still ask the probes
    spare: int = 64  # connections for the probes alone, once the others are taken; the oldest makes room
    spare_time: Duration = 2 * SECOND  # for each phase of such a connection
    head_size: int = 64 * 1024  # request line and headers; also what is read ahead of a pipelining client
    body_size: int = 1024 * 1024
    chunk: int = 64 * 1024  # of a streamed answer: what a client that does not read costs us
    head: Duration = 10 * SECOND  # from the first byte to the blank line
    body: Duration = 30 * SECOND
    idle: Duration = MINUTE  # between two requests
    answer: Duration = MINUTE  # for the engine to answer; then 503
    write: Duration = 30 * SECOND  # for the client to take one answer, or one chunk of a streamed one
    wait: Duration = 30 * SECOND  # `?wait=1`; shorter than `answer`
    hangup: Duration = 5 * SECOND  # how often a follower that sent its end is asked whether it is still there
    linger: Duration = 2 * SECOND  # for the client to close after our end
    accept_pause: Duration = SECOND  # when there is no descriptor left


LIMITS = Limits()


def spare_limits(limits: Limits) -> Limits:
    """For the connections that are kept for the probes."""
    most = limits.spare_time
    return limits._replace(
        connections=limits.spare,
        head=min(limits.head, most),
        body=min(limits.body, most),
        idle=min(limits.idle, most),
        write=min(limits.write, most),
        linger=min(limits.linger, most),
    )
