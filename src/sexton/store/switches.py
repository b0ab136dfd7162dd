"""What is switched off: jobs that are paused, services that are disabled."""

import sqlite3

from sexton.model.ledger import Switch


def switch(db: sqlite3.Connection, change: Switch) -> None:
    if change.off:
        db.execute("INSERT OR IGNORE INTO switched_off VALUES (?, ?, ?)", (change.kind, change.name, change.at))
    else:
        db.execute("DELETE FROM switched_off WHERE kind = ? AND name = ?", (change.kind, change.name))
        if change.kind == "job":
            db.execute("UPDATE job SET owed = max(owed, ?) WHERE name = ?", (change.at, change.name))


def switched_off(db: sqlite3.Connection) -> frozenset[tuple[str, str]]:
    """(kind, name) of everything that is off."""
    return frozenset(db.execute("SELECT kind, name FROM switched_off"))
