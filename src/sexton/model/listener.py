"""A listener: processes that are told events over supervisord's event-listener protocol.

Its definition, the events, and what can happen between Sexton and one of its processes.

Its processes are services like any others (model/service.py); what they are told, and when, is core/listeners.py's.
"""

from enum import StrEnum
from typing import NamedTuple

from sexton.model.job import Retry
from sexton.model.units import HOUR, MINUTE, SECOND, Duration, Elapsed, Instant

RETRY = Retry(attempts=10, delay=SECOND, factor=2, limit=MINUTE)


class EventLen(StrEnum):
    """What the number after `len:` in an event's header counts."""

    CHARACTERS = "characters"  # as supervisord 4 does, and every listener in Python expects
    BYTES = "bytes"


class Listener(NamedTuple):
    """One listener of the plan, a pool of processes: each event of `events` goes to one of the services `members`.

    No more than `buffer_size` events wait; one that is not answered with OK comes again as `retry` says, and ends as a
    dead letter; a process that has not answered `answer_within` an event is ended. `server` is what headers say."""

    name: str
    events: tuple[str, ...]
    members: tuple[str, ...]
    buffer_size: int = 100
    event_len: EventLen = EventLen.CHARACTERS
    answer_within: Duration = HOUR
    retry: Retry = RETRY
    server: str = "sexton"


class Event(NamedTuple):
    """Something that listeners can be told. `serial` counts all events that some listener wants."""

    name: str
    payload: str
    serial: int


class Waiting(NamedTuple):
    """An event on its way to one listener: its number there, how often it was delivered in vain, and when it may be
    delivered again at the earliest."""

    event: Event
    poolserial: int
    deliveries: int = 0
    not_before: Elapsed = 0


class DeadLetter(NamedTuple):
    """An event that was not accepted however often it was delivered, `why` that was, and since when."""

    waiting: Waiting
    why: str
    at: Instant


class ListenerState(StrEnum):
    """Where one of a listener's processes stands, in the protocol's own words."""

    ACKNOWLEDGED = "acknowledged"  # has said nothing yet, or has answered; READY is to come
    READY = "ready"
    BUSY = "busy"  # has an event; its result is to come
    UNKNOWN = "unknown"  # has said what makes no sense; is told nothing more, and ended


class ListenerHappening(StrEnum):
    """What can happen between Sexton and such a process."""

    READY = "ready"  # said READY
    GIVEN = "given"  # was handed an event
    DONE = "done"  # answered OK
    FAILED = "failed"  # answered FAIL, or anything else that is no OK
    NOISE = "noise"  # said what makes no sense, or does not read what it is told
    SILENT = "silent"  # has not answered in time
    STOPPED = "stopped"  # its process ended as it was asked to
    DIED = "died"  # its process ended by itself


class ListenerEffect(StrEnum):
    """What the engine has to do after a move, in this order."""

    OFFER = "offer"  # the next event, when there is one
    WRITE = "write"
    SETTLE = "settle"  # the event is done
    RETURN = "return"  # the event goes back to where it was
    RETRY = "retry"  # the event was delivered in vain
    CONDEMN = "condemn"  # end the process, as one that has failed
