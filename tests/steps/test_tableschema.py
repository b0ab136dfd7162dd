"""Which Table Schemas are kept, and which words of them are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from sexton.config.steps.tableschema import Field, Schema, of_table
from sexton.steps.errors import Misconfigured
from sexton.steps.tableschema import read


def test_a_schema_is_read_with_the_defaults_of_the_standard(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text('{"fields": [{"name": "a"}, {"name": "b", "type": "date", "title": "B"}]}')

    assert read(str(path)) == Schema((Field("a"), Field("b", "date")))


def test_what_is_part_of_the_key_is_required() -> None:
    found = of_table({"fields": [{"name": "a"}, {"name": "b"}], "primaryKey": "b", "fieldsMatch": ["equal"]})

    assert (found.key, found.match) == (("b",), "equal")
    assert [field.required for field in found.fields] == [False, True]


def test_missing_values_of_a_field_stand_in_for_those_of_the_schema() -> None:
    fields = [{"name": "a"}, {"name": "b", "missingValues": []}, {"name": "c", "missingValues": ["-"]}]

    found = of_table({"fields": fields, "missingValues": ["", "NA"]})

    assert [field.missing for field in found.fields] == [{"", "NA"}, set(), {"-"}]


def field(**more: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", **more}]}


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ([], "the schema"),
        ({}, "fields"),
        ({"fields": []}, "fields"),
        ({"fields": ["a"]}, "field 1"),
        ({"fields": [{}]}, "field 1"),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "'a' is there twice"),
        ({"fields": [{"name": "a"}], "foreignKeys": []}, "'foreignKeys'"),
        ({"fields": [{"name": "a"}], "primaryKey": ["b"]}, "'b'"),
        ({"fields": [{"name": "a"}], "fieldsMatch": "all"}, "fieldsMatch"),
        ({"fields": [{"name": "a"}], "missingValues": [{"value": "x"}]}, "missingValues"),
        (field(type="geopoint"), "geopoint"),
        (field(type=["string"]), "string"),
        (field(format=1), "format"),
        (field(categories=[]), "'categories'"),
        (field(decimalChar=","), "'decimalChar'"),
        (field(type="number", decimalChar="5"), "decimalChar"),
        (field(type="integer", bareNumber="no"), "bareNumber"),
        (field(type="boolean", trueValues=[1]), "trueValues"),
        (field(constraints=[]), "constraints"),
        (field(constraints={"minimum": 1}), "minimum does not go with the type string"),
        (field(constraints={"jsonSchema": {}}), "'jsonSchema'"),
        (field(constraints={"required": "yes"}), "required"),
        (field(constraints={"minLength": -1}), "minLength"),
        (field(constraints={"maxLength": True}), "maxLength"),
        (field(constraints={"enum": []}), "enum"),
        (field(type="object", constraints={"unique": True}), "unique does not go with the type object"),
    ],
)
def test_what_is_not_kept_is_refused_by_name(tmp_path: Path, table: Any, named: str) -> None:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(table))

    with pytest.raises(Misconfigured) as refused:
        read(str(path))

    assert named in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\xff", " " * 1_000_001])
def test_what_is_no_schema_is_refused_naming_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "schema.json"
    path.write_text(text, "latin-1")

    with pytest.raises(Misconfigured, match=r"schema\.json"):
        read(str(path))


def test_a_schema_that_is_not_there_is_refused_naming_the_file(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot read the schema: No such file or directory"):
        read(str(tmp_path / "none.json"))


@pytest.mark.parametrize("text", [b"[" * 500_000, b"9" * 5000, b'"\xff"', b" " * 1_000_001, b"{", b""])
def test_what_is_no_json_is_refused_in_words(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(text)
    with pytest.raises(Misconfigured, match="cannot use the schema: "):
        read(str(path))
