"""`[include] files`: patterns that count from the main file, each one's files in the order of their names.

What an included file includes does not count. A pattern without a file is a warning; a file that cannot be read is one
too, for supervisor goes on without it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sexton.config.files import FILE_LIMIT, Unreadable, read_text
from sexton.config.supervisord.expansions import Expansions, host_node_name
from sexton.config.supervisord.ini import Ini, Option
from sexton.config.supervisord.keys import INCLUDE, MAIN
from sexton.config.supervisord.sections import Conf, Keys

if TYPE_CHECKING:
    from sexton.config.expand import Expander


def read_all(text: str, file: str, expander: Expander) -> tuple[Conf, tuple[str, ...]]:
    """The text of `file` and of all that it includes; the absolute paths of the latter."""
    ini = Ini()
    conf = Conf(ini, file)
    conf.problems += ini.read(text, file)
    files = _read_included(conf, expander) if INCLUDE in ini.sections else ()
    if MAIN in ini.sections:
        for key, value in expander.main.items():
            ini.sections[MAIN][key] = Option(value.replace("%", "%%"), file, 0, key)
    return conf, files


def _read_included(conf: Conf, expander: Expander) -> tuple[str, ...]:
    keys = Keys(conf, INCLUDE, Expansions(expander, {"host_node_name": host_node_name()}, {}))
    if "files" not in keys:
        conf.problem(INCLUDE, "`files` is missing; patterns such as conf.d/*.conf are meant")
        return ()
    patterns = keys.read("files", str, "").split()
    return tuple(path for pattern in patterns for path in _read(conf, keys, pattern))


def _read(conf: Conf, keys: Keys, pattern: str) -> list[str]:
    import glob

    found = sorted(glob.glob(os.path.join(conf.here, pattern)))
    if not found:
        keys.warning("files", f"no file is like {pattern}")
    read = []
    for path in found:
        try:
            text = read_text(path, FILE_LIMIT, trusted=True)
        except Unreadable as error:
            keys.warning("files", f"cannot read {path}: {error}; going on without it")
            continue
        conf.problems += conf.ini.read(text, path)
        read.append(os.path.abspath(path))
    return read
