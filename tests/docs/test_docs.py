"""The documents say what the code has, and the check that says so finds what is planted for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sexton.config.sinks.read import kind_module
from sexton.config.steps import catalogue
from sexton.model.notice import SinkKind
from tools import docs
from tools.docs import Docs, Fact

DOCS = docs.read_docs()


@pytest.mark.parametrize("check", docs.CHECKS, ids=lambda check: check.__name__)
def test_the_documents_have_no_findings(check: Callable[[Docs], Iterator[str]]) -> None:
    assert list(check(DOCS)) == []


@pytest.mark.parametrize("fact", list(docs.facts()), ids=lambda fact: f"{fact.kind}-{fact.shown}")
def test_a_fact_is_missed_when_its_words_are_taken_out(fact: Fact) -> None:
    without = DOCS[fact.document].replace(f"`{fact.word}`" if fact.quoted else fact.word, "")
    said = f"{fact.document}: the {fact.kind} {fact.shown} is not in it"
    assert said in list(docs.find_missing({**DOCS, fact.document: without}))


def test_there_are_facts_of_every_kind() -> None:
    kinds = {fact.kind for fact in docs.facts()}
    assert kinds >= {"key", "value", "nickname", "verb", "option", "exit code", "route", "field", "outcome", "variable"}


def test_a_missing_document_is_found() -> None:
    without = {name: text for name, text in DOCS.items() if name != docs.API}
    assert f"{docs.API}: there is no such document" in list(docs.find_missing(without))


@pytest.mark.parametrize("step", catalogue.STEPS)
def test_a_key_of_a_step_is_missed_when_its_section_lacks_it(step: str) -> None:
    key = catalogue.options_module(step).KEYS[0].name
    head, heading, rest = DOCS[docs.STEPS].partition(f"\n## {step}\n")
    section, following, tail = rest.partition("\n## ")
    without = head + heading + section.replace(f"`{key}`", "") + following + tail
    found = list(docs.find_missing_steps({**DOCS, docs.STEPS: without}))
    assert found == [f"{docs.STEPS}: the key {key} of the step {step} is not in it"]


@pytest.mark.parametrize("step", catalogue.STEPS)
def test_a_step_is_missed_when_the_list_at_the_top_lacks_it(step: str) -> None:
    without = DOCS[docs.STEPS].replace(f"\n| [`{step}`](#{step}) |", "\n| |")
    found = list(docs.find_missing_steps({**DOCS, docs.STEPS: without}))
    assert found == [f"{docs.STEPS}: the step {step} is not in the list at the top"]


@pytest.mark.parametrize("kind", SinkKind)
def test_a_key_of_a_sink_is_missed_when_its_section_lacks_it(kind: str) -> None:
    key = kind_module(kind).KEYS[0].name
    head, heading, rest = DOCS[docs.NOTICES].partition(f"\n## Sink: {kind}\n")
    section, following, tail = rest.partition("\n## ")
    without = head + heading + section.replace(f"`{key}`", "") + following + tail
    found = list(docs.find_missing_sinks({**DOCS, docs.NOTICES: without}))
    assert found == [f"{docs.NOTICES}: the key {key} of the sink {kind} is not in it"]


@pytest.mark.parametrize(
    ("document", "line", "finding"),
    [
        (docs.COMMAND_LINE, "\n## sexton frobnicate\n", "the verb frobnicate is not in the code"),
        (docs.COMMAND_LINE, "| `--frobnicate` | |", "the option --frobnicate is not in the code"),
        (docs.API, "`GET /api/v1/frobs`", "the route /api/v1/frobs is not in the code"),
        ("README.md", "SEXTON_FROB", "the variable SEXTON_FROB is not in the code"),
    ],
)
def test_a_stale_word_is_found(document: str, line: str, finding: str) -> None:
    planted = {**DOCS, document: f"{DOCS[document]}\n{line}\n"}
    assert list(docs.find_stale(planted)) == [f"{document}: {finding}"]


@pytest.mark.parametrize(
    ("link", "finding"),
    [
        ("docs/frob.md", "the link docs/frob.md leads nowhere"),
        ("docs/api.md#frob", "the link docs/api.md#frob leads to no heading"),
        ("#frob", "the link #frob leads to no heading"),
    ],
)
def test_a_dead_link_is_found(link: str, finding: str) -> None:
    assert list(docs.find_dead_links({"README.md": f"See [it]({link})."})) == [f"README.md: {finding}"]


@pytest.mark.parametrize("link", ["docs/api.md", "docs/api.md#runs", "https://example.com/frob"])
def test_a_living_link_is_no_finding(link: str) -> None:
    assert list(docs.find_dead_links({"README.md": f"See [it]({link})."})) == []


def test_a_file_that_is_gone_is_found() -> None:
    text = "See `core/frob.py`, `core/runs.py` and `tests/docs/frob.py`."
    assert list(docs.find_dead_files({"README.md": text})) == [
        "README.md: there is no file core/frob.py",
        "README.md: there is no file tests/docs/frob.py",
    ]


def test_a_bad_example_is_found() -> None:
    (finding,) = docs.find_bad_plans({"README.md": '```toml\n[jobs.a]\ncomand = "true"\ncommand = "true"\n```\n'})
    assert finding.startswith("README.md: block-1.toml:2: jobs.a: unknown key `comand`")


def test_anchors_are_those_of_the_headings_outside_of_code() -> None:
    text = "# The table [sexton]\n\n```sh\n# no heading\n```\n\n## How to add …\n"
    assert docs.anchors(text) == {"the-table-sexton", "how-to-add-"}


def test_documents_are_found_wherever_they_are(tmp_path: Path) -> None:
    (tmp_path / "docs" / "adr").mkdir(parents=True)
    for name in ("README.md", "docs/a.md", "docs/adr/0001.md"):
        (tmp_path / name).write_text(name, "utf-8")
    assert dict(docs.read_docs(tmp_path)) == {name: name for name in ("README.md", "docs/a.md", "docs/adr/0001.md")}
