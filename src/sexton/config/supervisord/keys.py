"""The sections and keys of supervisor 4.3.0, and those that Sexton adds: what is neither is said, with what is near."""

from sexton.config.services import SERVICE_KEYS

MAIN = "supervisord"
INCLUDE = "include"
PROGRAM, GROUP, FCGI, LISTENER = "program", "group", "fcgi-program", "eventlistener"

_CHANNEL_KEYS = ("logfile", "logfile_maxbytes", "logfile_backups", "capture_maxbytes", "events_enabled", "syslog")
_OUTPUT_KEYS = tuple(f"{channel}_{key}" for channel in ("stdout", "stderr") for key in _CHANNEL_KEYS)

PROGRAM_KEYS = (
    *("command", "process_name", "numprocs", "numprocs_start", "priority", "autostart", "startsecs", "startretries"),
    *("autorestart", "exitcodes", "stopsignal", "stopwaitsecs", "stopasgroup", "killasgroup", "user"),
    *("redirect_stderr", *_OUTPUT_KEYS, "environment", "directory", "umask", "serverurl"),
)
MAIN_KEYS = (
    *("logfile", "logfile_maxbytes", "logfile_backups", "loglevel", "pidfile", "umask", "nodaemon", "silent"),
    *("minfds", "minprocs", "nocleanup", "childlogdir", "user", "directory", "strip_ansi", "environment"),
    *("identifier", "profile_options"),
)
UNIX_KEYS = ("file", "chmod", "chown", "username", "password")
INET_KEYS = ("port", "username", "password")

# A service's keys that a program has under the same or another name are left to that one.
_TAKEN = frozenset({"command", "user", "umask", "autostart", "priority", "cwd", "env", "instances", "socket"})
OWN_PROGRAM_KEYS = tuple(key for key in SERVICE_KEYS if key not in _TAKEN)
OWN_LISTENER_KEYS = ("event_len", "answer_within", "retry")

SECTIONS: dict[str, tuple[str, ...] | None] = {  # None: whatever keys there are, they are not ours to judge
    MAIN: MAIN_KEYS,
    INCLUDE: ("files",),
    "supervisorctl": ("serverurl", "username", "password", "prompt", "history_file"),
    "unix_http_server": UNIX_KEYS,
    "inet_http_server": INET_KEYS,
    PROGRAM: (*PROGRAM_KEYS, *OWN_PROGRAM_KEYS),
    FCGI: (*PROGRAM_KEYS, "socket", "socket_backlog", "socket_owner", "socket_mode", *OWN_PROGRAM_KEYS),
    LISTENER: (*PROGRAM_KEYS, "events", "buffer_size", "result_handler", *OWN_LISTENER_KEYS, *OWN_PROGRAM_KEYS),
    GROUP: ("programs", "priority"),
    "rpcinterface": None,
    "ctlplugin": None,
    "job": None,
    "sexton": None,
    "secrets": None,
    "sink": None,
    "pool": None,
}
NAMED = (PROGRAM, GROUP, FCGI, LISTENER, "rpcinterface", "ctlplugin", "job", "sink", "pool")


def kind_of(section: str) -> str:
    """`program` of `program:web`; the section itself where no name follows."""
    return section.partition(":")[0]


def name_of(section: str) -> str:
    """`web` of `program:web`."""
    return section.partition(":")[2].strip()
