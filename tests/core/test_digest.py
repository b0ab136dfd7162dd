"""Notices are counted, and of each kind the last is kept."""

from sexton.core.digest import MOST, digest_of


def test_of_each_job_and_outcome_the_last_is_kept_with_its_times_and_the_first_moment() -> None:
    failed = [{"job": "a", "outcome": "failed", "run": run, "time": f"2026-03-0{run}"} for run in (1, 2)]
    found = digest_of([failed[0], {"job": "b", "outcome": "late"}, {"job": "a", "outcome": "recovered"}, failed[1]])
    assert found["items"][0] == {**failed[1], "times": 2, "first": "2026-03-01"}
    assert [(item["job"], item["outcome"]) for item in found["items"]] == [
        *(("a", "failed"), ("a", "recovered"), ("b", "late"))
    ]
    assert (found["groups"], found["count"]) == (3, 4)
    assert found["outcomes"] == {"failed": 2, "late": 1, "recovered": 1}


def test_a_job_and_a_service_of_one_name_are_two() -> None:
    assert digest_of([{"job": "a", "outcome": "failed"}, {"service": "a", "outcome": "failed"}])["groups"] == 2


def test_all_are_counted_however_many_groups_there_are() -> None:
    found = digest_of({"job": str(number), "outcome": "failed"} for number in range(MOST + 7))
    assert (len(found["items"]), found["groups"], found["outcomes"]) == (MOST, MOST + 7, {"failed": MOST + 7})
