"""Order among services: what depends on what."""

from collections.abc import Iterable, Mapping

from sexton.model.service import Service


def dependants(services: Iterable[Service]) -> Mapping[str, tuple[str, ...]]:
    """For each service that others depend on: those others, in the plan's order."""
    found: dict[str, list[str]] = {}
    for service in services:
        for name in service.depends_on:
            found.setdefault(name, []).append(service.name)
    return {name: tuple(names) for name, names in found.items()}
