"""The step `mirror`: every git repository below a folder is made to be as its remotes are, or they as it is.

One that fails keeps no other from its turn; the step then fails at its end and names it. What it was handed on, it
hands on. Git itself does the work, as child processes, so many at once and no more.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Semaphore, Thread

from sexton.config.steps.mirror import Options, verify
from sexton.steps.deadline import Deadline
from sexton.steps.errors import StepError
from sexton.steps.lines import Lines
from sexton.steps.manifest import Manifest
from sexton.steps.mirror.git import Git
from sexton.steps.mirror.repositories import Repository, found_below, remotes_of
from sexton.steps.mirror.transfer import Result, Transfer, transfer
from sexton.steps.options import refuse
from sexton.steps.work import Work

_NAMED = 20  # failures that the summary names


def run(options: Options, work: Work) -> Manifest:
    refuse(verify(options))
    deadline = Deadline(options.deadline)
    git = Git(options, deadline)
    repositories = list(found_below(options.folder))
    if not repositories:
        raise StepError(f"cannot mirror: there is no git repository below {options.folder}; name another folder")
    transfers = list(_transfers(repositories, options, git))
    work.report.count(repositories=len(repositories), transfers=len(transfers))
    _judge(_all_of(transfers, options, git, work), work)
    return work.input


def _transfers(repositories: Iterable[Repository], options: Options, git: Git) -> Iterator[Transfer]:
    place = options.to and _place(options.to)
    for repository in repositories:
        if place:
            yield Transfer(repository, f"{place.rstrip('/')}/{repository.name}")
            continue
        remotes = remotes_of(repository, git)
        for remote in options.remotes or remotes:
            if remote in remotes:
                yield Transfer(repository, remote)


def _place(to: str) -> str:
    """As git will find it from any repository; what has a colon before a slash is another machine's (git-push(1))."""
    return to if ":" in to.partition("/")[0] else os.path.abspath(to)


def _all_of(transfers: list[Transfer], options: Options, git: Git, work: Work) -> list[Result]:
    """Every transfer's result, in the order of the repositories."""
    lines, results = Lines(), dict[Transfer, Result]()
    for result in _together(transfers, options, git):
        results[result.transfer] = result
        if result.error or result.changed or result.note:
            lines.say(*result.line())
        work.report.progress(len(results), len(transfers), "transfers")
    lines.end()
    return [results[each] for each in transfers]


def _together(transfers: list[Transfer], options: Options, git: Git) -> Iterator[Result]:
    """Each result as it comes, so many transfers at once. Threads of our own: a pool would load half a library."""
    waiting, done, ready = deque(transfers), deque[Result | BaseException](), Semaphore(0)

    def work_off() -> None:
        with suppress(IndexError):
            while True:
                done.append(_tried(waiting.popleft(), options, git))
                ready.release()

    for _ in range(min(options.parallel, len(transfers))):
        Thread(target=work_off, daemon=True).start()
    for _ in transfers:
        ready.acquire()
        result = done.popleft()
        if isinstance(result, BaseException):
            raise result
        yield result


def _tried(this: Transfer, options: Options, git: Git) -> Result | BaseException:
    try:
        return transfer(this, options, git)
    except BaseException as error:  # noqa: BLE001 - it is raised where results are taken
        return error


def _judge(results: list[Result], work: Work) -> None:
    failed = [(result.transfer, result.error) for result in results if result.error]
    work.report.count(changed=sum(result.changed for result in results), failed=len(failed))
    if not failed:
        return
    work.report.summary("failed", "\n".join(f"{transfer}: {error}" for transfer, error in failed[:_NAMED]))
    (first, reason), *others = failed
    kind = type(reason) if all(type(error) is type(reason) for _, error in others) else StepError
    more = f", and {len(others)} more" if others else ""
    raise kind(f"cannot mirror {first}: {reason}{more} (of {len(results)} transfers)")
