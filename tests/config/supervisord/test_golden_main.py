"""`[supervisord]` and the server sections say the same to supervisor 4.3.0 and to Sexton, or are refused by both."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from supervisor.loggers import LevelsByDescription
from supervisor.options import ServerOptions

from sexton.model.errors import ConfigError
from tests.config.supervisord.real import plan_of

BOOLEANS = ("true", "No", "1", "off", "maybe")
MAIN: dict[str, tuple[str, ...]] = {
    "identifier": ("supervisor", "me", "%(ENV_HOME)s", "%(none)s"),
    "logfile": ("x.log", "/tmp/x.log", "~/x.log", "%(here)s/x.log"),
    "logfile_maxbytes": ("0", "50MB", "1gb", "x"),
    "logfile_backups": ("0", "7", "x"),
    "loglevel": ("info", "WARN", "crit", "debug", "blather", "loud"),
    "pidfile": ("x.pid", "/tmp/x.pid"),
    "umask": ("022", "0o27", "77", "8"),
    "directory": ("/tmp", "%(here)s", "/no/such/folder"),
    "minfds": ("1024", "x"),
    "minprocs": ("200", "1.5"),
    "nodaemon": BOOLEANS,
    "silent": BOOLEANS,
    "nocleanup": BOOLEANS,
    "strip_ansi": BOOLEANS,
    "environment": ("A=1", 'A="x,y",B=%(here)s', "A", ""),
}
SERVERS: dict[str, tuple[str, ...]] = {
    "[inet_http_server]\nport": ("9001", ":9001", "*:9001", "Localhost:1", "127.0.0.1:65536", "127.0.0.1:", "x"),
    "[inet_http_server:b]\npassword=p\nusername=u\nport": ("127.0.0.1:9002",),
    "[inet_http_server:c]\nusername=u\nport": ("9003",),
    "[unix_http_server]\nfile": ("/tmp/x.sock", "x.sock", "%(here)s/x", "~/x"),
    "[unix_http_server:b]\nchmod=0777\nchown=root:root\nfile": ("/tmp/y.sock",),
    "[unix_http_server:c]\nchmod=rw\nfile": ("/tmp/z.sock",),
    "[unix_http_server:d]\nchown=nobody-of-this-name\nfile": ("/tmp/z.sock",),
}
NUMBERS = st.integers(0, 20)


@st.composite
def confs(draw: st.DrawFn) -> str:
    keys = draw(st.dictionaries(st.sampled_from(sorted(MAIN)), NUMBERS, max_size=5))
    servers = draw(st.dictionaries(st.sampled_from(sorted(SERVERS)), NUMBERS, max_size=2))
    return "[supervisord]\n" + "".join(
        f"{key} = {values[number % len(values)]}\n"
        for table, chosen in ((MAIN, keys), (SERVERS, servers))
        for key, number in chosen.items()
        for values in [table[key]]
    )


def theirs(path: Path) -> dict[str, Any] | None:
    options = ServerOptions()
    options.configfile = str(path)
    try:
        options.process_config(do_usage=False)
    except ValueError:
        return None
    main = options.configroot.supervisord
    return {
        **{key: getattr(main, key) for key in ("identifier", "logfile_maxbytes", "logfile_backups", "umask", "minfds")},
        **{key: getattr(main, key) for key in ("minprocs", "nodaemon", "silent", "nocleanup", "strip_ansi")},
        **{key: os.path.abspath(getattr(main, key)) for key in ("logfile", "pidfile")},
        "directory": main.directory,
        "environment": main.environment,
        "loglevel": main.loglevel,
        "servers": [_server(server) for server in main.server_configs],
    }


def _server(server: dict[str, Any]) -> tuple[Any, ...]:
    where = (server["file"], server["chmod"], server["chown"]) if server["family"] == socket.AF_UNIX else ()
    return (*(where or (server["host"], server["port"])), server["username"], server["password"])


def ours(path: Path) -> dict[str, Any] | None:
    try:
        main = plan_of(path).supervisord
    except ConfigError:
        return None
    assert main is not None
    said = main._asdict()
    kept = (*MAIN, "environment")
    servers = [
        (*((each.path, each.mode, each.owner) if each.path else (each.host, each.port)), each.username, each.password)
        for each in main.servers
    ]
    level = getattr(LevelsByDescription, main.loglevel)
    return {key: said[key] for key in kept} | {"servers": servers, "loglevel": level}


@pytest.fixture(scope="module")
def conf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("golden-main") / "supervisord.conf"


@settings(max_examples=200, deadline=None)
@given(confs())
def test_a_generated_main_section_says_the_same_or_is_refused_by_both(conf: Path, text: str) -> None:
    conf.write_text(text)
    assert ours(conf) == theirs(conf)
