"""A real PostgreSQL cluster of its own, from Debian's `postgresql`: made, started, asked, broken and ended.

with Postgres() as server: psycopg.connect(server.dsn) …

Root lets the user `postgres` run it, as PostgreSQL wants it; anyone else runs it alone. It listens on loopback, where
it wants the password, and on a socket in its own folder, where it does not. It ends with whoever started it, even with
one that is killed. Nothing reaches the disk for sure unless `fsync` is asked for: that is slow, and about lost power.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections import deque
from glob import glob
from pathlib import Path
from typing import IO
from uuid import uuid4

LIMIT = 30.0  # seconds: far beyond what anything here takes
USER = "sexton"
READY = "database system is ready to accept connections"
_KEPT = 200  # lines of its log

STOP = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}  # pg_ctl(1)


class Postgres:
    """`log` has the last lines that it wrote. A context manager; `stop` and `start` keep its data and its port."""

    def __init__(self, fsync: bool = False, **settings: str) -> None:
        self.password = uuid4().hex
        self.log: deque[str] = deque(maxlen=_KEPT)
        self._settings = {"fsync": "on" if fsync else "off", **settings}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Postgres":
        self.folder = Path(tempfile.mkdtemp(prefix="sexton-pg-"))
        self.port = _free_port()
        try:
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder)

    @property
    def dsn(self) -> str:
        """By TCP, with the password."""
        return self.address("postgres")

    @property
    def socket_dsn(self) -> str:
        """By its socket, without a password."""
        return f"postgresql://{USER}@/postgres?host={self.folder}&port={self.port}"

    def address(self, database: str) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def new_database(self, encoding: str = "UTF8") -> str:
        """The DSN of a database that nobody has used."""
        name = f"d{uuid4().hex}"
        self.psql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'")
        return self.address(name)

    def psql(self, statement: str, database: str = "postgres") -> str:
        """What psql(1) prints of a statement, without frills."""
        command = [_program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", statement, self.address(database)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
        if done.returncode:
            raise AssertionError(f"{statement}: {done.stderr}")
        return done.stdout.strip()

    def start(self) -> None:
        """Return when it takes connections."""
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder}
        options = [f"--{name}={value}" for name, value in {**settings, **self._settings}.items()]
        command = [*_as_its_user(), _program("postgres"), "-D", str(self.folder / "data"), *options]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, env=_ENVIRONMENT, cwd="/")
        assert self._process.stderr is not None
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(self._process.stderr, ready), daemon=True).start()
        if not ready.wait(LIMIT) or self._process.poll() is not None:
            raise AssertionError("PostgreSQL did not start:\n" + "\n".join(self.log))

    def stop(self, mode: str = "fast") -> None:
        """`smart` waits for clients to leave, `fast` ends their transactions, `immediate` is a crash (pg_ctl(1))."""
        if self._process is not None:
            self._process.send_signal(STOP[mode])
            self._process.wait(LIMIT)
            self._process = None

    def restart(self, mode: str = "immediate") -> None:
        self.stop(mode)
        self.start()

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o600)
        if os.geteuid() == 0:
            for each in (self.folder, secret):
                shutil.chown(each, "postgres", "postgres")
        how = ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={USER}", f"--pwfile={secret}"]
        access = ["--auth-local=trust", "--auth-host=scram-sha-256"]
        command = [*_as_its_user(), _program("initdb"), "-D", str(self.folder / "data"), *how, *access]
        made = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, env=_ENVIRONMENT, check=False)
        if made.returncode:
            raise AssertionError(f"initdb: {made.stdout}{made.stderr}")

    def _listen(self, stream: IO[bytes], ready: threading.Event) -> None:
        with stream:
            for line in stream:
                self.log.append(line.decode(errors="replace").rstrip())
                if READY in self.log[-1]:
                    ready.set()
        ready.set()  # it has ended: nobody need wait any longer


_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}  # nothing of PGHOST and its kind


def _as_its_user() -> list[str]:
    """A crash of the starter is one of the server's, too: nothing stays behind."""
    user = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *user, "--pdeathsig=QUIT", "--"]


def _program(name: str) -> str:
    """Debian keeps every version in a folder of its own; the newest will do."""
    found = sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    if not found:
        raise AssertionError(f"{name} is missing; as root: apt-get install postgresql")
    return found[-1]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
