"""One SSH connection with SFTP in it, kept in an event loop of its own that runs only while somebody waits for it.

`ask` waits for an answer, until the deadline at the longest; then the connection is dropped without a word, since
saying good-bye could take as long again. A connection belongs to one thread.
"""

import asyncio
import logging
import os
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncssh

from sexton.steps.deadline import Deadline
from sexton.steps.errors import Temporary
from sexton.steps.sftp.address import Address
from sexton.steps.sftp.failures import of_answer, of_connecting
from sexton.steps.sftp.guard import Guard
from sexton.steps.sftp.hostkeys import host_keys
from sexton.steps.sftp.login import Options, arguments, login_of

T = TypeVar("T")

_CONNECT = 60.0  # seconds until a server must have let us in
_GOODBYE = 2.0
_NO_HOME = "/nonexistent"  # as Debian's passwd(5) has it for users without one
_ALIVE = 15  # seconds between questions to a server that says nothing; it may miss three
_CIPHERS = "^aes256-gcm@openssh.com"  # the fastest by a third, measured with asyncssh and OpenSSH


def _hear_nothing(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A cut ends asyncssh's own tasks too; whoever waits for an answer is told, and that is enough."""


def _is_news(record: logging.LogRecord) -> bool:
    """asyncio warns of each packet that was to go over a connection that is cut: asyncssh sends on until it hears of
    the cut, and then we say it, once."""
    return record.msg != "socket.send() raised exception."


def _be_somebody(name: str) -> None:
    """asyncssh asks who we are and where our home is, and a container may run us as a user that it does not know."""
    os.environ.setdefault("LOGNAME", name)
    if os.path.expanduser("~") == "~":
        os.environ["HOME"] = _NO_HOME


class Connection:
    """Connected when made. `server` is how messages call the other end; `sftp` is what its coroutines come from."""

    def __init__(self, address: Address, options: Options, deadline: Deadline) -> None:
        self._login = login_of(address, options)
        self._address = address._replace(user=self._login.username, password="")
        self._trusted = host_keys(address, options.known_hosts, options.host_key)
        self._deadline = deadline
        self._ssh: asyncssh.SSHClientConnection | None = None
        self.server = self._address.server
        logging.getLogger("asyncio").addFilter(_is_news)
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_hear_nothing)
        try:
            self.sftp = self._wait(self._open(), f"connect to {self.server}", _CONNECT)
        except BaseException:
            self.close()
            raise

    @property
    def is_cut(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._ssh is None or self._ssh.is_closed()

    def ask(self, what: Coroutine[Any, Any, T], doing: str) -> T:
        """The answer of the server. Raises StepErrors, whose messages begin with `cannot {doing}`."""
        try:
            return self._wait(what, doing)
        except asyncssh.Error as error:
            raise of_answer(error, doing, self.server) from None
        except OSError as error:
            raise Temporary(f"cannot {doing}: the connection was cut: {error.strerror} ({self.server})") from None

    def close(self) -> None:
        """Not an error the second time."""
        if self._loop.is_closed():
            return
        if self._ssh is not None:
            self._ssh.close()
            self._finish([self._loop.create_task(self._ssh.wait_closed())])
        self._finish(list(asyncio.all_tasks(self._loop)))
        self._loop.close()

    async def _open(self) -> asyncssh.SFTPClient:
        guard = Guard()
        _be_somebody(self._login.username)
        try:
            self._ssh = await asyncssh.connect(
                self._address.host,
                self._address.port,
                config=None,
                known_hosts=(self._trusted.keys, self._trusted.authorities, self._trusted.revoked),
                client_factory=lambda: guard,
                server_host_key_algs=self._trusted.algorithms,
                encryption_algs=_CIPHERS,
                keepalive_interval=_ALIVE,
                **arguments(self._login),
            )
            return await self._ssh.start_sftp_client(path_errors="surrogateescape")
        except asyncssh.HostKeyNotVerifiable as error:
            raise guard.refusal(error, self.server, self._trusted) from None
        except (asyncssh.Error, OSError) as error:
            raise of_connecting(error, self.server, self._login.means) from None

    def _wait(self, what: Coroutine[Any, Any, T], doing: str, limit: float | None = None) -> T:
        try:
            left = self._deadline.left(doing)
        except Temporary:
            what.close()
            raise
        task = self._loop.create_task(what)
        self._loop.run_until_complete(asyncio.wait([task], timeout=left if limit is None else min(left, limit)))
        if task.done():
            return task.result()
        if self._ssh is None:
            task.cancel()
        else:
            self._ssh.abort()
        self._finish([task])
        self._deadline.left(doing)
        raise Temporary(f"cannot {doing}: there is no answer for {limit:g} s")

    def _finish(self, tasks: "list[asyncio.Task[Any]]") -> None:
        """Let them end, then make them; how they do is nobody's concern any more."""
        pending = self._loop.run_until_complete(asyncio.wait(tasks, timeout=_GOODBYE))[1] if tasks else set()
        for task in pending:
            task.cancel()
        if pending:
            self._loop.run_until_complete(asyncio.wait(pending, timeout=_GOODBYE))
        for task in tasks:
            if task.done() and not task.cancelled():
                task.exception()
