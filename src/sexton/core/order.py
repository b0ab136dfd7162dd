"""Order among services: what depends on what, which may start, which may stop."""

from collections.abc import Container, Iterable, Mapping

from sexton.model.service import Service


def dependants(services: Iterable[Service]) -> Mapping[str, tuple[str, ...]]:
    """For each service that others depend on: those others, in the plan's order."""
    found: dict[str, list[str]] = {}
    for service in services:
        for name in service.depends_on:
            found.setdefault(name, []).append(service.name)
    return {name: tuple(names) for name, names in found.items()}


def may_start(service: Service, running: Container[str]) -> bool:
    """Whether everything that `service` depends on runs."""
    return all(name in running for name in service.depends_on)


def may_stop(name: str, dependants: Mapping[str, tuple[str, ...]], alive: Container[str]) -> bool:
    """Whether nothing that depends on `name` lives any more."""
    return not any(dependant in alive for dependant in dependants.get(name, ()))
