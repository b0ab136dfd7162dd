"""A `[services.NAME]` table → one Service, or as many as it has instances; `[groups.NAME]` tables join them."""

from collections.abc import Container, Mapping
from types import MappingProxyType

from sexton.config import later
from sexton.config.jobs import exit_codes
from sexton.config.process import PROCESS_KEYS, read_process
from sexton.config.suggest import hint
from sexton.config.table import Table
from sexton.config.values import boolean, choice, duration, factor, names, whole
from sexton.config.verify import find_cycles
from sexton.model.process import Process
from sexton.model.service import Backoff, Budget, Restart, Service
from sexton.model.units import MINUTE, SECOND, Duration

SERVICE_KEYS = (
    *PROCESS_KEYS,
    *("restart", "backoff", "budget", "start_seconds", "success_codes", "depends_on", "instances", "critical"),
    *("autostart", "start_retries", "priority", "listener", "socket", "notify"),
)
_INSTANCES = 1000
_NONE: tuple[str, ...] = ()


def read_services(
    tables: Mapping[str, Table],
    groups: Mapping[str, Table],
    jobs: Container[str],
    listeners: Mapping[str, Table] = MappingProxyType({}),
    *,
    for_run: bool,
    all_files: bool,
) -> dict[str, Service]:
    """All services by name. One with `instances = 3` becomes NAME-1 to NAME-3, a group by its name; who depends on it
    depends on all of them. The processes of `listeners` are services too. `jobs` are names that are taken. Without
    `all_files` a service that is not there may stand in a file that could not be read: nothing is said of it then."""
    whole = {name: table for name, table in listeners.items() if "command" in table}  # those that are one service too
    for named in whole.keys() & tables.keys():
        listeners[named].problem(f"`{named}` is a service's name already; give one another name")
    tables = {**tables, **whole}
    members = {name: _members(name, table) for name, table in tables.items()}
    services: dict[str, Service] = {}
    for named, table in tables.items():
        service = _read_service(named, table, members, for_run=for_run)
        if named in whole or "listener" in table:
            from sexton.config.listeners import as_listener

            service = as_listener(service, table, listeners)
        for each in members[named]:
            if each in services:
                table.problem(f"its instance {each} has the name of another service; give one another name")
            if each in jobs:
                table.problem(f"`{each}` is a job's name already; give one another name")
            services[each] = service._replace(name=each, group=named if len(members[named]) > 1 else None)
    if all_files:
        for table in tables.values():
            _verify_known(table, "depends_on", members)
        for table in groups.values():
            _verify_known(table, "services", members)
    _verify_acyclic(tables, members)
    _join_groups(groups, services, members)
    return _in_order(services)


def _join_groups(
    groups: Mapping[str, Table], services: dict[str, Service], members: Mapping[str, tuple[str, ...]]
) -> None:
    """Write each group's name into the services that its table names."""
    for group, table in groups.items():
        table.only(("services", "priority"), {})
        priority = _read_priority(table)
        if group in services or group in members:
            table.problem(f"`{group}` is a service's name already; give one another name")
        for named in table.read("services", names('a list of services such as ["web", "api"]'), _NONE):
            for each in members.get(named, ()):
                if services[each].group is not None:
                    table.problem(f"`{each}` is in the group {services[each].group} already", "services")
                services[each] = services[each]._replace(group=group, group_priority=priority)


def _read_priority(table: Table) -> int:
    return table.read("priority", whole(-1_000_000, 1_000_000, "a whole number such as 999"), 999)


def _in_order(services: dict[str, Service]) -> dict[str, Service]:
    """By the priorities of groups, then as they stand; within a group by their own."""
    if len({(service.group_priority, service.priority) for service in services.values()}) < 2:
        return services
    stands: dict[str, int] = {}
    for service in services.values():
        stands.setdefault(service.group or service.name, len(stands))

    def place(service: Service) -> tuple[int, int, int]:
        return service.group_priority, stands[service.group or service.name], service.priority

    return {service.name: service for service in sorted(services.values(), key=place)}


