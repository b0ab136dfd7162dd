"""supervisord's own words, as far as its clients and listeners are answered in them: states, names, what it serves.

What a service is and how it lives is model/service.py's; core/supervisord.py says which word stands for what.
"""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple


class ProcessState(IntEnum):
    """The states of a process under the names and numbers that supervisord 4 has for them."""

    STOPPED = 0
    STARTING = 10
    RUNNING = 20
    BACKOFF = 30
    STOPPING = 40
    EXITED = 100
    FATAL = 200
    UNKNOWN = 1000


class Server(NamedTuple):
    """A `[unix_http_server]` or `[inet_http_server]` section: a further door, for supervisord's own paths alone.

    `path` is that of a unix socket, with the permission bits `mode` and the `owner` (user and group id, -1: as it is);
    without one, `host` (empty: every address) and `port` are. `username` and `password` are what Basic authentication
    has to say, None: there is none. A password that begins with `{SHA}` is the hexadecimal SHA-1 of it. `file` and
    `line` say where the section stands."""

    path: str = ""
    mode: int = 0o700
    owner: tuple[int, int] = (-1, -1)
    host: str = ""
    port: int = 0
    username: str | None = None
    password: str | None = None
    file: str = ""
    line: int = 0


AUTO = "AUTO"  # a log whose place is left to us


class Channel(NamedTuple):
    """Where what is written to a channel goes, as its section says: `logfile` is a path or AUTO, None for NONE, empty
    as it is written, which is nowhere too; `maxbytes` 0 is no limit. `capture` is the most bytes of a message, 0: none;
    `events`: listeners are told."""

    logfile: str | None = AUTO
    maxbytes: int = 50 * 1024 * 1024
    backups: int = 10
    capture: int = 0
    events: bool = False


class Described(NamedTuple):
    """What the section of a process says of it, in its own words, for clients that ask: where several ways to write it
    mean the same, a service knows only what is meant, and within bounds. `uid` and `url` None: nothing is said; the
    seconds are whole ones, and may be negative."""

    command: str
    directory: str | None = None
    uid: int | None = None
    exit_codes: tuple[int, ...] = (0,)
    priority: int = 999
    redirect_stderr: bool = False
    url: str | None = None
    output: Channel = Channel()
    errors: Channel = Channel()
    start_retries: int = 3
    start_seconds: int = 1
    stop_seconds: int = 10


class Supervisord(NamedTuple):
    """What `[supervisord]` says, and the doors at which its clients are answered. `logfile` is where Sexton's own log
    goes besides, None: nowhere. `described` is by service. All but these and the first two is for `sexton
    supervisord`."""

    identifier: str = "supervisor"
    servers: tuple[Server, ...] = ()
    logfile: str | None = None
    logfile_maxbytes: int = 50 * 1024 * 1024
    logfile_backups: int = 10
    pidfile: str | None = None
    childlogdir: str | None = None
    directory: str | None = None
    environment: Mapping[str, str] = MappingProxyType({})
    user: str | None = None
    umask: int = 0o022
    minfds: int = 1024
    minprocs: int = 200
    loglevel: str = "info"
    nodaemon: bool = False
    silent: bool = False
    nocleanup: bool = False
    strip_ansi: bool = False
    described: Mapping[str, Described] = MappingProxyType({})

    @property
    def log_mode(self) -> int:
        """The permissions of logs that have a name. `umask` is taken in the background alone, as by supervisord."""
        return 0o666 & ~(Supervisord().umask if self.nodaemon else self.umask)

    @property
    def url(self) -> str | None:
        """Where children find us, `SUPERVISOR_SERVER_URL`: the first unix socket, else the first address."""
        for server in self.servers:
            if server.path:
                return f"unix://{server.path}"
        for server in self.servers:
            return f"http://{server.host or 'localhost'}:{server.port}"
        return None
