"""The text that steps hand to each other."""

import pytest

from sexton.steps.errors import StepError
from sexton.steps.manifest import Entry, Manifest, as_json, is_inside, of_json

ONE = Entry("/data/in/a.csv", "2026/a.csv", 12, "00" * 32, 3)


def test_a_manifest_is_read_as_it_was_written() -> None:
    manifest = Manifest((ONE, ONE._replace(rows=None)))

    assert of_json(as_json(manifest), "here") == manifest


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "", ".", "a//b", "a\0b", ".."])
def test_a_name_that_leads_out_of_its_folder_is_refused(name: str) -> None:
    text = as_json(Manifest((ONE._replace(name=name),)))

    assert not is_inside(name)
    with pytest.raises(StepError, match="here"):
        of_json(text, "here")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 1}', '{"files": [{}]}', '{"files": [1]}'])
def test_what_is_no_manifest_is_refused_naming_the_place(text: str) -> None:
    with pytest.raises(StepError, match="here"):
        of_json(text, "here")
