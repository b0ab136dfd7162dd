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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is no JSON: Expecting property name"),
        ("[1]", r'no list of files; {"files": \[{"path": …}\]} is meant, not \[1\] \(here\)'),
        ('{"files": {}}', "no list of files"),
        ('{"files": ["a.csv"]}', 'no file, for it is no object with a `path`: "a.csv"'),
        ('{"files": [{"path": "a"}]}', 'no absolute `path`, or no `name` below a folder: {"path": "a"}'),
        ('{"files": [{"path": "/a", "name": "a"}]}', "no `size`, `sha256` or `rows`"),
    ],
)
def test_it_is_said_in_words_what_is_wrong_with_a_manifest(text: str, said: str) -> None:
    with pytest.raises(StepError, match=f"^cannot read the manifest: {said}"):
        of_json(text, "here")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 1}', '{"files": [{}]}', '{"files": [1]}'])
def test_what_is_no_manifest_is_refused_naming_the_place(text: str) -> None:
    with pytest.raises(StepError, match="here"):
        of_json(text, "here")
