"""`[pools.NAME]`: how many runs of the jobs that name it go at once."""

from collections.abc import Callable

import pytest

from sexton.model.job import Pool
from sexton.model.plan import Plan


def test_a_pool_has_slots_and_jobs_name_it(load: Callable[..., Plan]) -> None:
    plan = load('[pools.db]\nslots = 2\n[jobs.a]\ncommand = "a"\npool = "db"\n[jobs.b]\ncommand = "b"\n')
    assert plan.pools == {"db": Pool(2)}
    assert (plan.jobs["a"].pool, plan.jobs["b"].pool) == ("db", None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[pools.db]\n", "1: pools.db: `slots` is missing; slots = 2 lets two runs go at once"),
        ("[pools.db]\nslots = 0\n", "2: pools.db.slots: 0 is out of range; a number from 1 to 100000 is meant"),
        ("[pools.db]\nslot = 1\nslots = 1\n", "2: pools.db: unknown key `slot`; did you mean `slots`?"),
        (
            '[pools.db]\nslots = 1\n[jobs.a]\ncommand = "a"\npool = "dv"\n',
            "5: jobs.a.pool: there is no pool `dv`; known here: `db`",
        ),
    ],
)
def test_what_is_wrong_is_said(complain: Callable[..., list[str]], text: str, problem: str) -> None:
    assert complain(text) == [f"sexton.toml:{problem}"]
