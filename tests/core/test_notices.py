"""What is told of incidents, against a naive model that remembers everything that has happened."""

from hypothesis import given
from hypothesis import strategies as st

from sexton.core.notices import DELAYS, FAILURES, GOOD, OF_JOBS, OF_SERVICES, TABLE, Happening, decide_notice
from sexton.model.notice import Incident, Rule

WORDS = sorted(OF_JOBS | OF_SERVICES | {"running", "health", "healthy"})
DEFAULT = frozenset({"failed", "timeout", "lost", "recovered", "late"})


def told(on: frozenset[str], *words: str, each: bool = False) -> list[str | None]:
    """What is said of each word, one after the other."""
    rule, incident, said = Rule("ops", on, each=each), Incident.WELL, []
    for word in words:
        incident, heard = decide_notice(incident, rule, word)
        said.append(heard)
    return said


def naive(on: frozenset[str], words: tuple[str, ...]) -> list[str | None]:
    """Look back from each word to the last good end: what was told since?"""
    said: list[str | None] = []
    for index, word in enumerate(words):
        since = max((i for i in range(index) if words[i] in GOOD), default=-1)
        before = [each for each in words[since + 1 : index] if each in on]
        kinds = [kind for kind in (FAILURES, DELAYS) if any(each in kind for each in before)]
        if word in GOOD:
            said.append("recovered" if kinds and "recovered" in on else word if word in on else None)
        elif word not in on or any(word in kind for kind in kinds):
            said.append(None)
        else:
            said.append(word)
    return said


@given(st.frozensets(st.sampled_from(WORDS)), st.lists(st.sampled_from([w for w in WORDS if w != "recovered"])))
def test_what_is_told_is_what_a_naive_model_tells(on: frozenset[str], words: list[str]) -> None:
    assert told(on, *words) == naive(on, tuple(words))


def test_a_job_that_fails_every_minute_is_told_once_and_its_recovery_once() -> None:
    words = ("succeeded", "failed", "timeout", "failed", "succeeded", "succeeded", "lost")
    assert told(DEFAULT, *words) == [None, "failed", None, None, "recovered", None, "lost"]


def test_being_late_is_told_besides_failing() -> None:
    assert told(DEFAULT, "failed", "late", "failed", "late", "succeeded") == ["failed", "late", None, None, "recovered"]


def test_what_is_late_no_more_is_told_to_nobody_and_anew_when_it_is_late_again() -> None:
    assert told(DEFAULT, "late", "settled", "late", "succeeded") == ["late", None, "late", "recovered"]
    words = ("failed", "late", "settled", "failed", "late", "settled", "succeeded")
    assert told(DEFAULT, *words) == ["failed", "late", None, None, "late", None, "recovered"]
    assert told(DEFAULT, "settled", "failed", "settled", "failed") == [None, "failed", None, None]


def test_what_is_not_asked_for_begins_no_incident() -> None:
    assert told(frozenset({"lost", "recovered"}), "failed", "succeeded", "lost") == [None, None, "lost"]


def test_everything_is_told_each_time_when_the_rule_says_so() -> None:
    on = frozenset({"failed", "succeeded"})
    assert told(on, "failed", "failed", "succeeded", "late", each=True) == ["failed", "failed", "succeeded", None]


def test_every_cell_of_the_table_is_filled() -> None:
    assert set(TABLE) == {(incident, happening) for incident in Incident for happening in Happening}
