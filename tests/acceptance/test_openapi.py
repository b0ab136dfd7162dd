"""The description of the API against what a real Sexton answers: each of its routes is asked, and each answer fits."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import Draft202012Validator

from tests.acceptance.daemon import LIMIT, Daemon
from tests.acceptance.jobs import FAR_OFF, at_start, job, service
from tests.acceptance.test_http import port_of

TOKEN = "a-token-of-these-tests"
PLAN = (
    at_start("first", "echo one; exit 3")
    + job("second", "echo two", after="first")
    + job("third", "echo three", after={"job": "first", "on": "any"})
    + job("fourth", "true", schedule=[FAR_OFF, "0 0 0 22 11 * 2025"])
    + service("web", "echo up; exec sleep 1000", start_seconds="10ms")
    + service("down", "true", autostart=False)
    + '[groups.front]\nservices = ["web"]\n'
    + '[sinks.deaf]\ncommand = ["sh", "-c", "exit 75"]\n'  # the notice that the first job has failed stays pending
)
NAMES = {"jobs": "third", "services": "web", "sinks": "deaf"}
QUERIES = {
    "services_signal": "?signal=WINCH",
    "readyz": "?verbose=1",
    "runs_index": "?outcome=failed&limit=5",
    "jobs_why": "?at=2025-11-22T08:00:00Z",
    "jobs_backfill": "?fire_time=2025-11-22T00:00:00Z",
    "drain_post": "?off=1",  # or it would not be ready
}


class Contract:
    """A document, and whether answers keep to it. The client asks with the control token."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.document = json.loads(self.ask("GET", "/api/v1/openapi.json")[2])

    def ask(self, method: str, path: str) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LIMIT)
        try:
            connection.request(method, path, headers={"Authorization": f"Bearer {TOKEN}"})
            got = connection.getresponse()
            return got.status, got.headers["Content-Type"].partition(";")[0], got.read()
        finally:
            connection.close()

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation

    def check(self, method: str, path: str, operation: dict[str, Any]) -> int:
        """Ask, and hold the answer against what is said of it; its status."""
        status, kind, body = self.ask(method, path)
        said = operation["responses"].get(str(status)) or operation["responses"]["default"]
        schema = said["content"][kind]["schema"]
        if kind.endswith("json"):
            components = {"components": self.document["components"]}
            Draft202012Validator(schema | components).validate(json.loads(body))
        return status


def filled(path: str, operation: dict[str, Any]) -> str:
    """A path with names and numbers that there are, and parameters that fit."""
    path = path.replace("{id}", "1").replace("{notice}", "1")
    path = path.replace("{name}/disable", "down/disable").replace("{name}/backfill", "fourth/backfill")
    for kind, name in NAMES.items():
        path = path.replace(f"/{kind}/{{name}}", f"/{kind}/{name}")
    return path + QUERIES.get(operation["operationId"].removeprefix("probes_"), "")


def test_every_answer_is_as_the_description_says(make: Callable[..., Daemon]) -> None:
    daemon = make(PLAN, f'http = "127.0.0.1:0"\ntoken = "{TOKEN}"\nnotify = "deaf"\n')
    contract = Contract(port_of(daemon.start()))
    daemon.ended("third")
    daemon.cli("start", "web")
    seen = {
        operation["operationId"]: contract.check(method, filled(path, operation), operation)
        for method, path, operation in contract.operations()
    }
    refused = {name: status for name, status in seen.items() if not 200 <= status < 300}
    assert refused == {"runs_cancel": 409, "probes_healthz": 503, "health_show": 503}  # run 1 has ended, badly
    assert daemon.stop() == 0


def test_refusals_are_as_the_description_says(make: Callable[..., Daemon]) -> None:
    daemon = make(PLAN, f'http = "127.0.0.1:0"\ntoken = "{TOKEN}"\nnotify = "deaf"\n')
    contract = Contract(port_of(daemon.start()))
    for method, path, operation in contract.operations():
        missing = path
        for name, nobody in {"{id}": "999", "{notice}": "999", "{name}": "nobody"}.items():
            missing = missing.replace(name, nobody)
        assert contract.check(method, f"{missing}?nothing=1", operation) == 400
        if missing != path:
            assert contract.check(method, missing + QUERIES.get(operation["operationId"], ""), operation) == 404
    assert daemon.stop() == 0
