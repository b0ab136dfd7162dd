"""The options of steps that use a database: which one, and as whom."""

import re

from sexton.config import values
from sexton.config.steps.key import Key
from sexton.config.values import Unfit, digits, shown, text, whole

_DATABASE = re.compile(r"(sqlite:///|postgres(ql)?://)", re.IGNORECASE)


def database(value: object) -> str:
    if not _DATABASE.match(values.name(value)):
        raise Unfit(f'{shown(value)} is no database; "sqlite:///data/x.db" or "postgresql://user@host/x" is meant')
    return values.name(value)


def _port(value: object) -> int | None:
    """A number, or its digits, as a variable of the environment has them; nothing for an empty one."""
    if value == "":
        return None
    return digits(whole(1, 65535, "a port from 1 to 65535"))(value)


# Each comes before what the address says; an empty one counts for nothing.
DATABASE_KEYS = (
    Key("host", "PostgreSQL's host", text, "", metavar="HOST"),
    Key("port", "PostgreSQL's port", _port, metavar="PORT"),
    Key("database", "the database's name there", text, "", metavar="NAME"),
    Key("user", "who logs in there", text, "", metavar="NAME"),
    Key("password", "their password", text, "", secret=True, metavar="PASSWORD"),
)
