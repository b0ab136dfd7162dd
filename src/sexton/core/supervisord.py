"""How Sexton's words read in supervisord's: states and names.

A service that is in no group, or is called as its group is, is one process in a group of its own name; one of a group
is `GROUP:NAME`, and a service that is named so already is called that.
"""

from collections.abc import Iterable, Mapping

from sexton.model.service import Service, ServiceState
from sexton.model.supervisord import ProcessState

_STATES = {
    ServiceState.STOPPED: ProcessState.STOPPED,
    ServiceState.WAITING: ProcessState.STARTING,  # shall run, and will once what it depends on does
    ServiceState.STARTING: ProcessState.STARTING,
    ServiceState.RUNNING: ProcessState.RUNNING,
    ServiceState.BACKOFF: ProcessState.BACKOFF,
    ServiceState.STOPPING: ProcessState.STOPPING,
    ServiceState.LINGERING: ProcessState.STOPPING,
    ServiceState.KILLING: ProcessState.STOPPING,
    ServiceState.EXITED: ProcessState.EXITED,
    ServiceState.FATAL: ProcessState.FATAL,
}


def process_state(state: ServiceState) -> ProcessState:
    """The state as supervisord's clients and events call it."""
    return _STATES[state]


def group_name(service: Service) -> str:
    """The group that the process of a service is in."""
    return service.group or service.name


def process_name(service: Service) -> str:
    """What the process of a service is called within its group."""
    return service.name.removeprefix(f"{group_name(service)}:")


def namespec(service: Service) -> str:
    """What supervisorctl(1) calls the process: `GROUP:NAME`, or `NAME` where both are the same."""
    group, name = group_name(service), process_name(service)
    return name if group == name else f"{group}:{name}"


def groups(services: Iterable[Service]) -> Mapping[str, tuple[Service, ...]]:
    """The groups that the services are in, each with its own."""
    found: dict[str, list[Service]] = {}
    for service in services:
        found.setdefault(group_name(service), []).append(service)
    return {name: tuple(members) for name, members in found.items()}
