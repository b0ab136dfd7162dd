"""What a notice says, in facts and words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.mail.content import Mood
from sexton.model.notice_words import WORDS
from sexton.sinks import digest
from sexton.sinks import notice as says
from tests.sinks.orders import NOTICE


def test_the_facts_of_a_failed_run() -> None:
    assert says.facts(NOTICE) == [
        ("Job", "ingest"),
        ("Outcome", "failed: exited with code 3"),
        ("Fire time", "Mon 2026-03-02 08:00:00 +01:00"),
        ("Started", "Mon 2026-03-02 08:00:00 +01:00"),
        ("Ended", "Mon 2026-03-02 08:03:02 +01:00"),
        ("Took", "3m03s"),
        ("Exit code", "3"),
        ("Attempt", "3 of 3"),
        ("Before that", "succeeded"),
        ("Run", "4711"),
        ("Host", "web-1.example.com"),
    ]


def test_there_are_no_facts_but_the_word_when_there_is_nothing_else() -> None:
    assert says.facts({"kind": "test"}) == [("Outcome", "test")]


def test_every_word_stands_for_something() -> None:
    words = says.words(NOTICE, "ops")
    assert set(words) == set(WORDS)
    assert words["job"] == words["name"] == "ingest"
    assert words["duration"] == "3m03s"
    assert says.words({"service": "db", "outcome": "fatal"}, "ops")["job"] == "db"
    assert says.words({"kind": "health"}, "ops")["job"] == "sexton"


def test_the_word_for_programs_is_that_of_the_record() -> None:
    assert says.words({"job": "a", "outcome": "timeout"}, "ops")["outcome"] == "timeout"
    assert says.title({"job": "a", "outcome": "timeout"}) == "a: timed out"


@pytest.mark.parametrize(
    ("outcome", "mood"),
    [
        ("succeeded", Mood.GOOD),
        ("recovered", Mood.GOOD),
        ("failed", Mood.BAD),
        ("late", Mood.BAD),
        ("skipped", Mood.CALM),
    ],
)
def test_an_outcome_has_a_mood(outcome: str, mood: Mood) -> None:
    assert says.mood({"outcome": outcome}) is mood


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-03-02T07:00:00Z", "Mon 2026-03-02 07:00:00 UTC"),
        ("2026-03-02T07:00:00.5+00:00", "Mon 2026-03-02 07:00:00 UTC"),
        ("yesterday", "yesterday"),
        (None, ""),
    ],
)
def test_a_moment_has_its_zone(value: object, said: str) -> None:
    assert says.moment(value) == said


ANY = st.none() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=9), max_size=2)


@given(st.dictionaries(st.sampled_from(sorted(NOTICE)), ANY))
def test_whatever_a_notice_holds_can_be_shown(notice: dict[str, Any]) -> None:
    if not isinstance(notice.get("items", []), list):
        del notice["items"]
    said = [*says.words(notice, "ops").values(), says.title(notice), *digest.lines(notice, 3, 1000)]
    said += [text for fact in says.facts(notice) for text in fact]
    assert all(text.encode() and "\n" not in text and "\x1b" not in text for text in said if text)


def test_how_long_something_lasts_is_in_the_zone_of_its_end() -> None:
    lasting = dict(says.facts({**NOTICE, "since": "2026-03-02T06:00:00Z"}))
    assert lasting["Trouble since"] == "Mon 2026-03-02 07:00:00 +01:00"
    assert "Trouble since" not in dict(says.facts({**NOTICE, "since": "2026-03-02T07:03:02.9Z"}))
