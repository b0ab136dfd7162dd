"""`[supervisord]` and the server sections → model/supervisord.py's nouns.

Paths count from the working directory, as there. What the sections ask of the process itself (its user, its limits,
whether it goes into the background) is `sexton supervisord`'s to do.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sexton.config.owner import owner
from sexton.config.supervisord.keys import INET_KEYS, LISTENER, UNIX_KEYS
from sexton.config.supervisord.words import address, boolean, byte_size, integer, octal
from sexton.config.values import Unfit, shown
from sexton.model.supervisord import Server, Supervisord

if TYPE_CHECKING:
    from sexton.config.supervisord.expansions import Expansions
    from sexton.config.supervisord.sections import Conf, Keys

_LEVELS = ("critical", "error", "warn", "info", "debug", "trace", "blather")


def read_main(keys: Keys, environment: dict[str, str], servers: tuple[Server, ...]) -> Supervisord:
    """What the section says; what it leaves out is as supervisor has it."""
    if "profile_options" in keys:
        keys.warning("profile_options", "it has no effect: Sexton is not profiled by a key")
    _say_blanks(keys)
    default = Supervisord()
    logfile = keys.read("logfile", os.path.expanduser, "supervisord.log")
    return Supervisord(
        identifier=keys.read("identifier", _identifier, default.identifier),
        servers=servers,
        logfile=logfile if logfile == "syslog" else os.path.abspath(logfile),
        logfile_maxbytes=keys.read("logfile_maxbytes", byte_size, default.logfile_maxbytes),
        logfile_backups=keys.read("logfile_backups", integer, default.logfile_backups),
        pidfile=keys.read("pidfile", _in_a_folder, os.path.abspath("supervisord.pid")),
        childlogdir=keys.read("childlogdir", _folder, None),
        directory=keys.read("directory", _folder, None),
        environment=environment,
        user=keys.read("user", str, None),
        umask=keys.read("umask", octal, default.umask),
        minfds=keys.read("minfds", integer, default.minfds),
        minprocs=keys.read("minprocs", integer, default.minprocs),
        loglevel=keys.read("loglevel", _level, default.loglevel),
        nodaemon=keys.read("nodaemon", boolean, False),
        silent=keys.read("silent", boolean, False),
        nocleanup=keys.read("nocleanup", boolean, False),
        strip_ansi=keys.read("strip_ansi", boolean, False),
    )


def read_servers(conf: Conf, expansions: Expansions) -> tuple[Server, ...]:
    """All server sections: addresses first, as supervisor has them."""
    from sexton.config.supervisord.sections import Keys

    inet = [_inet(Keys(conf, section, expansions)) for section in _of(conf, "inet_http_server")]
    unix = [_unix(Keys(conf, section, expansions)) for section in _of(conf, "unix_http_server")]
    return tuple(server for server in (*inet, *unix) if server is not None)


def _of(conf: Conf, kind: str) -> list[str]:
    return [section for section in conf.ini.sections if section.startswith(kind)]


def _inet(keys: Keys) -> Server | None:
    if "port" not in keys:
        keys.conf.problem(keys.section, "`port` is missing; an address such as 127.0.0.1:9001 is meant")
        return None
    host, port = keys.read("port", address, ("", 0))
    return _with_password(Server(host=host, port=port), keys, INET_KEYS[0])


def _unix(keys: Keys) -> Server | None:
    if "file" not in keys:
        keys.conf.problem(keys.section, "`file` is missing; a path such as /run/supervisor.sock is meant")
        return None
    path = keys.read("file", lambda text: _path(text.strip()), "")
    mode = keys.read("chmod", octal, 0o700)
    server = Server(path=path, mode=mode, owner=keys.read("chown", owner, (-1, -1)))
    return _with_password(server, keys, UNIX_KEYS[0])


def _with_password(server: Server, keys: Keys, place: str) -> Server:
    name, password = keys.read("username", str, None), keys.read("password", str, None)
    if (name is None) != (password is None):
        lacking = "password" if password is None else "username"
        keys.conf.problem(keys.section, f"`{lacking}` is missing; a user name and a password go together")
    option = keys.conf.ini.options(keys.section)[place]
    return server._replace(username=name, password=password, file=option.file, line=option.line)


def _path(text: str) -> str:
    return os.path.abspath(os.path.expanduser(text))


def _folder(text: str) -> str:
    folder = _path(text)
    if not os.path.isdir(folder):
        raise Unfit(f"{shown(folder)} is no folder that is there; make it, or name another")
    return folder


def _in_a_folder(text: str) -> str:
    path = _path(text)
    if not os.path.isdir(os.path.dirname(path)):
        raise Unfit(f"the folder of {shown(path)} is not there; make it, or name another")
    return path


def _identifier(text: str) -> str:
    if not text.isprintable():
        raise Unfit("it is part of the first line of each event; one line of printable signs is meant")
    return text


def _say_blanks(keys: Keys) -> None:
    """Listeners get an identifier as it is, as from supervisord; few can read one of several words."""
    if keys.conf.sections(LISTENER) and " " in keys.read("identifier", str, ""):
        said = "most listeners take the first line of an event apart at blanks, and cannot read it; use one word"
        keys.warning("identifier", said)


def _level(text: str) -> str:
    level = text.lower()
    if level not in _LEVELS:
        raise Unfit(f"{shown(text)} is no level; {', '.join(_LEVELS)} are meant")
    return level
