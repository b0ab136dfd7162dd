"""Many notices → what one digest says of them: by what they are about and how it went, the last of each, with how
often it was so and since when. Pure; the words for it are of sinks/digest.py.

Invariant: `outcomes` counts every notice, however many groups there are; `items` has no more than MOST.
"""

from collections.abc import Iterable, Mapping
from typing import Any

MOST = 500  # groups; some 1 kB each


def digest_of(notices: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """`items` are the last notice of each group with `times` and `first`, those about the same together; `groups` is
    how many there were."""
    groups: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    outcomes: dict[str, int] = {}
    for notice in notices:
        word = str(notice.get("outcome") or notice.get("kind") or "")
        outcomes[word] = outcomes.get(word, 0) + 1
        group = groups.setdefault(_subject(notice), {})
        before = group.get(word) or {"times": 0, "first": moment(notice)}
        group[word] = {**notice, "times": before["times"] + 1, "first": before["first"]}
    items = [item for group in groups.values() for item in group.values()]
    count = sum(outcomes.values())
    return {"items": items[:MOST], "groups": len(items), "count": count, "outcomes": outcomes}


def moment(notice: Mapping[str, Any]) -> str | None:
    """When it was, as ISO 8601 has it."""
    return next((str(notice[key]) for key in ("ended", "time", "started", "fire_time") if notice.get(key)), None)


def _subject(notice: Mapping[str, Any]) -> tuple[str, str]:
    kind = next((kind for kind in ("job", "service") if notice.get(kind)), "kind")
    return kind, str(notice.get(kind) or "")
