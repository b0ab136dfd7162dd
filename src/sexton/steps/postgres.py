"""PostgreSQL for steps: how to come to a server, and what it refuses, as the errors of a step.

The one door to psycopg. A connection has the deadline of its step; that the other side is gone, both notice within a
minute, so that a transaction whose client is cut off keeps its locks no longer. Invariant: no message holds a password.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary

if TYPE_CHECKING:
    import psycopg

_CONNECT = 10  # seconds
_SILENT = "30000"  # milliseconds that what was sent may stay unanswered by the other machine (tcp(7))
# Without an encoding of ours a database of SQL_ASCII, as initdb makes it without a locale, answers in bytes.
_OWN = {"client_encoding": "UTF8", "tcp_user_timeout": _SILENT}
_ALIVE = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}  # seconds, seconds, probes
_GONE = "50000"  # milliseconds: all of that
_USER_TIMEOUT = 120000  # the version from which a server has tcp_user_timeout
_WATCHING = 140000  # the version from which a server looks whether its client is still there

# SQLSTATE, or its class (postgresql.org/docs/current/errcodes-appendix.html)
_PASSING = ("08", "40", "53", "55P03", "57P01", "57P02", "57P03", "58030", "25P03", "57014")
_CLOSED = ("28", "42501")
_OURS = ("3D000", "3F000", "42P01", "42703", "42P10", "42601", "42804", "26", "42883")
NO_HINTS: Mapping[str, str] = {}


class Login:
    """Where and as whom: a URL, and what comes before its words."""

    def __init__(self, url: str, **given: str | int | None) -> None:
        self._url = url
        self._given = {name: value for name, value in given.items() if value not in ("", None)}

    def connect(self, deadline: Deadline, timezone: str, patience: float = 0) -> "psycopg.Connection[Any]":
        """In autocommit; naive moments are of `timezone`. A lock is waited for no longer than `patience` seconds (0: as
        long as the deadline lets it). The deadline cuts the connection. Raises StepError."""
        driver()
        import psycopg

        try:
            words: dict[str, Any] = {**psycopg.conninfo.conninfo_to_dict(self._url), **self._given}
        except psycopg.Error as error:
            raise Misconfigured(f"cannot read the address of the database: {str(error).strip()}") from None
        words = {"application_name": "sexton", **_ALIVE, **words, **_OWN}
        words["connect_timeout"] = min(_CONNECT, max(2, int(deadline.left("connect"))))
        self.place = f"{words.get('host', 'the local socket')}/{words.get('dbname', '')}"
        try:
            connection = psycopg.connect(**words, autocommit=True)
        except psycopg.Error as error:
            raise _unconnected(error, self.place) from None
        deadline.cut = connection.close
        with troubles(f"use the database {self.place}"):
            told = _settings(connection.info.server_version, deadline.left("connect"), patience)
            told["TimeZone"] = timezone
            sql = "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS told(name, value)"
            connection.execute(sql, (list(told), list(told.values())))
        return connection


def _settings(version: int, left: float, patience: float) -> dict[str, str]:
    """What the server shall hold itself to (postgresql.org/docs/current/runtime-config.html). While it waits for the
    data of a COPY no timeout of a statement counts, only that the connection is alive."""
    end = str(max(1, int(left * 1000)))
    told = {"statement_timeout": end, "idle_in_transaction_session_timeout": end}
    told |= {"lock_timeout": str(int(patience * 1000))} if patience else {}
    told |= {f"tcp_{name}": str(value) for name, value in _ALIVE.items()}
    if version >= _USER_TIMEOUT:
        told["tcp_user_timeout"] = _GONE
    if version >= _WATCHING:
        told["client_connection_check_interval"] = "2000"
    return told


def driver() -> Any:
    try:
        import logging

        import psycopg
        import psycopg.conninfo
    except ImportError as error:
        raise Misconfigured(f"cannot speak with PostgreSQL: {error}; pip install 'sexton[postgres]'") from error
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # what it warns of follows from what we raise
    return psycopg


@contextmanager
def troubles(doing: str, path: str = "", hints: Mapping[str, str] = NO_HINTS) -> Iterator[None]:
    """Turn what psycopg raises into a StepError; `path` is the file whose line a COPY may name, `hints` what helps
    against some SQLSTATEs."""
    psycopg = driver()
    try:
        yield
    except psycopg.Error as error:
        raise of_server(error, doing, path, hints) from error


def of_server(error: Any, doing: str, path: str, hints: Mapping[str, str]) -> StepError:
    state = error.sqlstate or ""
    said = error.diag.message_primary or str(error).strip() or type(error).__name__
    detail = f": {error.diag.message_detail}" if error.diag.message_detail else ""
    hint = f"; {hints[state]}" if state in hints else ""
    kind = Misconfigured if _is_ours(error) else kind_of(state)
    return kind(f"cannot {doing}: {said}{detail}{hint}{_place(error.diag.context or '', path)}")


def _is_ours(error: Any) -> bool:
    """What psycopg itself refuses to send: a parameter that has no value, a pipeline that its libpq does not know."""
    psycopg = driver()
    return not error.sqlstate and isinstance(error, psycopg.ProgrammingError | psycopg.NotSupportedError)


def kind_of(state: str) -> type[StepError]:
    """No state at all: the connection is gone."""
    if not state or state.startswith(_PASSING):
        return Temporary
    if state.startswith(_CLOSED):
        return NotPermitted
    return Misconfigured if state.startswith(_OURS) else StepError


def _place(context: str, path: str) -> str:
    """`COPY readings, line 3, column day: "x"` as a place in the file."""
    import re

    found = re.match(r"COPY [^\n]*?, line (\d+)(?:, column ([^:\n]+))?", context)
    if found is None or not path:
        return f" ({path})" if path else ""
    return f" ({path}:{found[1]}{', column ' + found[2] if found[2] else ''})"


def _unconnected(error: Any, place: str) -> StepError:
    """What keeps us out: there is no SQLSTATE before there is a connection, so the words tell."""
    said = " ".join(str(error).split())
    refused = any(word in said for word in ("authentication failed", "no pg_hba.conf entry", "not permitted to log in"))
    absent = "does not exist" in said
    kind = NotPermitted if refused else Misconfigured if absent else Temporary
    return kind(f"cannot connect to the database {place}: {said}")
