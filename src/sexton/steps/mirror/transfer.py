"""One repository and one remote: what git is told, what it says of each ref, and a second try without a stale lock.

Follows git-push(1) and git-fetch(1): a ref that was refused fails the transfer, the others have gone through.
"""

import os
import re
from typing import NamedTuple

from sexton.config.steps.mirror import Direction, Options
from sexton.steps.errors import StepError
from sexton.steps.mirror.emptied import refuse_to_empty
from sexton.steps.mirror.git import Git, Said, error_of
from sexton.steps.mirror.locks import lock_in, removed
from sexton.steps.mirror.repositories import Repository

_FETCHED = re.compile(r"^ ([ +*t-]) .* -> ", re.MULTILINE)  # with `!` in the place of the flag it was refused
_PUSHED = re.compile(r"^([ +*-])\t", re.MULTILINE)
_EMPTY = "No refs in common and none specified"  # neither side has any of the refs: both are the same


class Transfer(NamedTuple):
    """A repository, and the name or the place of the other one."""

    repository: Repository
    remote: str

    def __str__(self) -> str:
        return f"{self.repository.name} ({self.remote})"


class Result(NamedTuple):
    """How many refs `changed`, with those that were `deleted`, or the `error` that kept them from it; `note` is what
    else a person should know."""

    transfer: Transfer
    changed: int = 0
    deleted: int = 0
    error: StepError | None = None
    note: str = ""

    def line(self) -> tuple[str, str, str]:
        """For the log: what became of it, which one, and more."""
        name, note = str(self.transfer), f"; {self.note}" if self.note else ""
        if self.error:
            return "failed", name, f"{self.error}{note}"
        deleted = f", {self.deleted} of them deleted" if self.deleted else ""
        return "mirrored", name, f"{self.changed} refs{deleted}{note}"


def transfer(this: Transfer, options: Options, git: Git) -> Result:
    """Do it; whatever goes wrong is in the result."""
    note = ""
    try:
        _make_place(this, options, git)
        refuse_to_empty(this.repository, this.remote, options, git)
        said = _once(this, options, git)
        lock = lock_in(said.err) if said.code else None
        if lock and removed(lock, _near(this, git), options.stale_after):
            note = f"the stale lock {lock} was removed"
            said = _once(this, options, git)
    except StepError as error:
        return Result(this, error=error, note=note)
    if said.code and _EMPTY in said.err:
        return Result(this, note=note)
    pushed = options.direction is Direction.PUSH
    flags = (_PUSHED if pushed else _FETCHED).findall(said.out if pushed else said.err)
    return Result(this, len(flags), flags.count("-"), error_of(said) if said.code else None, note)


def _make_place(this: Transfer, options: Options, git: Git) -> None:
    """A folder as the place of mirrors gets a repository for each: of the same kind, and with the same branch for those
    who clone it."""
    place = this.remote.removeprefix("file://")
    if not options.to or not os.path.isabs(place) or os.path.exists(place):
        return
    kind = git.run(this.repository.path, "rev-parse", "--show-object-format").out.strip()
    branch = git.run(this.repository.path, "symbolic-ref", "--quiet", "--short", "HEAD").out.strip()
    same = [f"--object-format={kind}"] * (kind not in ("", "sha1")) + [f"--initial-branch={branch}"] * bool(branch)
    said = git.run(this.repository.path, "init", "--quiet", "--bare", *same, place)
    if said.code:
        raise error_of(said)


def _once(this: Transfer, options: Options, git: Git) -> Said:
    refs = [f"+{ref}:{ref}" for ref in options.refs]
    prune = ["--prune"] if options.prune else []
    if options.direction is Direction.PUSH:
        ours = [] if options.to else ["-c", f"remote.{this.remote}.mirror=false"]  # with it, it would take all refs
        push = [*ours, "push", "--porcelain", "--no-verify", *prune]
        return git.run(this.repository.path, *push, "--", this.remote, *refs)
    own = refs if this.repository.bare else []  # what is checked out is no mirror: its remote's branches stay apart
    also = ["--no-tags", "--refmap="] if own else ["--tags"]  # an empty map: nothing but what is asked for
    return git.run(this.repository.path, "fetch", "--no-auto-maintenance", *also, *prune, "--", this.remote, *own)


def _near(this: Transfer, git: Git) -> tuple[str, ...]:
    """The folders whose locks concern this transfer: its own, and that of the other one where it is on this machine."""
    said = git.run(this.repository.path, "ls-remote", "--get-url", "--", this.remote)
    place = said.out.strip().removeprefix("file://")
    return (this.repository.folder, *((place, f"{place}/.git") if os.path.isabs(place) else ()))
