"""`[fcgi-program:…]`: a program whose processes share a listening socket as their standard input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sexton.config.supervisord.expansions import carried
from sexton.config.supervisord.keys import name_of
from sexton.config.supervisord.places import account_of
from sexton.config.supervisord.words import integer, octal
from sexton.config.values import Unfit, shown

if TYPE_CHECKING:
    from sexton.config.supervisord.sections import Keys

_TCP = re.compile(r"tcp://([^\s:]+:\d+)")
_UNIX = "unix://"


def read_socket(keys: Keys) -> dict[str, Any]:
    """The key `socket` of each of its services."""
    keys = keys.expanding(keys.expansions.having(program_name=name_of(keys.section)))
    if "socket" not in keys:
        keys.conf.problem(keys.section, "`socket` is missing; unix:///path or tcp://host:port is meant")
        return {"path": "/"}
    nowhere: dict[str, Any] = {"path": "/"}
    socket = keys.read("socket", _place, nowhere)
    if "socket_backlog" in keys:
        socket["backlog"] = keys.read("socket_backlog", integer, 1)
    if "path" in socket:
        socket["mode"] = f"{keys.read('socket_mode', octal, 0o700):03o}"
    elif "socket_mode" in keys:
        socket["mode"] = "700"  # which is refused, in words of its own
    if "socket_owner" in keys:
        socket["owner"] = keys.carried("socket_owner")
    elif "user" in keys and "path" in socket:
        socket["owner"] = _with_group(keys.carried("user"))
    return socket


def _with_group(user: str) -> str:
    """The user's own group besides, as supervisor has it."""
    try:
        return f"{user}:{account_of(user).pw_gid}"
    except KeyError:  # which is said of `user`
        return user


def _place(text: str) -> dict[str, Any]:
    if text.startswith(_UNIX):
        return {"path": carried(text.removeprefix(_UNIX))}
    match = _TCP.fullmatch(text)
    if match is None:
        raise Unfit(f"{shown(text)} is no socket; unix:///path or tcp://host:port is meant")
    return {"address": match[1]}
