"""Where the daemon listens: --socket, else SEXTON_SOCKET, else the configuration's `socket`, else the default place.

Reads of a configuration only that one key, so that every verb stays quick and a mistake elsewhere in the file does
not lock a person out of a running daemon. Invariant: an answer that rests on a guess is said to be one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from sexton.config.places import CONFIG_FILES, default_socket

CONFIG_LIMIT = 10_000_000


def find_socket(given: str | None, environ: Mapping[str, str], warn: Callable[[str], None]) -> str:
    """The path of the daemon's socket. `warn` is told of a configuration that could not be read for it."""
    if given:
        return given
    if environ.get("SEXTON_SOCKET"):
        return environ["SEXTON_SOCKET"]
    return _configured(environ, warn) or default_socket(environ, os.geteuid())


def _configured(environ: Mapping[str, str], warn: Callable[[str], None]) -> str | None:
    path = next((path for path in CONFIG_FILES if os.access(path, os.R_OK)), None)
    if path is None:
        return None
    from sexton.config.files import Unreadable, read_text

    try:
        # Root takes no directions from a file that somebody else could have written.
        text = read_text(path, CONFIG_LIMIT, trusted=True)
        return _socket_in(text, path, environ) if "socket" in text else None
    except (Unreadable, ValueError) as error:  # ValueError: no TOML, or a reference without a value
        warn(f"warning: cannot look for `socket` in {path}: {error}; trying the default place")
        return None


def _socket_in(text: str, path: str, environ: Mapping[str, str]) -> str | None:
    import tomllib

    from sexton.config.expand import Expander

    table = tomllib.loads(text).get("sexton")
    written = table.get("socket") if isinstance(table, dict) else None
    if not isinstance(written, str) or not written:
        return None
    expansion = Expander(environ, for_run=True).expand(written)
    if expansion.problem:
        raise ValueError(expansion.problem)
    return os.path.join(os.path.dirname(os.path.abspath(path)), expansion.text)
