"""One file: read, sorted and written as two drafts, a batch of rows at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sexton.config.steps.sort import Options
from sexton.steps.drafts import Draft, Drafts
from sexton.steps.quoting import quoted
from sexton.steps.sort.batch import Batch, Misread
from sexton.steps.sort.blocks import blocks
from sexton.steps.sort.csvrows import CsvRows, Dialect
from sexton.steps.sort.faults import Fault
from sexton.steps.sort.flagged import Flagged
from sexton.steps.sort.header import arrange
from sexton.steps.sort.jsonrows import JsonRows
from sexton.steps.sort.quality import Quality
from sexton.steps.sort.seen import Seen
from sexton.steps.sort.sources import Source
from sexton.steps.sort.table import Table

_JSON = (".json", ".jsonl", ".ndjson")

Piece = Batch | Misread


class Places(NamedTuple):
    """Where good rows and others are written."""

    processed: Drafts
    flagged: Drafts


class Columns(NamedTuple):
    """For each field of the schema its place in a row, if it is there; and how many values a row has."""

    places: Sequence[int | None]
    width: int


class SortedFile:
    """What became of one file. `processed` is None for one whose rows cannot be told apart; `flagged` is
    None where all rows are good."""

    def __init__(self, source: Source, table: Table, options: Options, places: Places) -> None:
        self.source = source
        self.quality = Quality()
        self.processed: Draft | None = None
        self._table = table
        self._options = options
        self._places = places
        self._flagged = Flagged(places.flagged, source.csv_name)

    @property
    def flagged(self) -> Draft | None:
        return self._flagged.draft

    def sort(self, seen: Seen | None, progress: Callable[[int], None]) -> None:
        """`progress` is told how many bytes have been read. Raises OSError."""
        with open(self.source.path, "rb") as file:
            pieces = self._rows().read(blocks(file, self._options.encoding, self._options.max_line))
            columns, pieces = self._columns(pieces)
            for piece in pieces:
                if columns is None:
                    self._count_rows(1 if isinstance(piece, Misread) else len(piece.rows))
                elif isinstance(piece, Misread):
                    self._flag_misread(piece)
                elif piece.rows:
                    self._sort(piece, columns, seen)
                    progress(piece.end)
        if columns is None and not self.quality.rows:
            self._count_rows(1)  # a share of nothing would never be too much
        for draft in (self.processed, self.flagged):
            if draft is not None:
                draft.finish()

    def _rows(self) -> CsvRows | JsonRows:
        options = self._options
        if self._is_json:
            return JsonRows(self._table.schema)
        return CsvRows(Dialect(options.delimiter, options.quote, options.escape), options.max_line)

    @property
    def _is_json(self) -> bool:
        named_so = self.source.name.lower().endswith(_JSON)
        return self._options.syntax == "json" or (self._options.syntax == "auto" and named_so)

    def _columns(self, pieces: Iterator[Piece]) -> tuple[Columns | None, Iterator[Piece]]:
        """Which columns there are, and what comes behind the header. None, when they do not go with the schema: then
        the whole file is flagged, for one reason."""
        fields = self._table.schema.fields
        if self._is_json or not self._options.header:
            self._begin()
            return Columns(range(len(fields)), len(fields)), pieces
        header, pieces = _header(pieces)
        fault = header.fault
        if fault is None:
            arranged = arrange(header.names, self._table.schema)
            if not isinstance(arranged, Fault):
                self._begin()
                return Columns(arranged, len(header.names)), pieces
            fault = arranged
        self._flagged.flag(header.line, [fault], header.raw)
        self.quality.flag([fault], rows=0)
        return None, pieces

    def _begin(self) -> None:
        self.processed = self._places.processed.begin(self.source.csv_name)
        self.processed.write(",".join(quoted(field.name) for field in self._table.schema.fields) + "\n")

    def _sort(self, batch: Batch, columns: Columns, seen: Seen | None) -> None:
        assert self.processed is not None
        found = self._table.sort(batch, columns.places, columns.width, seen)
        self.quality.rows += len(batch.rows)
        for at, faults in found.faults.items():
            self._flagged.flag(batch.lines[at], faults, batch.raw(at))
            self.quality.flag(faults)
        if found.columns[0]:
            self.processed.write("\n".join(map(",".join, zip(*found.columns, strict=True))) + "\n")

    def _flag_misread(self, piece: Misread) -> None:
        self._flagged.flag(piece.line, [piece.fault], piece.raw)
        self.quality.rows += 1
        self.quality.flag([piece.fault])

    def _count_rows(self, rows: int) -> None:
        """Of a file that is flagged as a whole."""
        self.quality.rows += rows
        self.quality.flag((), rows)


class Header(NamedTuple):
    line: int
    raw: str
    names: list[str]
    fault: Fault | None = None


def _header(pieces: Iterator[Piece]) -> tuple[Header, Iterator[Piece]]:
    """The first row that is not blank, and what follows it."""
    for piece in pieces:
        if isinstance(piece, Misread):
            fault = Fault("has no header that can be read", detail=piece.fault.reason)
            return Header(piece.line, piece.raw, [], fault), pieces
        if piece.rows:
            names = [name or "" for name in piece.rows[0]]
            return Header(piece.lines[0], piece.raw(0), names), _after(piece.without_first(), pieces)
    return Header(1, "", [], Fault("has no header")), pieces


def _after(first: Piece, others: Iterable[Piece]) -> Iterator[Piece]:
    yield first
    yield from others
