"""A step's record as one line of JSON: from the conductor to the daemon, and to the file that outlives both.

Invariant: a record that `spelled` wrote is no longer than LONGEST bytes, and `meant` gives the same record back.
"""

import json
from collections.abc import Mapping
from typing import Any

from sexton.model.step import Handed, Progress, StepRecord, StepState

LONGEST = 60_000  # bytes of a line
_NAMES = 40  # counts, and summaries, of a step
_NAME = 60  # characters
_TEXT = 4000  # characters of all summaries together; so many at most of a reason
_BYTES = 4  # of a character in UTF-8; in JSON six, for those that are a byte otherwise


def bounded(record: StepRecord) -> StepRecord:
    """A record without what is too much."""
    return record._replace(
        reason=record.reason[: _TEXT // 4],
        counts={name[:_NAME]: number for name, number in list(record.counts.items())[:_NAMES]},
        summaries=_bounded_texts(record.summaries),
    )


def _bounded_texts(texts: Mapping[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    left = _TEXT
    for name, text in list(texts.items())[:_NAMES]:
        kept[name[:_NAME]] = text[:left]
        left -= len(kept[name[:_NAME]])
    return kept


def spelled(record: StepRecord) -> str:
    return json.dumps(plain(bounded(record)), ensure_ascii=False, separators=(",", ":"))


def plain(record: StepRecord) -> dict[str, Any]:
    """The record as JSON has it."""
    return {
        **record._asdict(),
        "counts": dict(record.counts),
        "summaries": dict(record.summaries),
        **{name: _table(getattr(record, name)) for name in ("progress", "input", "output")},
    }


def _table(value: Progress | Handed | None) -> dict[str, Any] | None:
    return None if value is None else value._asdict()


def meant(line: str | bytes) -> StepRecord:
    """Raises ValueError for anything that is no record."""
    try:
        return _record(json.loads(line))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no record of a step: {error!r}") from None


def _record(found: dict[str, Any]) -> StepRecord:
    known = {field: found[field] for field in StepRecord._fields if field in found}
    known["state"] = StepState(found["state"])
    for name, noun in (("progress", Progress), ("input", Handed), ("output", Handed)):
        known[name] = None if known.get(name) is None else noun(**known[name])
    for name in ("number", "attempt", "started"):
        if type(known[name]) is not int:
            raise TypeError(f"{name} is no number")
    return bounded(StepRecord(**known))
