"""The plans of the crowds: as many jobs as the tables say."""

import tomllib

from benchmarks.crowd import CROWD, MANY, crowd, many


def test_the_plans_have_as_many_jobs_as_their_tables_say() -> None:
    assert len(tomllib.loads(crowd())["jobs"]) == CROWD
    assert len(tomllib.loads(many())["jobs"]) == MANY + 1
