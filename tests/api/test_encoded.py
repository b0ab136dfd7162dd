"""All jobs as JSON: what has changed is encoded, and nothing else."""

from typing import cast

from sexton.api.answers import encoded
from sexton.api.encoded import EncodedJobs
from sexton.model.views import JobView


class Counted:
    """Encodes, and keeps the names of what it encoded."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, job: JobView) -> bytes:
        self.names.append(job["name"])
        return encoded(job)


def view(name: str, state: str = "idle") -> JobView:
    return cast(JobView, {"name": name, "state": state})


def test_no_jobs_are_an_empty_list() -> None:
    assert EncodedJobs().body([], encoded) == b'{"jobs":[]}'


def test_nothing_is_encoded_again_while_nothing_changes() -> None:
    known, encode, jobs = EncodedJobs(), Counted(), [view("a"), view("b")]
    first = known.body(jobs, encode)
    assert known.body(list(jobs), encode) == first == encoded({"jobs": jobs})
    assert encode.names == ["a", "b"]


def test_only_the_job_that_has_changed_is_encoded_again() -> None:
    known, encode, rests = EncodedJobs(), Counted(), view("b")
    known.body([view("a"), rests], encode)
    now = [view("a", "running"), rests]
    assert known.body(now, encode) == encoded({"jobs": now})
    assert encode.names == ["a", "b", "a"]


def test_a_job_that_is_gone_is_neither_shown_nor_kept() -> None:
    known, encode = EncodedJobs(), Counted()
    gone, stays = view("a"), view("b")
    known.body([gone, stays], encode)
    assert known.body([stays], encode) == encoded({"jobs": [stays]})
    known.body([gone, stays], encode)
    assert encode.names == ["a", "b", "a"]
