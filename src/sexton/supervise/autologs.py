"""AUTO logs, which no section names: `NAME-CHANNEL---IDENTIFIER-RANDOM.log` in `childlogdir`, as supervisord's are.

Each is made new and for us alone, and keeps its name for as long as we live, over every reload. RANDOM begins the same
in all of one start. Invariant: a file of somebody who lives, as far as /proc shows it, is neither removed nor written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from socket import AF_UNIX, SOCK_STREAM, socket
from typing import TYPE_CHECKING

from sexton.logs.rotate import is_ours
from sexton.model.log import Log, log_beside
from sexton.supervise.standing import Unmet, own_folder

if TYPE_CHECKING:
    from sexton.model.plan import Plan
    from sexton.model.service import Service

_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789_"  # as in Python's names of temporary files
_LENGTH = 8
_RANDOM = rf"([a-z0-9_]{{{_LENGTH}}})[0-9]*"
_ROTATED = r"(?:\.[0-9]+(?:\.gz)?|\.gz\.part|\.new)?"
_PRESENCE = "sexton-auto-logs-"
_SAME = 1_000  # processes of one name, in as many groups


class AutoLogs:
    """Those of one start. A socket of that name, which nobody listens at, shows all others that we live, until it is
    closed: who has given up root's rights is not looked into (proc_pid_fd(5)), and not all of the logs are open."""

    def __init__(self, plan: Plan) -> None:
        main = plan.supervisord
        log_dir = plan.settings.log_dir
        self._folder = (main and main.childlogdir) or os.path.dirname(own_folder(log_dir) or "") or log_dir
        self._identifier = (main.identifier if main is not None else "supervisor").replace("/", "_")
        self._random = "".join(_SIGNS[byte % len(_SIGNS)] for byte in os.urandom(_LENGTH))
        self._made: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._presence = socket(AF_UNIX, SOCK_STREAM)
        self._presence.bind(f"\0{_PRESENCE}{self._random}")

    def close(self) -> None:
        self._presence.close()

    def clear(self) -> None:
        """Remove those that earlier starts with this identifier left, with their rotations. What cannot be removed
        stays, and so does what somebody has open."""
        left = re.compile(rf".+---{re.escape(self._identifier)}-{_RANDOM}\.log{_ROTATED}", re.DOTALL)
        with suppress(OSError):
            found = [(name, match[1]) for name in os.listdir(self._folder) if (match := left.fullmatch(name))]
            living = self._living() if found else ()
            for name, random in found:
                path = os.path.join(self._folder, name)
                if random not in living and is_ours(path):
                    with suppress(OSError):
                        os.unlink(path)

    def named(self, plan: Plan) -> Plan:
        """The plan with these files as the logs of its programs; those that are new are made. Raises Unmet."""
        described = plan.supervisord.described if plan.supervisord is not None else {}
        found = {name: self._with_logs(each) if name in described else each for name, each in plan.services.items()}
        return plan._replace(services=found)

    def _with_logs(self, service: Service) -> Service:
        log, listens = service.process.log, service.listener is not None
        if log.file is None:
            log = log._replace(file=self._path(service, "stderr" if listens else "stdout"))
        if log.stderr is not None and _is_unnamed(log.stderr, service, "stderr"):
            log = log._replace(stderr=self._path(service, "stderr"))
        answers: Log | None = log.answers
        if answers is not None and answers.file is not None and _is_unnamed(answers.file, service, "stdout"):
            log = log._replace(answers=answers._replace(file=self._path(service, "stdout")))
        return service._replace(process=service.process._replace(log=log))

    def _path(self, service: Service, channel: str) -> str:
        return self._made.get((service.name, channel)) or self._make(service.name, channel)

    def _make(self, service: str, channel: str) -> str:
        """Make the log of a process, whose name processes of other groups may have too."""
        process = service.rpartition(":")[2]
        for number in range(_SAME):
            name = f"{process}-{channel}---{self._identifier}-{self._random}{number or ''}.log"
            path = os.path.join(self._folder, name)
            if path in self._taken:
                continue
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            except FileExistsError:  # somebody else's
                continue
            except OSError:  # who opens it says why that cannot be
                pass
            self._made[service, channel] = path
            self._taken.add(path)
            return path
        raise Unmet(f"childlogdir: there is no free name for a log of {service} in {self._folder}; name another folder")

    def _living(self) -> set[str]:
        """What RANDOM begins with in all logs that any process has open, and in those of every Sexton."""
        shown = re.compile(rf"---{re.escape(self._identifier)}-{_RANDOM}\.log")
        return {match[1] for link in _open_files() if (match := shown.search(link))} | set(_present())


def _is_unnamed(path: str, service: Service, channel: str) -> bool:
    return path.endswith(f"/{log_beside(service.name, channel)}")


def _present() -> Iterator[str]:
    """The RANDOM of every Sexton that lives, ours among them: those of the sockets of proc_net(5)."""
    with open("/proc/net/unix", errors="replace") as sockets:
        for line in sockets:
            name = line.rstrip("\n").rpartition(" ")[2]
            if name.startswith(f"@{_PRESENCE}"):
                yield name.removeprefix(f"@{_PRESENCE}")


def _open_files() -> Iterator[str]:
    """The links of proc_pid_fd(5), of all processes that we may look into."""
    for process in filter(str.isdecimal, os.listdir("/proc")):
        folder = f"/proc/{process}/fd"
        with suppress(OSError):  # it has ended, or is somebody else's
            for number in os.listdir(folder):
                with suppress(OSError):
                    yield os.readlink(f"{folder}/{number}")
