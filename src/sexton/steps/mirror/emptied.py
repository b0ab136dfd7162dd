"""Keeps a copy from being emptied because its original has lost all that it had.

Deleting what is no longer there is what mirroring means, up to the last branch: an original without any is rather
broken than meant, and its copy may be all that is left. Of two sides that both have nothing, nothing is asked.
"""

import os
from collections.abc import Iterable

from sexton.config.steps.mirror import Direction, Options
from sexton.steps.errors import StepError
from sexton.steps.mirror.git import Git, error_of
from sexton.steps.mirror.repositories import Repository


def refuse_to_empty(repository: Repository, remote: str, options: Options, git: Git) -> None:
    """Raises StepError where the transfer would delete every ref of one side, as the other has none."""
    if not options.prune or (options.direction is Direction.FETCH and not repository.bare):
        return
    here = has_refs(repository, options.refs, git)
    if options.direction is Direction.PUSH and not here and (there := _refs_there(repository, remote, options, git)):
        raise StepError(f"it has no branches or tags any more, and its mirror has {there}: nothing was deleted there")
    if options.direction is Direction.FETCH and here and not _refs_there(repository, remote, options, git):
        raise StepError("its remote has no branches or tags any more: nothing was deleted here")


def has_refs(repository: Repository, patterns: Iterable[str], git: Git) -> bool:
    """Whether there are any; git is asked only where a look at the files finds none."""
    folders = [pattern.partition("*")[0] for pattern in patterns]
    if any(_has_file(os.path.join(repository.folder, folder)) for folder in folders):
        return True
    said = git.run(repository.path, "for-each-ref", "--count=1", *(folder.rstrip("/") for folder in folders))
    return bool(said.out.strip())


def _has_file(folder: str) -> bool:
    return any(files for _, _, files in os.walk(folder))


def _refs_there(repository: Repository, remote: str, options: Options, git: Git) -> int:
    said = git.run(repository.path, "ls-remote", "--refs", "--", remote, *options.refs)
    if said.code:
        raise error_of(said)
    return len(said.out.splitlines())
