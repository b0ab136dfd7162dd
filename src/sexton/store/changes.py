"""Which function makes which change of model/ledger.py; the outbox's are loaded when one of them comes."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from sexton.model.ledger import Cancelled, Claim, Closed, End, Enlist, Prune, Queued, Switch
from sexton.store import claims, ends, switches

_MAKES: Mapping[type, Callable[[sqlite3.Connection, Any], object]] = {
    Enlist: claims.enlist,
    Claim: claims.claim,
    Queued: claims.queue,
    Closed: claims.close,
    End: ends.end,
    Cancelled: ends.cancel,
    Prune: ends.prune,
    Switch: switches.switch,
}

# What brings runs to an end or makes room: taken also when there is no room for anything new.
_FINISHING = (End, Cancelled, Prune, Switch)
_NOTICES = ("sexton.model.notice", "sexton.model.outbox")  # where the changes of the outbox are, which is bounded


def is_finishing(change: object) -> bool:
    """Whether a change is taken in any case."""
    return isinstance(change, _FINISHING) or type(change).__module__ in _NOTICES


def make(db: sqlite3.Connection, change: object) -> object:
    """Make one change inside the caller's transaction; returns its answer. Raises TypeError for anything else."""
    maker = _MAKES.get(type(change)) or _maker_of_outbox(change)
    if maker is None:
        raise TypeError(f"{type(change).__name__} is no change of the ledger")
    return maker(db, change)


def _maker_of_outbox(change: object) -> Callable[[sqlite3.Connection, Any], object] | None:
    if type(change).__module__ not in _NOTICES:
        return None
    from sexton.store.outbox import MAKES

    return MAKES.get(type(change))
