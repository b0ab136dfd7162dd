"""Debian's own sshd with its sftp-server, on a free port of loopback, with host keys of its own.

`sshd(folder)` lets in by `key_file` who runs the tests, and where that is root and an `account` is given, that one by
key or password. All start in `home`: no chroot, so absolute names are this machine's. Needs no PAM.
"""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.servers.account import Account
from tests.servers.process import LIMIT, Server

_TRIES = 5
_KINDS = ("ed25519", "ecdsa")


class Sshd(NamedTuple):
    """`known_hosts` and `key_file` are files; `host_keys` the public parts as `type base64`."""

    server: Server
    port: int
    user: str
    home: Path
    key_file: Path
    known_hosts: Path
    host_keys: tuple[str, ...]

    def url(self, path: str = "", user: str = "") -> str:
        return f"sftp://{user or self.user}@127.0.0.1:{self.port}/{path}"


@contextmanager
def sshd(folder: Path, account: Account | None = None) -> Iterator[Sshd]:
    """Its files go to `folder`, made if need be; `home` is the account's, else below it."""
    folder.mkdir(parents=True, exist_ok=True)
    home = account.home if account else folder / "home"
    home.mkdir(exist_ok=True)
    keys = [_make_key(folder / f"host_{kind}", kind) for kind in _KINDS]
    key_file = folder / "client"
    allowed = (home if account else folder) / ".authorized_keys"  # sshd reads it as who comes in
    allowed.write_text(_make_key(key_file, "ed25519") + "\n")
    allowed.chmod(0o644)
    server, port = _start(folder, home, allowed)
    user = account.name if account else pwd.getpwuid(os.geteuid()).pw_name
    (folder / "known_hosts").write_text("".join(f"[127.0.0.1]:{port} {key}\n" for key in keys))
    try:
        yield Sshd(server, port, user, home, key_file, folder / "known_hosts", tuple(keys))
    finally:
        server.end()


def free_port() -> int:
    """One that nobody listens on now; who takes it first has it."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
    return port


def _start(folder: Path, home: Path, allowed: Path) -> tuple[Server, int]:
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for _ in range(_TRIES):
        port = free_port()
        (folder / "sshd_config").write_text(_config(folder, home, allowed, port))
        server = Server([_program("sshd"), "-D", "-e", "-f", str(folder / "sshd_config")])
        if server.ready("Server listening on"):
            return server, port
        server.end()
    raise AssertionError(f"sshd does not start: {server.lines}")


def _config(folder: Path, home: Path, allowed: Path, port: int) -> str:
    return f"""\
ListenAddress 127.0.0.1:{port}
{"".join(f'HostKey "{folder}/host_{kind}"{chr(10)}' for kind in _KINDS)}\
AuthorizedKeysFile "{allowed}"
PidFile none
StrictModes no
UsePAM no
UseDNS no
PermitRootLogin prohibit-password
PasswordAuthentication yes
MaxStartups 100
LogLevel VERBOSE
Subsystem sftp {_program("sftp-server")} -d "'{home}'"
"""


def _program(name: str) -> str:
    found = shutil.which(name, path="/usr/sbin:/usr/lib/openssh:/usr/bin")
    assert found, f"{name} is not installed (Debian: openssh-server, openssh-sftp-server)"
    return found


def _make_key(file: Path, kind: str) -> str:
    """The public part, `type base64`; the private one is in `file`."""
    argv = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(file)]
    subprocess.run(argv, stdin=subprocess.DEVNULL, check=True, timeout=LIMIT)
    return " ".join(file.with_suffix(".pub").read_text().split()[:2])
