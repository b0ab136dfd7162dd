"""Jobs that run on events: what services come to calls for their runs. Loaded when a plan has such a job.

Invariant: one arrival in a state calls for one run of each such job at most, and what it calls for is durable before
it starts.
"""

from sexton.core.slots import event_slot
from sexton.engine.runs.requests import Requests
from sexton.engine.services.entry import ServiceEntry
from sexton.engine.tables import World
from sexton.model.ledger import Queued


def react(world: World, requests: Requests, entry: ServiceEntry) -> None:
    """A service has come to another state."""
    service, state, now = entry.service, entry.state, world.now()
    names = dict.fromkeys((service.name, service.group or service.name))
    told = {"SEXTON_EVENT_SERVICE": service.name, "SEXTON_EVENT_STATE": str(state)}
    for job in (job for name in names for job in world.reactions.get((name, state), ())):
        slot = event_slot(service.name, str(state), now)
        requests.react(world.jobs[job.name], Queued(job.name, slot, now, now, env=told))
