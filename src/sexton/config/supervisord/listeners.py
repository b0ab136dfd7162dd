"""`[eventlistener:…]` → tables of listeners. None is in this version, which is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sexton.config.supervisord.keys import LISTENER

if TYPE_CHECKING:
    from sexton.config.supervisord.programs import Surroundings
    from sexton.config.supervisord.sections import Conf, Keys


def read_listeners(conf: Conf, keys_of: Callable[[str], Keys], around: Surroundings) -> dict[str, Any]:
    for section in conf.sections(LISTENER):
        conf.problem(section, "event listeners are not in this version of Sexton")
    return {}
