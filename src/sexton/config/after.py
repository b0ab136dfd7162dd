"""The key `after`: which jobs' ends a job waits for, and which outcomes count."""

from typing import Any

from sexton.config.suggest import hint
from sexton.config.table import Table, pending
from sexton.config.values import Unfit, found, name, names, shown
from sexton.model.job import After
from sexton.model.run import Outcome

_MEANT = 'a job\'s name, { job = "…", on = "…" }, or a list of those'
_ON = '"succeeded", "failed", "any" or a list of outcomes'

OUTCOMES: dict[str, frozenset[Outcome]] = {outcome.value: frozenset({outcome}) for outcome in Outcome}
OUTCOMES["failed"] = frozenset({Outcome.FAILED, Outcome.TIMEOUT, Outcome.LOST})
OUTCOMES["any"] = OUTCOMES["failed"] | {Outcome.SUCCEEDED, Outcome.CANCELLED}


def read_after(table: Table) -> tuple[After, ...]:
    """The `after` of a job's table; what does not fit is reported and left out."""
    value = table.data.get("after")
    if value is None:
        return ()
    if not isinstance(value, list):
        only = _read_one(table, value, "after")
        return (only,) if only else ()
    read = [_read_one(table, item, "after", index) for index, item in enumerate(value)]
    seen: dict[str, After] = {}
    for index, after in enumerate(read):
        if after and seen.setdefault(after.job, after) is not after:
            table.problem(f"`{after.job}` is named twice; name it once, with a list for `on`", "after", index)
    return tuple(seen.values())


def _read_one(table: Table, value: object, *keys: str | int) -> After | None:
    if pending(value):
        return None
    if isinstance(value, dict):
        return _read_table(table.at(value, *keys))
    try:
        if not isinstance(value, str):
            raise Unfit(f"{found(value)}; {_MEANT} is meant")
        return After(name(value), OUTCOMES["succeeded"])
    except Unfit as error:
        table.problem(str(error), *keys)
        return None


def _read_table(table: Table) -> After | None:
    table.only(("job", "on"), {})
    if "job" not in table:
        table.problem('`job` is missing; { job = "…", on = "…" } is meant')
    job = table.read("job", name, "")
    on = table.read("on", _outcomes, OUTCOMES["succeeded"])
    return After(job, on) if job else None


def _outcomes(value: Any) -> frozenset[Outcome]:
    wanted: set[Outcome] = set()
    for word in names(_ON)(value):
        if word not in OUTCOMES:
            raise Unfit(f"{shown(word)} is no outcome; " + hint(word, OUTCOMES, '"'))
        wanted |= OUTCOMES[word]
    return frozenset(wanted)


def place_of(table: Table, job: str) -> tuple[str | int, ...]:
    """The keys that lead from a job's table to where its `after` names `job`."""
    value = table.data["after"]
    for index, item in enumerate(value) if isinstance(value, list) else ():
        if job in (item, item.get("job") if isinstance(item, dict) else None):
            return ("after", index)
    return ("after",)
