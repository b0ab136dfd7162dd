"""Git as a child process: asked for nothing by prompt, running no hook of the repository, speaking few protocols.

The environment settles it, so that what a repository's own configuration says of these things does not count
(git(1), git-config(1)). Invariant: no child outlives its time, and no password is in an argument or in what is said.
"""

import os
import re
import selectors
import shlex
import subprocess
import time
from typing import NamedTuple

from sexton.config.steps.mirror import Options
from sexton.model.units import SECOND
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary

_KEPT = 4000  # characters of what git says that are passed on
_HEARD = 16_000_000  # bytes of it that are looked at: more than a line for each of 100,000 refs
_GRACE = 2.0  # seconds between TERM, on which git removes its locks, and KILL
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_CLOSED = re.compile(
    r"Host key verification failed|Permission denied|Authentication failed|dubious ownership|not allowed"
)
_AWAY = re.compile(r"Connection (refused|reset|timed out)|Could not resolve|Temporary failure|unexpected disconnect")
_OWNER = "; run the job as the repository's owner, or set trust = true"
_HELPER = '!f() { echo "username=$MIRROR_USERNAME"; echo "password=$MIRROR_PASSWORD"; }; f'


class Said(NamedTuple):
    """How a git process ended, and what it wrote to its standard output and standard error."""

    code: int
    out: str
    err: str


class Git:
    """Runs git within the time that the step has."""

    def __init__(self, options: Options, deadline: Deadline) -> None:
        self._options = options
        self._deadline = deadline
        self._environ = _environ(options)

    def run(self, path: str, *words: str) -> Said:
        """`git -C PATH WORDS`. Raises Temporary when it takes too long, Misconfigured where there is no git."""
        trusted = ("-c", f"safe.directory={path}") if self._options.trust else ()
        within = min(self._options.transfer_timeout / SECOND, self._deadline.left("mirror"))
        try:
            child = subprocess.Popen(
                ("git", *trusted, "-C", path, *words),
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError:
            raise Misconfigured("cannot mirror: there is no git; install Debian's package `git`") from None
        with child:
            try:
                out, err = _hear(child, within)
            except subprocess.TimeoutExpired:
                _end(child)
                raise Temporary(
                    f"it took longer than {within:.0f} s; a longer `transfer_timeout` is possible"
                ) from None
        return Said(child.returncode, _text(out), _text(err))


def _hear(child: subprocess.Popen[bytes], within: float) -> tuple[bytes, bytes]:
    """What it writes until both its outputs are closed and it has ended; the first so many bytes of each."""
    assert child.stdout is not None
    assert child.stderr is not None
    until = time.monotonic() + within
    heard = {child.stdout.fileno(): bytearray(), child.stderr.fileno(): bytearray()}
    with selectors.DefaultSelector() as open_ones:
        for fd in heard:
            open_ones.register(fd, selectors.EVENT_READ)
        while open_ones.get_map():
            left = until - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired(child.args, within)
            for key, _ in open_ones.select(left):
                _take(key.fd, heard[key.fd], open_ones)
    child.wait(max(until - time.monotonic(), 0))
    out, err = heard.values()
    return bytes(out), bytes(err)


def _take(fd: int, heard: bytearray, open_ones: selectors.BaseSelector) -> None:
    data = os.read(fd, 65536)
    if not data:
        open_ones.unregister(fd)
    heard += data[: max(_HEARD - len(heard), 0)]


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()


def _text(said: bytes) -> str:
    return _LOGIN.sub("", said.decode("utf-8", "replace"))


def error_of(said: Said) -> StepError:
    """What git said when it failed, as the error of a step: on one line, its end if it is long."""
    text = said.err.strip() or said.out.strip() or f"git ended with exit code {said.code}"
    text = text if len(text) <= _KEPT else "…" + text[-_KEPT:]
    reason = " / ".join(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("hint:"))
    if _CLOSED.search(text):
        return NotPermitted(reason + (_OWNER if "dubious ownership" in text else ""))
    return Temporary(reason) if _AWAY.search(text) else StepError(reason)


def _environ(options: Options) -> dict[str, str]:
    settings = {"core.hooksPath": os.devnull, "core.fsmonitor": "false", "gc.auto": "0", "credential.helper": ""}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "/bin/false",
        "SSH_ASKPASS": "/bin/false",
        "GIT_ALLOW_PROTOCOL": ":".join(options.protocols),
        "GIT_SSH_COMMAND": _ssh(options),
        "LC_ALL": "C",
    }
    pairs = [*settings.items()]
    if options.password:
        pairs.append(("credential.helper", _HELPER))
        environ |= {"MIRROR_USERNAME": options.username, "MIRROR_PASSWORD": options.password}
    environ["GIT_CONFIG_COUNT"] = str(len(pairs))
    for index, (name, value) in enumerate(pairs):
        environ[f"GIT_CONFIG_KEY_{index}"], environ[f"GIT_CONFIG_VALUE_{index}"] = name, value
    return environ


def _ssh(options: Options) -> str:
    words = ["ssh", "-oBatchMode=yes", "-oStrictHostKeyChecking=yes"]
    if options.known_hosts:
        words.append(f"-oUserKnownHostsFile={os.path.abspath(options.known_hosts)}")
    if options.key_file:
        words += ["-oIdentitiesOnly=yes", "-i", os.path.abspath(options.key_file)]
    return shlex.join(words)
