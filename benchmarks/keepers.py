"""Those who keep a service up, each with SERVICES services that run one program, and no more than that.

The bare Python waits for ends and starts the same again; it records nothing and captures nothing. yacron keeps nothing
up: its job is retried without a delay. runsv keeps one service each.
"""

from collections.abc import Callable
from pathlib import Path

from benchmarks import daemons
from benchmarks.peers import Peers
from benchmarks.process import Observed

SERVICES = 8

_SERVICE = """\
[services.kept-{n}]
command = "{program}"
budget  = {{ restarts = 1000000, within = "1s" }}
"""
_PROGRAM = """\
[program:kept-{n}]
command = {program}
autorestart = true
"""
_JOB = """\
  - name: kept-{n}
    command: exec {program}
    schedule: "@reboot"
    captureStderr: false
    onFailure:
      retry:
        maximumRetries: -1
        initialDelay: 0
        maximumDelay: 0
        backoffMultiplier: 1
"""
_CODE = """
import os
def start():
    os.posix_spawn({program!r}, [{program!r}], os.environ)
for _ in range({services}):
    start()
while True:
    os.waitid(os.P_ALL, 0, os.WEXITED)
    start()
"""

Start = Callable[[Peers, Path, Path], list[Observed]]


def sexton(peers: Peers, home: Path, program: Path) -> list[Observed]:
    return [daemons.sexton(peers, home, _each(_SERVICE, program))]


def supervisord(peers: Peers, home: Path, program: Path) -> list[Observed]:
    return [daemons.supervisord(peers, home, _each(_PROGRAM, program))]


def yacron(peers: Peers, home: Path, program: Path) -> list[Observed]:
    file = home / "yacron.yaml"
    file.write_text("jobs:\n" + _each(_JOB, program), "utf-8")
    return [Observed([peers.yacron / "yacron", "-c", file], home)]


def runit(peers: Peers, home: Path, program: Path) -> list[Observed]:
    """None where there is no runsv. The program is `run` itself, without a shell before it."""
    return [] if peers.runsv is None else [_runsv(peers.runsv, home / f"kept-{n}", program) for n in range(SERVICES)]


def python(peers: Peers, home: Path, program: Path) -> list[Observed]:
    return [daemons.python(peers, home, _CODE.format(program=str(program), services=SERVICES))]


KEEPERS: dict[str, Start] = {
    "Sexton": sexton,
    "supervisord": supervisord,
    "yacron": yacron,
    "runit": runit,
    "bare Python": python,
}


def _each(text: str, program: Path) -> str:
    return "".join(text.format(n=n, program=program) for n in range(SERVICES))


def _runsv(runsv: Path, folder: Path, program: Path) -> Observed:
    folder.mkdir()
    (folder / "run").symlink_to(program)
    return Observed([runsv, folder], folder)
