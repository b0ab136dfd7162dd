"""Which after-jobs an outcome calls for."""

import pytest

from sexton.config.after import OUTCOMES
from sexton.core.chain import called_for, followers
from sexton.model.job import After, Job
from sexton.model.process import Process
from sexton.model.run import Outcome

TRUE = Process(("true",))


def job(name: str, *after: After) -> Job:
    return Job(name, TRUE, after=after)


def on(upstream: str, word: str) -> After:
    return After(upstream, OUTCOMES[word])


def test_followers_stand_in_the_plans_order() -> None:
    jobs = [job("z", on("up", "any")), job("up"), job("a", on("up", "any"), on("z", "any"))]
    found = followers(jobs)
    assert [each.name for each in found["up"]] == ["z", "a"]
    assert [each.name for each in found["z"]] == ["a"]
    assert "a" not in found


CALLS = {
    "succeeded": {Outcome.SUCCEEDED},
    "failed": {Outcome.FAILED, Outcome.TIMEOUT, Outcome.LOST},
    "any": {Outcome.FAILED, Outcome.TIMEOUT, Outcome.LOST, Outcome.SUCCEEDED, Outcome.CANCELLED},
    "timeout": {Outcome.TIMEOUT},
    "lost": {Outcome.LOST},
    "cancelled": {Outcome.CANCELLED},
}


@pytest.mark.parametrize("word", CALLS)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_after_job_is_called_for_by_the_outcomes_its_word_means(word: str, outcome: Outcome) -> None:
    follower = job("mail", on("ingest", word))
    assert called_for([follower], "ingest", outcome) == ([follower] if outcome in CALLS[word] else [])


def test_only_the_upstream_in_question_counts_when_a_job_follows_several() -> None:
    follower = job("mail", on("ingest", "failed"), on("export", "succeeded"))
    assert called_for([follower], "ingest", Outcome.SUCCEEDED) == []
    assert called_for([follower], "export", Outcome.SUCCEEDED) == [follower]
