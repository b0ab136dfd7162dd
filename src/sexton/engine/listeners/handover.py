"""Listeners from one image of Sexton to the next: events that wait, and how each process stands in the protocol.

Loaded when Sexton is replaced in place, and has listeners. Invariant: an event is neither lost nor told twice by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.engine.listeners.listener import ListenerEntry
from sexton.engine.listeners.member import Member
from sexton.model.handover import ListenerLeft, ListenersLeft, MemberLeft

if TYPE_CHECKING:
    from sexton.engine.listeners.listeners import Listeners
    from sexton.engine.services.services import Services


def leave_behind(listeners: Listeners) -> ListenersLeft:
    entries = tuple(_listener(entry) for entry in listeners.entries.values())
    return ListenersLeft(listeners.serial, listeners.shown, entries)


def take_up(listeners: Listeners, services: Services, left: ListenersLeft) -> None:
    """Go on where the last image left off. The services are there already, and what they are fed by."""
    listeners.take_up(left.serial, left.shown)
    for each in left.listeners:
        entry = listeners.entries.get(each.name)
        if entry is not None:
            _take_up(entry, each)
            for member in each.members:
                _take_up_member(listeners, services, entry, member)
            entry.offer()


def _listener(entry: ListenerEntry) -> ListenerLeft:
    backlog = entry.backlog
    return ListenerLeft(
        entry.listener.name,
        entry.number,
        backlog.left(),
        backlog.dropped,
        backlog.coalesced,
        entry.delivered,
        entry.failed,
        entry.buried,
        tuple(entry.dead),
        entry.trouble,
        tuple(map(_member, entry.members.values())),
    )


def _member(member: Member) -> MemberLeft:
    return MemberLeft(
        member.name,
        member.state,
        member.since,
        member.output,
        member.heard,
        member.waiting,
        member.deadline if member.timer is not None else None,
        member.accepted,
    )


def _take_up(entry: ListenerEntry, left: ListenerLeft) -> None:
    entry.number, entry.delivered, entry.failed = left.number, left.delivered, left.failed
    entry.buried, entry.trouble = left.buried, left.trouble
    entry.backlog.take_up(left.backlog, left.dropped, left.coalesced)
    for letter in left.dead:
        entry.keep(letter)


def _take_up_member(listeners: Listeners, services: Services, entry: ListenerEntry, left: MemberLeft) -> None:
    service = services.entries[left.name]
    member = listeners.join(service, left.output)
    member.take_up(left)
    if left.deadline is not None:
        entry.await_answer(member, left.deadline)
