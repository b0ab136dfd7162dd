"""The key `on`."""

import pytest

from sexton.model.job import OnFile, OnService
from sexton.model.service import ServiceState
from tests.config.conftest import Complain, Load

DB = '[services.db]\ncommand = "db"\n[groups.stores]\nservices = ["db"]\n[jobs.x]\ncommand = "x"\n'


@pytest.mark.parametrize(
    ("on", "meant"),
    [
        ('{ service = "db" }', OnService("db", ServiceState.FATAL)),
        ('{ service = "db", state = "FATAL" }', OnService("db", ServiceState.FATAL)),
        ('{ service = "stores", state = "exited" }', OnService("stores", ServiceState.EXITED)),
    ],
)
def test_on_names_a_service_or_group_and_its_state(load: Load, on: str, meant: OnService) -> None:
    assert load(f"{DB}on = {on}\n").jobs["x"].on == meant


def test_a_file_counts_from_the_folder_of_the_process(load: Load) -> None:
    jobs = load(f'{DB}cwd = "/data"\non = {{ file = "in/*.csv" }}\n').jobs
    assert jobs["x"].on == OnFile("/data/in", "*.csv")


@pytest.mark.parametrize(
    ("on", "problem"),
    [
        ('{ service = "bd" }', "jobs.x.on.service: there is no service `bd`; "),
        ('{ service = "db", state = "stopping" }', 'jobs.x.on.state: "stopping" passes too soon to start anything'),
        ('{ service = "db", state = "fatl" }', 'jobs.x.on.state: "fatl" is no state to run on; did you mean "fatal"?'),
        (
            '{ service = "db", state = "x" }',
            'known here: "running", "backoff", "exited", "fatal", "stopped"',
        ),
        ('{ job = "x" }', "jobs.x.on: unknown key `job`; the end of a job is told by `after`"),
        ('{ file = "in/" }', 'jobs.x.on.file: "in/" names a folder; add which files are meant: "in/*"'),
        ('{ file = "in/*/a.csv" }', "only the last part of a path can have wildcards"),
        ('{ file = "*.csv", state = "fatal" }', "a file is meant, or a service; give each a job of its own"),
        ("3", "jobs.x.on: 3 is a number; a table such as"),
    ],
)
def test_what_does_not_fit_is_reported(complain: Complain, on: str, problem: str) -> None:
    said = complain(f"{DB}on = {on}\n")
    assert any(problem in line for line in said), said
