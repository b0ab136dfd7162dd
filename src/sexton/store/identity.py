"""The state's id, kept twice: in the database and in a marker file beside it, so that a lost database shows.

    marker   database            what it means               what happens
    ------   ----------------    ------------------------    ---------------------------------------------
    none     missing or empty    first start                 both are made, the database first
    none     id A                a copied database, or a     the marker is written
                                 first start cut short
    A        id A                the usual                   nothing
    A        missing or empty    loss                        a new database with a new id B; the marker stays
    A        id B                loss: swapped, or the       the database is used as it stands; the marker stays
                                 row above at its next start

As the marker stays, each later start reports the loss again, until a person accepts it: then the old marker is
renamed to `state.id.lost-1` (or the first number that is free) and one with the database's id written. A crash
between those two leaves "none, id B", which heals itself. No database is ever moved or deleted: whose history a
swapped one holds is not ours to judge. A database that is corrupt, foreign or too new is refused before it comes
to this, and left alone.
"""

import os
import stat

from sexton.model.errors import StoreError
from sexton.store.places import Place, sync_folder

MARKER_LIMIT = 200  # bytes; more than any id has


def read_marker(place: Place) -> str | None:
    """The id that the marker names; None without a marker. Raises StoreError for one that cannot be read."""
    try:
        fd = os.open(place.marker, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"cannot read the state's marker: {error.strerror} ({place.marker})") from error
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise StoreError(f"cannot read the state's marker: it is not a regular file ({place.marker})")
        return os.read(fd, MARKER_LIMIT).decode("utf-8", "replace").strip()
    finally:
        os.close(fd)


def write_marker(place: Place, state_id: str) -> None:
    """Write the marker so that after a power cut there is the whole of it or none. Raises StoreError."""
    draft = place.marker + ".new"
    try:
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, f"{state_id}\n".encode())
            os.fsync(fd)
        finally:
            os.close(fd)
        os.rename(draft, place.marker)
        sync_folder(place.marker)
    except OSError as error:
        raise StoreError(f"cannot write the state's marker: {error.strerror} ({place.marker})") from error


def loss_of(place: Place, marker: str | None, found: str | None) -> str | None:
    """The sentence that says what was lost, or None. `found` is the database's id before anything was made in it."""
    if marker is None or marker == found:
        return None
    if found is not None:
        what = f"the database is another one, with the id {found}"
    elif os.path.exists(place.database):
        what = "the database is empty"
    else:
        what = "the database is gone"
    return f"the history of state {marker} is lost: {what} ({place.database}); {place.marker} tells of it"


def accept_loss(place: Place, state_id: str) -> None:
    """Put the old marker aside and let `state_id` be this place's from now on. Raises StoreError."""
    number = 1
    while os.path.lexists(f"{place.marker}.lost-{number}"):
        number += 1
    try:
        os.rename(place.marker, f"{place.marker}.lost-{number}")
    except OSError as error:
        raise StoreError(f"cannot put the old marker aside: {error.strerror} ({place.marker})") from error
    write_marker(place, state_id)
