"""The steps of a run in `sexton runs`: a table of a run's own, and a few words while it goes."""

from typing import Any

from sexton.cli import describe
from sexton.cli.steps_table import table
from tests.cli import views
from tests.cli.terminals import paper

FETCH: Any = {
    "number": 1,
    "name": "fetch",
    "state": "succeeded",
    "attempt": 1,
    "started": "2026-03-04T07:57:56Z",
    "ended": "2026-03-04T07:57:58Z",
    "seconds": 2.0,
    "exit_code": 0,
    "signal": None,
    "reason": "",
    "counts": {"fetched": 3, "not_new": 1200},
    "summaries": {},
    "progress": None,
    "input": {"files": 0, "bytes": 0, "rows": None},
    "output": {"files": 3, "bytes": 4096, "rows": None},
}
LOAD = FETCH | {
    "number": 2,
    "name": "load",
    "state": "running",
    "seconds": 1.5,
    "counts": {"rows": 5},
    "summaries": {"quality": "9 rows, 3 flagged\n2 × station is missing\n1 × day is no date"},
    "progress": {"done": 5000, "total": 10000, "unit": "rows"},
    "input": {"files": 1, "bytes": 4096, "rows": 10000},
    "output": None,
}
FAILED = LOAD | {"state": "failed", "reason": "the server is away"}


def test_each_step_has_its_line_and_its_summaries_follow() -> None:
    assert list(table([FETCH, LOAD, FAILED | {"attempt": 2, "summaries": {}}], paper())) == [
        "STEP     OUTCOME    ATTEMPT  TOOK                GIVEN  HANDED ON",
        "1 fetch  succeeded        1  2.0s                         3 files  3 fetched, 1,200 not new",
        "2 load   running          1  1.5s  1 file, 10,000 rows             5,000 of 10,000 rows (50%)",
        "2 load   failed           2  1.5s  1 file, 10,000 rows             the server is away",
        "load, quality: 9 rows, 3 flagged",
        "  2 × station is missing",
        "  1 × day is no date",
    ]


def test_no_summary_moves_the_cursor() -> None:
    said = {"quality\x1b[2J": "1 row\x1b[2J\n2 \x1b]0;x\x07more"}
    assert list(table([LOAD | {"summaries": said}], paper()))[2:] == ["load, quality: 1 row", "  2 more"]


def test_a_run_that_goes_says_where_it_is() -> None:
    going = views.run(state="running", outcome=None, ended=None, reason="", exit_code=None, steps=[FETCH, LOAD])
    assert describe.reason(going, views.NOW) == "step load: 5,000 of 10,000 rows (50%)"
    silent = views.run(state="running", outcome=None, ended=None, exit_code=None, steps=[LOAD | {"progress": None}])
    assert describe.reason(silent, views.NOW) == "step load"


def test_a_total_that_nobody_knows_is_not_shown() -> None:
    assert describe.progress({"done": 7, "total": None, "unit": "files"}) == "7 files"
    assert describe.progress({"done": 0, "total": 0, "unit": "files"}) == "0 of 0 files"
