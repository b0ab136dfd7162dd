"""What is at the sources and new to us: not what a run that succeeded had, nor what this one has already."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from sexton.steps.errors import StepError
from sexton.steps.fetch import ledger
from sexton.steps.fetch.fetching import Books
from sexton.steps.fetch.source import Found, Missing, Source
from sexton.steps.names import fault


class News:
    def __init__(
        self, sources: Mapping[str, Source], books: Books, max_size: int, refuse: Callable[[Found, str], None]
    ) -> None:
        """`sources` by the addresses that were asked for."""
        self._max_size = max_size
        self._sources = sources
        self._books = books
        self._refuse = refuse
        self._of: dict[str, str] = {}  # by the keys of what is listed: the address that was asked for
        self._refused: set[str] = set()
        self._met: set[str] = set()  # by key
        self._have = {got.had.found.address for got in ledger.taken(books.got)}

    @property
    def unchanged(self) -> int:
        """How many there are that a run had before."""
        return len(self._met)

    def list(self) -> Iterator[Found]:
        """The new files; an address that two sources have is the first one's."""
        for asked, source in self._sources.items():
            for found in self._listed(asked, source):
                known_as = ledger.key(found.address)
                problem = fault(found.name) or self._excess(found)
                if problem is not None:
                    self._refused.add(known_as)
                    self._refuse(found, problem)
                elif known_as not in self._have and self._of.setdefault(known_as, asked) == asked:
                    if self._is_known(found):
                        self._met.add(known_as)
                    else:
                        yield found

    def _listed(self, asked: str, source: Source) -> Iterator[Found]:
        """A file that is owed may be missing: there may be a copy of it. Another that is asked for may not."""
        try:
            yield from source.list()
        except Missing as missing:
            if not ledger.is_owed(self._books.known, missing.address, asked, self._books.run):
                raise

    def asked(self, found: Found) -> tuple[str, Source]:
        """The address that was asked for, and its source."""
        asked = self._of[ledger.key(found.address)]
        return asked, self._sources[asked]

    def is_gone(self, key: str) -> bool:
        """Whether the sources no longer list what is known by this key, nor does this run have it already."""
        return not (key in self._of or key in self._refused or key in self._have)

    def is_known(self, key: str) -> bool:
        """Whether the sources list by this key what a run that succeeded had."""
        return key in self._met

    def met(self) -> None:
        """Keep in mind what is still there."""
        ledger.meet(self._books.known, iter(self._met))

    def close(self) -> None:
        for source in self._sources.values():
            with suppress(StepError, OSError):  # a connection that cannot even be closed has done its work
                source.close()

    def _excess(self, found: Found) -> str | None:
        return f"it is larger than `max_size`, {self._max_size:,} bytes" if (found.size or 0) > self._max_size else None

    def _is_known(self, found: Found) -> bool:
        had = ledger.known(self._books.known, found)
        return had is not None and had.found.version == found.version and bool(found.tag or found.modified)
