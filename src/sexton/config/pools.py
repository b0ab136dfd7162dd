"""`[pools.NAME]` tables → Pool, and whether the pools that jobs name are there."""

from collections.abc import Mapping, Sequence

from sexton.config.named import named_tables
from sexton.config.suggest import hint
from sexton.config.table import Table
from sexton.config.values import whole
from sexton.model.job import Job, Pool

POOL_KEYS = ("slots",)
_SLOTS = 100_000


def read_pools(roots: Sequence[Table]) -> dict[str, Pool]:
    """The pools of all files, by name."""
    return {name: _read_pool(table) for name, table in named_tables(roots, "pools", "pool").items()}


def _read_pool(table: Table) -> Pool:
    table.only(POOL_KEYS, {})
    if "slots" not in table:
        table.problem("`slots` is missing; slots = 2 lets two runs go at once")
    return Pool(table.read("slots", whole(1, _SLOTS, f"a number from 1 to {_SLOTS}"), 1))


def verify_pools(pools: Mapping[str, Pool], jobs: Mapping[str, Job], tables: Mapping[str, Table]) -> None:
    """Report each `pool` of a job that is none. `tables` has the tables of the same jobs."""
    for job in jobs.values():
        if job.pool is not None and job.pool not in pools:
            tables[job.name].problem(f"there is no pool `{job.pool}`; {hint(job.pool, pools)}", "pool")
