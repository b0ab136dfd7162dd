"""The same small daemon three times: Sexton, supervisord and a bare Python, each with its files in one folder."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers import Peers
from benchmarks.process import Observed

SEXTON_UP = "Sexton "
SUPERVISORD_UP = "supervisord started with pid"

_SEXTON = """\
[sexton]
state = "sqlite:///{home}/state.db"
log_dir = "{home}/log"
socket = "{home}/sexton.sock"
timezone = "UTC"
relay = "raw"
"""

_SUPERVISORD = """\
[supervisord]
nodaemon = true
user = root
logfile = /dev/null
logfile_maxbytes = 0
pidfile = {home}/supervisord.pid
childlogdir = {home}

[unix_http_server]
file = {home}/supervisor.sock

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl = unix://{home}/supervisor.sock
"""


def sexton(peers: Peers, home: Path, jobs: str, before: Sequence[str | Path] = ()) -> Observed:
    """`sexton run` with these `[jobs.…]` tables; `before` goes before the script, such as an interpreter's options."""
    file = home / "sexton.toml"
    file.write_text(_SEXTON.format(home=home) + jobs, "utf-8")
    return Observed([*before, peers.sexton / "sexton", "run", file], home)


def supervisord(peers: Peers, home: Path, programs: str) -> Observed:
    """`supervisord` in the foreground with these `[program:…]` sections."""
    file = home / "supervisord.conf"
    file.write_text(_SUPERVISORD.format(home=home) + programs, "utf-8")
    return Observed([peers.supervisor / "supervisord", "-c", file], home)


def instead(peers: Peers, home: Path, programs: str) -> Observed:
    """`sexton supervisord` in the foreground with the very file that `supervisord` would have."""
    file = home / "supervisord.conf"
    file.write_text(_SUPERVISORD.format(home=home) + programs, "utf-8")
    return Observed([peers.sexton / "sexton", "supervisord", "-n", "-c", file], home)


def python(peers: Peers, home: Path, code: str) -> Observed:
    """An interpreter that does what `code` says and has imported nothing before."""
    return Observed([peers.sexton / "python", "-I", "-c", code], home)
