"""Which keys of a job or service say what would hold without them: it is read without each, to see.

So nothing here knows a default. Keys of the process and the zone are left alone, because what holds without them
depends on the machine; so are those with references, whose values depend on the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sexton.config.jobs import read_job
from sexton.config.process import PROCESS_KEYS
from sexton.config.report import Report
from sexton.config.table import Table

_OF_HERE = frozenset((*PROCESS_KEYS, "timezone"))
_JOINING = frozenset({"depends_on", "notify"})  # say nothing where a job or service is read alone


def drop_needless(root: Table, tables: Mapping[str, Any], zone: str) -> None:
    """Take such keys out of `tables`, where those of `root` are among others, as they are written."""
    for section, read in _READERS.items():
        for name, data in root.data.get(section, {}).items():
            written = tables[section][name]
            table = Table(data, root.file, root.places, Report(), (section, name))
            for key in _needless(table, written, lambda one, read=read: read(one, zone)):  # type: ignore[misc]
                del written[key]


def _needless(table: Table, written: Mapping[str, Any], read: Callable[[Table], Any]) -> list[str]:
    whole = read(table)
    candidates = [key for key in written if key not in _OF_HERE | _JOINING and "$" not in str(written[key])]
    falsehoods = [key for key in written if key in _OF_HERE and written[key] is False]
    return falsehoods + [key for key in candidates if read(_without(table, key)) == whole]


def _without(table: Table, key: str) -> Table:
    data = {each: value for each, value in table.data.items() if each != key}
    return Table(data, table.file, table.places, table.report, table.path)


def _job(table: Table, zone: str) -> Any:
    return read_job(table, zone, for_run=False)


def _service(table: Table, zone: str) -> Any:
    from sexton.config.services import read_services

    return read_services({str(table.path[-1]): table}, {}, (), for_run=False, all_files=False)


_READERS: dict[str, Callable[[Table, str], Any]] = {"jobs": _job, "services": _service}
