"""Listeners as the API shows them. Loaded when somebody asks for them."""

from sexton.core.slots import iso
from sexton.engine.listeners.listener import ListenerEntry
from sexton.engine.listeners.member import Member
from sexton.model.listener import DeadLetter
from sexton.model.views import DeadLetterView, ListenerProcessView, ListenerView

MOST_SHOWN = 1_000  # characters of a payload


def listener_view(entry: ListenerEntry) -> ListenerView:
    listener, backlog = entry.listener, entry.backlog
    return ListenerView(
        name=listener.name,
        events=list(listener.events),
        processes=[_process(member) for member in entry.members.values()],
        buffered=len(backlog),
        buffer_size=backlog.size,
        delivered=entry.delivered,
        failed=entry.failed,
        dropped=backlog.dropped,
        coalesced=backlog.coalesced,
        buried=entry.buried,
        trouble=entry.trouble,
        dead_letters=[_dead_letter(letter) for letter in entry.dead],
    )


def _process(member: Member) -> ListenerProcessView:
    event = member.waiting.event.name if member.waiting else None
    return ListenerProcessView(name=member.name, state=member.state, since=iso(member.since), event=event)


def _dead_letter(letter: DeadLetter) -> DeadLetterView:
    event = letter.waiting.event
    return DeadLetterView(
        serial=event.serial,
        event=event.name,
        payload=event.payload[:MOST_SHOWN],
        deliveries=letter.waiting.deliveries,
        reason=letter.why,
        time=iso(letter.at),
    )
