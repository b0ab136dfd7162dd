"""The options of the step `load`."""

import re
from typing import NamedTuple

from sexton.config import values
from sexton.config.steps.database import DATABASE_KEYS, database
from sexton.config.steps.key import Faults, Key
from sexton.config.values import Unfit, boolean, duration, names, shown
from sexton.model.units import HOUR, Duration

_TABLE = re.compile(r"[^\x00.]+(\.[^\x00.]+)?")


class Options(NamedTuple):
    """The rows of files go to `table` of the database `to`, by `key` in the place of those that are there. With
    `create`, the table is made as `schema` has its columns. `host` to `user` come before what `to` says of them."""

    to: str
    table: str
    key: tuple[str, ...] = ()
    schema: str | None = None
    create: bool = False
    from_: tuple[str, ...] = ()
    host: str = ""
    port: int | None = None
    database: str = ""
    user: str = ""
    password: str = ""
    deadline: Duration = HOUR


def _table(value: object) -> str:
    if not _TABLE.fullmatch(values.name(value)):
        raise Unfit(f'{shown(value)} is no table; "readings" or "weather.readings" is meant')
    return values.name(value)


def verify(options: Options) -> Faults:
    if options.create and not options.schema:
        yield "create", "there is no `schema` that says the columns of the table"


OPTIONS = Options
KEYS = (
    Key("to", "the database: sqlite:///FILE or postgresql://USER@HOST/NAME", database, required=True, metavar="URL"),
    Key("table", "the table that rows go to, with its schema if need be", _table, required=True, metavar="TABLE"),
    Key("key", "columns by which a row takes the place of one that is there", names('"id"'), (), metavar="COLUMN"),
    Key("schema", "the types of the columns: a Table Schema, as JSON", metavar="FILE", schema=True),
    Key("create", "make the table if it is not there", boolean, False, metavar=""),
    Key("from", "files instead of those of the step before", names('"x.csv"'), (), dated=True, metavar="FILES"),
    *DATABASE_KEYS,
    Key("deadline", "fail when loading takes longer in all", duration("1h"), HOUR, metavar="DURATION"),
)
