"""The options of the step `sql`."""

from typing import Any, NamedTuple

from sexton.config.steps.database import DATABASE_KEYS, database
from sexton.config.steps.key import Faults, Key, as_json
from sexton.config.steps.transactions import control
from sexton.config.values import Unfit, duration, found, whole
from sexton.model.units import HOUR, Duration

_ROWS = 10**12


class Options(NamedTuple):
    """`statement`, or what is in `file`, runs in one transaction of the database `to`, with `parameters`. Rows that
    come back go to the file `filename` below `into`; their number is from `min_rows` to `max_rows`."""

    to: str
    statement: str = ""
    file: str | None = None
    parameters: dict[str, Any] = {}  # noqa: RUF012 - never changed
    into: str | None = None
    filename: str = "rows.csv"
    min_rows: int | None = None
    max_rows: int | None = None
    host: str = ""
    port: int | None = None
    database: str = ""
    user: str = ""
    password: str = ""
    deadline: Duration = HOUR


def _parameters(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(each, str | int | float) for each in value.values()):
        raise Unfit(f'{found(value)}; a table of values such as {{ day = "2026-11-22", limit = 10 }} is meant')
    return dict(value)


def transaction_control(options: Options, text: str) -> str | None:
    """The first statement of a text that would take the transaction out of the step's hands; None: there is none."""
    return control(text, sqlite=options.to.lower().startswith("sqlite:"))


def control_refused(word: str) -> str:
    return f"{word} is not for the statement to say: all of it is one transaction, so that bounds can undo it; drop it"


def verify(options: Options) -> Faults:
    if options.statement and options.file:
        yield "file", "`statement` and `file` exclude each other; drop one"
    if not options.statement.strip() and not options.file:
        yield "statement", "there is nothing to run; one of `statement` and `file` is meant"
    word = transaction_control(options, options.statement)
    if word is not None:
        yield "statement", control_refused(word)
    if isinstance(options.min_rows, int) and isinstance(options.max_rows, int) and options.min_rows > options.max_rows:
        yield "min_rows", f"{options.min_rows} is more than `max_rows`, {options.max_rows}: no number is within"


_COUNT = whole(0, _ROWS, "a number of rows")
OPTIONS = Options
KEYS = (
    Key("to", "the database: sqlite:///FILE or postgresql://USER@HOST/NAME", database, required=True, metavar="URL"),
    Key("statement", "what to run", default="", metavar="SQL", positional=True),
    Key("file", "what to run, as a file", metavar="FILE"),
    Key("parameters", "values for :day (SQLite), %(day)s (PostgreSQL)", _parameters, {}, word=as_json, metavar="JSON"),
    Key("into", "the folder that rows go to, as CSV", dated=True, metavar="FOLDER"),
    Key("filename", "what their file is called", default="rows.csv", dated=True, metavar="NAME"),
    Key("min_rows", "fail when fewer rows come back, or are changed", _COUNT, word=int, metavar="N"),
    Key("max_rows", "fail when more rows come back, or are changed", _COUNT, word=int, metavar="N"),
    *DATABASE_KEYS,
    Key("deadline", "fail when it takes longer", duration("1h"), HOUR, metavar="DURATION"),
)
