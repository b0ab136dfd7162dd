"""A step's record as one line of JSON: from the conductor to the daemon, and to the file that outlives both.

Invariant: a record that `spelled` wrote is no longer than LONGEST bytes, and `meant` gives the same record back.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sexton.model.step import Handed, Progress, StepRecord, StepState

LONGEST = 60_000  # bytes of a line
MOST = 2**62  # of any number, either way
_NAMES = 40  # counts, and summaries, of a step
_NAME = 60  # characters
_TEXT = 4000  # characters of all summaries together; so many at most of a reason


def bounded(record: StepRecord) -> StepRecord:
    """A record without what is too much."""
    return record._replace(
        reason=_told(record.reason, _TEXT // 4),
        counts={_told(name, _NAME): number for name, number in list(record.counts.items())[:_NAMES]},
        summaries=_bounded_texts(record.summaries),
    )


def _bounded_texts(texts: Mapping[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    left = _TEXT
    for name, text in list(texts.items())[:_NAMES]:
        kept[_told(name, _NAME)] = told = _told(text, left)
        left -= len(told)
    return kept


def _told(text: str, most: int) -> str:
    """At most so many characters, and none that UTF-8 cannot spell."""
    return text.encode("utf-8", "backslashreplace").decode()[:most]


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
    for fields, kind in _KINDS.items():
        for field in fields:
            known[field] = kind(known[field]) if field in _NEEDED else _maybe(kind, known.get(field))
    return bounded(StepRecord(**known))


def _maybe(kind: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else kind(value)


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > MOST:
        raise TypeError(f"no whole number within bounds: {value!r:.40}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"no text: {value!r:.40}")
    return value


def _counts(value: Any) -> dict[str, int]:
    return {_text(name): _whole(number) for name, number in value.items()}


def _texts(value: Any) -> dict[str, str]:
    return {_text(name): _text(text) for name, text in value.items()}


def _handed(value: Any) -> Handed:
    return Handed(_whole(value["files"]), _whole(value["bytes"]), _maybe(_whole, value["rows"]))


def _progress(value: Any) -> Progress:
    return Progress(_whole(value["done"]), _maybe(_whole, value["total"]), _text(value["unit"]))


_NEEDED = ("number", "attempt", "started", "name", "reason", "state", "counts", "summaries")
_KINDS: dict[tuple[str, ...], Callable[[Any], Any]] = {
    ("number", "attempt", "started", "ended", "exit_code", "signal"): _whole,
    ("name", "reason"): _text,
    ("state",): StepState,
    ("counts",): _counts,
    ("summaries",): _texts,
    ("progress",): _progress,
    ("input", "output"): _handed,
}
