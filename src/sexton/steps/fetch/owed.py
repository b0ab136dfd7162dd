"""What runs fetched that failed for good, and that its source does not have any more: handed on from its copies.

What the source still lists is fetched from there, whatever became of the copy. Invariant: what is owed is handed on,
left to the next run, or refused by name; it is dropped when a run has said that no copy of it is left, or that the
source has another version of it.
"""

from collections.abc import Callable, Iterable

from sexton.steps.fetch import ledger
from sexton.steps.fetch.copies import is_intact
from sexton.steps.fetch.fetching import Books, Fetching
from sexton.steps.fetch.ledger import Got, Owed
from sexton.steps.fetch.source import Found


def take_up(fetching: Fetching, books: Books, asked: Iterable[str], is_gone: Callable[[str], bool]) -> None:
    """What is owed of the addresses that were `asked` for and, by its key, `is_gone`."""
    ledger.trim(books.known)
    for address in asked:
        for owed in ledger.owed(books.known, address):
            if is_gone(owed.got.had.found.address):
                _one(fetching, books, owed)


def give_up(fetching: Fetching, books: Books, asked: Iterable[str], is_known: Callable[[str], bool]) -> None:
    """What is owed of the addresses that were `asked` for and that, by its key, a run that succeeded had: the source
    went back to that version."""
    for address in asked:
        for owed in ledger.owed(books.known, address):
            if is_known(owed.got.had.found.address):
                fetching.give_up(owed.got.had.found)


def _one(fetching: Fetching, books: Books, owed: Owed) -> None:
    got = owed.got
    if owed.said not in ("", books.run):
        ledger.settle(books.known, [got])
        return
    found = Found(got.had.found.address, got.files[0].name if got.files else "")
    if not fetching.has_room(found):
        return
    whole = tuple(entry for entry in got.files if is_intact(entry))
    for entry in got.files:
        if entry not in whole:
            why = f"its source no longer has it, and its copy is gone or another by now ({entry.path})"
            fetching.refusals.refuse(Found(f"{found.address} {entry.path}", entry.name), why)
    if whole:
        fetching.take_over(Got(got.had, whole))
    else:
        ledger.say(books.known, owed, books.run)
