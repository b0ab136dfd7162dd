"""The description of the API: valid OpenAPI, complete, and made of nothing that is no longer there."""

import json
from typing import TypedDict

import pytest
from openapi_spec_validator import validate

from sexton.api.contract import OPERATIONS, PARAMETERS, WORDS
from sexton.api.openapi import description
from sexton.api.router import AT_TOP, PREFIX, ROUTES
from sexton.api.schema import Schemas
from tests.api.harness import Daemon

ALL = (*ROUTES, *AT_TOP)


def test_it_is_valid_and_served(daemon: Daemon) -> None:
    with daemon.client() as client:
        got = client.ask("/api/v1/openapi.json")
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    document = json.loads(got.body)
    validate(document)
    assert document == json.loads(json.dumps(description()))


def test_every_route_is_in_it_with_its_parameters() -> None:
    paths = description()["paths"]
    for prefix, routes in ((PREFIX, ROUTES), ((), AT_TOP)):
        for route in routes:
            said = paths["/" + "/".join((*prefix, *route.path))][route.method.lower()]
            asked = {each["name"] for each in said.get("parameters", []) if each["in"] == "query"}
            assert asked == set(route.parameters)


def test_operations_have_names_of_their_own() -> None:
    names = [one["operationId"] for methods in description()["paths"].values() for one in methods.values()]
    assert len(names) == len(set(names)) == len(ALL)


def test_nothing_is_described_that_has_gone() -> None:
    assert set(OPERATIONS) == {route.handler for route in ALL}
    assert set(PARAMETERS) == {name for route in ALL for name in route.parameters}
    schemas = description()["components"]["schemas"]
    assert [(name, field) for name, field in WORDS if field not in schemas[name]["properties"]] == []


class Tree(TypedDict):
    below: list["Tree"]
    value: int | None


def test_a_type_may_hold_its_own_kind() -> None:
    schemas = Schemas({})
    reference = {"$ref": "#/components/schemas/Tree"}
    assert schemas.of(Tree) == reference
    assert schemas.named["Tree"]["properties"] == {
        "below": {"type": "array", "items": reference},
        "value": {"type": ["integer", "null"]},
    }


def test_a_type_that_has_no_schema_is_a_defect() -> None:
    with pytest.raises(TypeError, match="has no schema"):
        Schemas({}).of(bytes)
