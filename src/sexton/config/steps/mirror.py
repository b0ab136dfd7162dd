"""The options of the step `mirror`."""

import re
from enum import StrEnum
from typing import NamedTuple

from sexton.config import values
from sexton.config.steps.key import Faults, Key
from sexton.config.values import Unfit, boolean, choice, duration, names, shown, whole
from sexton.model.units import HOUR, MINUTE, Duration

_PROTOCOL = re.compile(r"[a-z0-9+.-]+")
_NEVER = ("ext", "fd")  # these run commands, or use descriptors (git-remote-ext(1), git-remote-fd(1))


class Direction(StrEnum):
    """Which of the two sides becomes as the other is."""

    PUSH = "push"
    FETCH = "fetch"


class Options(NamedTuple):
    """Every repository below `folder`, with those of its remotes that are named, or with all of them. `to` is a place
    below which each has its mirror, whatever remotes it has. `transfer_timeout` is for each, `deadline` for all."""

    folder: str
    direction: Direction = Direction.PUSH
    remotes: tuple[str, ...] = ()
    to: str | None = None
    refs: tuple[str, ...] = ("refs/heads/*", "refs/tags/*")
    prune: bool = True
    parallel: int = 4
    transfer_timeout: Duration = 10 * MINUTE
    deadline: Duration = HOUR
    stale_after: Duration = 10 * MINUTE
    protocols: tuple[str, ...] = ("file", "ssh", "https")
    trust: bool = False
    key_file: str | None = None
    known_hosts: str | None = None
    username: str = ""
    password: str = ""


def _refs(value: object) -> tuple[str, ...]:
    read = names('"refs/heads/*" or a list of such')(value)
    for ref in read:
        if not ref.startswith("refs/") or ":" in ref or ref.count("*") > 1:
            raise Unfit(f'{shown(ref)} names no refs; a pattern such as "refs/heads/*" is meant')
    return read


def _protocols(value: object) -> tuple[str, ...]:
    read = names('"https" or a list of protocols')(value)
    for protocol in read:
        if not _PROTOCOL.fullmatch(protocol) or protocol in _NEVER:
            raise Unfit(f"{shown(protocol)} cannot be used; file, ssh, https, http and git can")
    return read


def _remotes(value: object) -> tuple[str, ...]:
    read = names('"origin" or a list of remotes')(value)
    for remote in read:
        if remote.startswith("-"):
            raise Unfit(f"{shown(remote)} is no name of a remote")
    return read


def _place(value: object) -> str:
    if values.name(value).startswith("-"):
        raise Unfit(f"{shown(value)} is no place; a folder or an address such as git@example.com:mirrors is meant")
    return values.name(value)


def verify(options: Options) -> Faults:
    if options.to and (options.remotes or options.direction is Direction.FETCH):
        yield "to", "it pushes to a place of its own, so neither remotes nor fetch go with it"


OPTIONS = Options
KEYS = (
    Key("folder", "where the repositories are", required=True, metavar="FOLDER", positional=True),
    Key("direction", "push to the remotes, or fetch from them", choice(Direction), Direction.PUSH, metavar="WORD"),
    Key("remotes", "with these remotes of each; with all, unless given", _remotes, (), metavar="NAME"),
    Key("to", "push each below this place, whatever its remotes", _place, metavar="PLACE"),
    Key("refs", "what is mirrored", _refs, Options("").refs, metavar="PATTERN"),
    Key("prune", "delete there what is no longer here", boolean, True, metavar=""),
    Key("parallel", "so many at once", whole(1, 64, "a number from 1 to 64"), 4, word=int, metavar="N"),
    Key("transfer_timeout", "give up one transfer after", duration("10m"), 10 * MINUTE, metavar="DURATION"),
    Key("deadline", "give up what is left after", duration("1h"), HOUR, metavar="DURATION"),
    Key(
        "stale_after", "remove locks that nobody holds and are older", duration("10m"), 10 * MINUTE, metavar="DURATION"
    ),
    Key("protocols", "how remotes may be spoken to", _protocols, Options("").protocols, metavar="WORD"),
    Key("trust", "take repositories that belong to others", boolean, False, metavar=""),
    Key("key_file", "the private key for ssh", metavar="FILE"),
    Key("known_hosts", "the keys of ssh servers, instead of ~/.ssh/known_hosts", metavar="FILE"),
    Key("username", "who asks, for https", default="", metavar="NAME"),
    Key("password", "their password or token", default="", secret=True, metavar="PASSWORD"),
)
