"""Sexton's states and names in supervisord's words."""

import pytest

from sexton.core.supervisord import namespec, process_name, process_state
from sexton.model.process import Process
from sexton.model.service import Service, ServiceState
from sexton.model.supervisord import ProcessState


def test_every_state_of_a_service_has_one_of_supervisord() -> None:
    assert {process_state(state) for state in ServiceState} == set(ProcessState) - {ProcessState.UNKNOWN}


def test_a_process_counts_as_stopping_until_nothing_of_it_is_left() -> None:
    ending = (ServiceState.STOPPING, ServiceState.LINGERING, ServiceState.KILLING)
    assert {process_state(state) for state in ending} == {ProcessState.STOPPING}


@pytest.mark.parametrize(
    ("name", "group", "said"),
    [
        ("web", None, "web"),
        ("web", "web", "web"),
        ("web", "front", "front:web"),
        ("front:web", "front", "front:web"),
        ("web:web_00", "web", "web:web_00"),
    ],
)
def test_a_service_is_called_as_supervisorctl_calls_it(name: str, group: str | None, said: str) -> None:
    service = Service(name, Process(("true",)), group=group)
    assert namespec(service) == said
    assert process_name(service) == said.rpartition(":")[2]
