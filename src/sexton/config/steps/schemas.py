"""The files with a Table Schema that a plan's steps name: read with the plan, so that what is wrong in them is known
before a run. One that is absent may be made by then, so its lack is a warning."""

from __future__ import annotations

import os
from json import JSONDecodeError
from typing import TYPE_CHECKING

from sexton.config.steps.tableschema import LARGEST, Unkept, of_bytes

if TYPE_CHECKING:
    from sexton.config.table import Table


def look_at(table: Table, key: str, cwd: str | None) -> None:
    """Report everything that is wrong in the schema at `key` of a step, by that file and, where it is no JSON, line."""
    path = os.path.join(cwd or "", table.data[key])
    if not os.path.isfile(path):
        table.warning(f"there is no file {path} here; the step fails unless it is there by then", key)
        return
    try:
        with open(path, "rb") as file:
            of_bytes(file.read(LARGEST + 1))
    except OSError as error:
        table.warning(f"cannot read {path}: {error.strerror}; the step has to be able to", key)
    except JSONDecodeError as error:
        table.report.problem(path, error.lineno, f"no JSON: {error.msg} (column {error.colno})", (error.lineno,))
    except Unkept as unkept:
        for fault in unkept.faults:
            table.report.problem(path, 0, fault, (fault,))
