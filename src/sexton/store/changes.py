"""Which function makes which change of model/ledger.py."""

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
FINISHING = (End, Cancelled, Prune, Switch)


def make(db: sqlite3.Connection, change: object) -> object:
    """Make one change inside the caller's transaction; returns its answer. Raises TypeError for anything else."""
    maker = _MAKES.get(type(change))
    if maker is None:
        raise TypeError(f"{type(change).__name__} is no change of the ledger")
    return maker(db, change)
