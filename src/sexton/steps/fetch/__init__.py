"""The step `fetch`: new files from a source into a folder.

Nothing is taken from the source but a copy, nothing is written outside of `into` and `backup`. Invariant: what a run
that succeeded had is not fetched again, what a run that failed had is, from its copy where the source lost it, and a
run has each version of a file once, whatever dies in between.
"""

import os
from collections.abc import Iterable
from contextlib import ExitStack, closing

from sexton.config.steps.fetch import Options, verify
from sexton.steps.dated import dated
from sexton.steps.deadline import Deadline
from sexton.steps.fetch import ledger
from sexton.steps.fetch.addresses import source_of
from sexton.steps.fetch.fetching import Books, Fetching
from sexton.steps.fetch.news import News
from sexton.steps.fetch.owed import give_up, take_up
from sexton.steps.fetch.source import Found
from sexton.steps.fetch.whole import Clock, whole
from sexton.steps.ledgers import ledger as opened
from sexton.steps.lines import Lines
from sexton.steps.manifest import Manifest
from sexton.steps.options import refuse
from sexton.steps.parts import Parts
from sexton.steps.troubles import told
from sexton.steps.work import Work


def run(options: Options, work: Work) -> Manifest:
    addresses = [dated(address, work.fire_time) for address in options.from_]
    refuse(verify(_resolved(options, addresses)))
    deadline = Deadline(options.deadline)
    with ExitStack() as stack, told("fetch"):
        known = stack.enter_context(opened(work.home, "fetch", ledger.KNOWN))
        got = stack.enter_context(opened(work.folder, "fetched", ledger.GOT))
        run = work.run or work.folder
        parts = stack.enter_context(closing(Parts(known, work.home, run)))
        parts.clear()
        books = Books(known, got, parts, run)
        fetching = Fetching(options, books, work.report, Lines())
        fetching.keep()
        sources = {address: source_of(address, options, deadline) for address in addresses}
        news = News(sources, books, options.max_size, fetching.refusals.refuse)
        stack.callback(news.close)
        ready, growing = whole(news.list, options.stable, options.wait, Clock())
        news.met()
        fetching.leave(growing, "which still changes")
        ready.sort(key=_age)
        take_up(fetching, books, sources, news.is_gone)
        give_up(fetching, books, sources, news.is_known)
        fetching.fetch([(*news.asked(found), found) for found in ready])
        take_up(fetching, books, sources, fetching.refusals.missed.__contains__)
        return Manifest(work.input.files + fetching.end(news.unchanged))


def settle(options: Options, work: Work) -> None:
    """All steps have succeeded: what this run had is not new any more."""
    with opened(work.home, "fetch", ledger.KNOWN) as known, opened(work.folder, "fetched", ledger.GOT) as got:
        ledger.remember(known, (each.had for each in ledger.taken(got)))
        ledger.settle(known, ledger.taken(got))


def _resolved(options: Options, addresses: Iterable[str]) -> Options:
    """With folders as they lie on the disk, wherever links lead."""
    here = tuple(each if "://" in each else os.path.realpath(each) for each in addresses)
    backup = options.backup and os.path.realpath(options.backup)
    return options._replace(from_=here, into=os.path.realpath(options.into), backup=backup)


def _age(found: Found) -> tuple[int, str]:
    return found.modified or 0, found.address
