"""Git as a child process: asked for nothing by prompt, running no hook of the repository, speaking few protocols.

The environment settles it, so that what a repository's own configuration says of these things does not count
(git(1), git-config(1)). Invariant: no child outlives its time, and no password is in an argument or in what is said.
"""

import os
import re
from typing import NamedTuple

from sexton.config.steps.mirror import Options
from sexton.model.units import SECOND
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from sexton.steps.mirror.program import keep_descriptors, run

_KEPT = 4000  # characters of what git says that are passed on
_REFUSED = re.compile(r"^!\t[^\t\n]*:([^\t\n]*)\t(.*)$", re.MULTILINE)  # the ref there, and why (git-push(1))
_NAMED = 5  # of those
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_CLOSED = r"Host key verification failed|Permission denied|Authentication failed|dubious ownership|not allowed"
_AWAY = r"Connection (refused|reset|timed out)|Could not resolve|Temporary failure|unexpected disconnect"
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
        keep_descriptors()

    def run(self, path: str, *words: str) -> Said:
        """`git -C PATH WORDS`. Raises Temporary when it takes too long, Misconfigured where there is no git."""
        trusted = ("-c", f"safe.directory={path}") if self._options.trust else ()
        within = min(self._options.transfer_timeout / SECOND, self._deadline.left("mirror"))
        try:
            code, out, err = run(("git", *trusted, "-C", path, *words), self._environ, within)
        except FileNotFoundError:
            raise Misconfigured("cannot mirror: there is no git; install Debian's package `git`") from None
        except TimeoutError:
            raise Temporary(f"it took longer than {within:.0f} s; a longer `transfer_timeout` is possible") from None
        return Said(code, _text(out), _text(err))


def _text(said: bytes) -> str:
    return _LOGIN.sub("", said.decode("utf-8", "replace"))


def error_of(said: Said) -> StepError:
    """What git said when it failed, as the error of a step: on one line, its end if it is long."""
    refused = "".join(f"\n{ref} {why}" for ref, why in _REFUSED.findall(said.out)[:_NAMED])
    text = (said.err.strip() + refused).strip() or said.out.strip() or f"git ended with exit code {said.code}"
    text = text if len(text) <= _KEPT else "…" + text[-_KEPT:]
    reason = " / ".join(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("hint:"))
    if re.search(_CLOSED, text):
        return NotPermitted(reason + (_OWNER if "dubious ownership" in text else ""))
    return Temporary(reason) if re.search(_AWAY, text) else StepError(reason)


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
    from shlex import join  # it loads more than all the rest here

    return join(words)
