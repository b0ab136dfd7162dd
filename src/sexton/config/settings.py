"""The `[sexton]` tables of all files → Settings, with every path absolute.

A key may be set in one file only; relative paths count from the file that names them. Whether a place can be
written is for the daemon to find out.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sexton.config import later
from sexton.config.http import HTTP_KEYS, read_http
from sexton.config.places import Homeless, default_log_dir, default_socket, default_state
from sexton.config.table import Table, pending
from sexton.config.values import Unfit, boolean, choice, duration, name, shown, size, text, whole
from sexton.config.zones import default_zone, zone
from sexton.model.plan import Keep, OnStateLoss, Relay, Settings
from sexton.model.units import SECOND

T = TypeVar("T")

SETTINGS_KEYS = (
    *("state", "log_dir", "socket", "timezone", "relay", "log_format"),
    *("stop_within", "max_parallel", "on_state_loss", "keep", "include", "watch", "notify"),
    *HTTP_KEYS,
)
_MEMORY = ":memory:"


def read_settings(
    tables: Sequence[Table], environ: Mapping[str, str], main: Table, uid: int, *, for_run: bool = True
) -> Settings:
    """Settings from the `[sexton]` tables; defaults for user `uid`. What is wrong as a whole goes to `main`'s file.
    Without `for_run` no token is read from its file."""
    chosen = _Chosen(tables, main)
    return Settings(
        state=chosen.placed("state", _state, lambda: default_state(environ, uid)),
        log_dir=chosen.placed("log_dir", _path, lambda: default_log_dir(environ, uid)),
        socket=chosen.placed("socket", _path, lambda: default_socket(environ, uid)),
        timezone=chosen.placed("timezone", lambda value, folder: zone(value), lambda: default_zone(environ)),
        relay=chosen.read("relay", choice(Relay), Relay.PREFIX),
        log_format=chosen.read("log_format", _log_format, "text"),
        stop_within=chosen.read("stop_within", duration("9s"), 9 * SECOND),
        max_parallel=chosen.read("max_parallel", whole(1, 100_000, "a whole number such as 64"), 64),
        on_state_loss=chosen.read("on_state_loss", choice(OnStateLoss), OnStateLoss.HOLD),
        keep=chosen.keep(),
        watch=chosen.read("watch", boolean, False),
        http=read_http(chosen.table, for_run=for_run),
    )


class _Chosen:
    """The table that each key is set in, over all files."""

    def __init__(self, tables: Sequence[Table], main: Table) -> None:
        self._tables: dict[str, Table] = {}
        self._main = main
        for table in tables:
            table.only(SETTINGS_KEYS, later.SETTINGS)
            for key in table.data:
                self._choose(key, table)

    def _choose(self, key: str, table: Table) -> None:
        first = self._tables.setdefault(key, table)
        if first is not table and key != "include":
            table.problem(f"it is set at {first.place(key)} already; set it once", key)

    def table(self, key: str) -> Table | None:
        return self._tables.get(key)

    def read(self, key: str, convert: Callable[[Any], T], default: T) -> T:
        table = self._tables.get(key)
        return table.read(key, convert, default) if table else default

    def placed(self, key: str, convert: Callable[[Any, str], str], default: Callable[[], str]) -> str:
        """A key that counts from its file's folder; the default is made only when there is nothing to read."""
        table = self._tables.get(key)
        if table is not None and not pending(table.data[key]):
            folder = os.path.dirname(os.path.abspath(table.file))
            return table.read(key, lambda value: convert(value, folder), "")
        try:
            return default()
        except (Homeless, Unfit) as error:
            self._main.problem(f"there is no default for it here: {error}", "sexton", key)
            return ""

    def keep(self) -> Keep:
        holder = self._tables.get("keep")
        meant = 'a table such as { runs = "90d", logs = "30d", size = "1GB" }'
        table = holder.below("keep", meant) if holder else None
        if table is None:
            return Keep()
        table.only(("runs", "logs", "size"), {})
        return Keep(
            runs=table.read("runs", duration("90d"), Keep().runs),
            logs=table.read("logs", duration("30d"), Keep().logs),
            size=table.read("size", size("1GB"), Keep().size),
        )


def _path(value: object, folder: str) -> str:
    return os.path.normpath(os.path.join(folder, name(value)))


def _state(value: object, folder: str) -> str:
    url = text(value)
    if url == _MEMORY:
        return url
    scheme, separator, rest = url.partition("://")
    if scheme in ("postgresql", "postgres") and separator:  # the rest may hold a password
        raise Unfit("PostgreSQL is not in this version of Sexton; sqlite:///FILE is")
    if separator and scheme != "sqlite":
        raise Unfit(f'unknown kind of state {shown(scheme)}; "sqlite:////var/lib/sexton/state.db" is meant')
    if not separator or not rest.startswith("/"):
        raise Unfit(f'{shown(url)} is no address; "sqlite:////absolute/path" or "sqlite:///relative/path" is meant')
    if rest[1:] in ("", _MEMORY):
        raise Unfit(f'{shown(url)} names no file; to keep nothing, "{_MEMORY}" is meant')
    return _path(rest[1:], folder)


def _log_format(value: object) -> str:
    if value not in ("text", "json"):
        raise Unfit(f'{shown(value)} is unknown; "text" or "json" is meant')
    return str(value)