def _members(named: str, table: Table) -> tuple[str, ...]:
    count = table.read("instances", whole(1, _INSTANCES, f"a number from 1 to {_INSTANCES}"), 1)
    return (named,) if count == 1 else tuple(f"{named}-{number}" for number in range(1, count + 1))


def _read_service(named: str, table: Table, members: Mapping[str, tuple[str, ...]], *, for_run: bool) -> Service:
    table.only((*SERVICE_KEYS, *_keys_of_listeners(table)), later.SERVICE)
    priority = _read_priority(table)
    return Service(
        name=named,
        process=_with_socket(read_process(table, for_run=for_run), table, for_run=for_run),
        restart=table.read("restart", choice(Restart), Restart.ALWAYS),
        backoff=_read_backoff(table),
        budget=_read_budget(table),
        start_seconds=table.read("start_seconds", _start_seconds, SECOND),
        success_codes=table.read("success_codes", exit_codes, frozenset({0})),
        depends_on=_read_depends(table, members),
        critical=table.read("critical", boolean, False),
        autostart=table.read("autostart", boolean, True),
        start_retries=table.read("start_retries", whole(0, 1_000_000, "a number of new processes such as 3"), None),
        priority=priority,
        group_priority=priority,
    )


def _keys_of_listeners(table: Table) -> tuple[str, ...]:
    if table.path[0] != "listeners":
        return ()
    from sexton.config.listeners import LISTENER_KEYS

    return LISTENER_KEYS


def _with_socket(process: Process, table: Table, *, for_run: bool) -> Process:
    if "socket" not in table:
        return process
    from sexton.config.socket import read_socket

    if "stdin" in table:
        table.problem("it is taken: the socket is the standard input; leave one of them out", "stdin")
    return process._replace(socket=read_socket(table, for_run=for_run))


def _start_seconds(value: object) -> Duration:
    return 0 if value == "0s" else duration("1s")(value)


def _read_depends(table: Table, members: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    named = table.read("depends_on", names('a service such as "db", or a list of them,'), _NONE)
    return tuple(dict.fromkeys(each for name in named for each in members.get(name, ())))


def _verify_known(table: Table, key: str, members: Mapping[str, tuple[str, ...]]) -> None:
    """Report a name in the list `key` that is no service's."""
    for named in _listed(table, key):
        if named not in members:
            table.problem(f"there is no service `{named}`; {hint(named, members)}", key)


def _listed(table: Table, key: str) -> list[str]:
    """The names in a list, or the only one; what is no name was reported when it was read."""
    value = table.data.get(key, [])
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _read_backoff(table: Table) -> Backoff:
    backoff = table.below("backoff", 'a table such as { delay = "1s", factor = 2, limit = "30s" }')
    if backoff is None:
        return Backoff()
    backoff.only(Backoff._fields, {})
    return Backoff(
        backoff.read("delay", duration("1s"), SECOND),
        backoff.read("factor", factor, 2.0),
        backoff.read("limit", duration("30s"), 30 * SECOND),
        backoff.read("step", duration("1s"), 0),
    )


def _read_budget(table: Table) -> Budget | None:
    if table.data.get("budget") is False:
        return None
    budget = table.below("budget", 'a table such as { restarts = 5, within = "1m" }, or false,')
    if budget is None:
        return Budget()
    budget.only(("restarts", "within"), {})
    return Budget(
        budget.read("restarts", whole(0, 1_000_000, "a number of restarts such as 5"), 5),
        budget.read("within", duration("1m"), MINUTE),
    )


def _verify_acyclic(tables: Mapping[str, Table], members: Mapping[str, tuple[str, ...]]) -> None:
    graph = {
        named: [each for each in _listed(table, "depends_on") if each in members] for named, table in tables.items()
    }
    for cycle in find_cycles(graph):
        tables[cycle[0]].problem(f"services that wait for each other never start: {' → '.join(cycle)}", "depends_on")
