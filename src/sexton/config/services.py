"""A `[services.NAME]` table → one Service, or as many as it has instances; `[groups.NAME]` tables join them."""

from collections.abc import Container, Mapping

from sexton.config import later
from sexton.config.jobs import exit_codes
from sexton.config.process import PROCESS_KEYS, read_process
from sexton.config.suggest import hint
from sexton.config.table import Table
from sexton.config.values import boolean, choice, duration, factor, names, whole
from sexton.config.verify import find_cycles
from sexton.model.service import Backoff, Budget, Restart, Service
from sexton.model.units import MINUTE, SECOND

SERVICE_KEYS = (
    *PROCESS_KEYS,
    *("restart", "backoff", "budget", "start_seconds", "success_codes", "depends_on", "instances", "critical"),
    "autostart",
)
_INSTANCES = 1000
_NONE: tuple[str, ...] = ()


def read_services(
    tables: Mapping[str, Table], groups: Mapping[str, Table], jobs: Container[str], *, for_run: bool, all_files: bool
) -> dict[str, Service]:
    """All services by name. One with `instances = 3` becomes NAME-1 to NAME-3, a group by its name; who depends on it
    depends on all of them. `jobs` are names that are taken. Without `all_files` a service that is not there may stand
    in a file that could not be read: nothing is said of it then."""
    members = {name: _members(name, table) for name, table in tables.items()}
    services: dict[str, Service] = {}
    for named, table in tables.items():
        service = _read_service(named, table, members, for_run=for_run)
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
    return services


def _join_groups(
    groups: Mapping[str, Table], services: dict[str, Service], members: Mapping[str, tuple[str, ...]]
) -> None:
    """Write each group's name into the services that its table names."""
    for group, table in groups.items():
        table.only(("services",), {})
        if group in services or group in members:
            table.problem(f"`{group}` is a service's name already; give one another name")
        for named in table.read("services", names('a list of services such as ["web", "api"]'), _NONE):
            for each in members.get(named, ()):
                if services[each].group is not None:
                    table.problem(f"`{each}` is in the group {services[each].group} already", "services")
                services[each] = services[each]._replace(group=group)


def _members(named: str, table: Table) -> tuple[str, ...]:
    count = table.read("instances", whole(1, _INSTANCES, f"a number from 1 to {_INSTANCES}"), 1)
    return (named,) if count == 1 else tuple(f"{named}-{number}" for number in range(1, count + 1))


def _read_service(named: str, table: Table, members: Mapping[str, tuple[str, ...]], *, for_run: bool) -> Service:
    table.only(SERVICE_KEYS, later.SERVICE)
    return Service(
        name=named,
        process=read_process(table, for_run=for_run),
        restart=table.read("restart", choice(Restart), Restart.ALWAYS),
        backoff=_read_backoff(table),
        budget=_read_budget(table),
        start_seconds=table.read("start_seconds", duration("1s"), SECOND),
        success_codes=table.read("success_codes", exit_codes, frozenset({0})),
        depends_on=_read_depends(table, members),
        critical=table.read("critical", boolean, False),
        autostart=table.read("autostart", boolean, True),
    )


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
    backoff.only(("delay", "factor", "limit"), {})
    return Backoff(
        backoff.read("delay", duration("1s"), SECOND),
        backoff.read("factor", factor, 2.0),
        backoff.read("limit", duration("30s"), 30 * SECOND),
    )


def _read_budget(table: Table) -> Budget | None:
    budget = table.below("budget", 'a table such as { restarts = 5, within = "1m" }')
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
