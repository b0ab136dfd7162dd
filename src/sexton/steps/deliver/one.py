"""Delivering one file: is it there already, and if not, how does it get there without anyone seeing half of it.

Written under the part's name, its size compared, renamed, and looked at once more. A part that was not verified is not
gone on with.
"""

from collections.abc import Callable
from enum import Enum

from sexton.config.steps.deliver import Existing, Options, Verify
from sexton.steps.deliver.original import blocks
from sexton.steps.deliver.place import Place, part_of
from sexton.steps.errors import NotPermitted, StepError
from sexton.steps.manifest import Entry

Tell = Callable[[int], None]  # so many bytes more


class How(Enum):
    DELIVERED = "delivered"
    UNCHANGED = "unchanged"
    KEPT = "kept"


def deliver(entry: Entry, place: Place, options: Options, tell: Tell) -> How:
    """Raises StepError for what concerns this file alone, and its kin for what concerns them all."""
    found = place.look(entry.name)
    if found is not None:
        if not found.is_file:
            raise StepError(
                f"cannot deliver {entry.name}: in its place is a link or a folder ({place.where}); move it away"
            )
        if found.size == entry.size and _sha256(place, entry.name) == entry.sha256:
            return How.UNCHANGED
        if options.existing is Existing.KEEP:
            return How.KEPT
        if options.existing is Existing.REFUSE:
            raise StepError(
                f"cannot deliver {entry.name}: a file with other content is there ({place.where}); "
                'move it away, or set existing = "replace" or "keep"'
            )
    part = part_of(entry)
    place.make_folders(entry.name)
    _send(entry, part, place, options, tell)
    there = place.rename(part, entry.name, options.existing is Existing.REPLACE)
    _expect(entry, there.size if there and there.is_file else None, place)
    return How.DELIVERED


def _send(entry: Entry, part: str, place: Place, options: Options, tell: Tell) -> None:
    """The part has all of the file, is verified, and on the disk. Of one that was gone on with, the length says nothing
    of the content: it is read back whole, and written anew where it is not what it should be."""
    try:
        if _write(entry, part, place, options, tell):
            if _is_readable_as(entry, part, place):
                return
            _discard(part, place)
            _write(entry, part, place, options, lambda _: tell(0))
        if options.verify is Verify.CONTENT and _sha256(place, part) != entry.sha256:
            raise StepError(f"cannot deliver {entry.name}: what was stored is not what was sent ({place.where})")
    except StepError as error:
        if type(error) is StepError:
            _discard(part, place)
        raise


def _write(entry: Entry, part: str, place: Place, options: Options, tell: Tell) -> bool:
    """All of it, by the size that the place says. Whether a part of it was there already."""
    offset = 0
    with place.write(part, entry.size) as writer:
        for block in blocks(entry):
            if offset >= writer.begun:
                writer.write(block, offset)
            offset += len(block)
            tell(len(block))
        _expect(entry, writer.finish(options.mode), place)
        return writer.begun > 0


def _is_readable_as(entry: Entry, part: str, place: Place) -> bool:
    """False, too, where one may write, but not read."""
    try:
        return _sha256(place, part) == entry.sha256
    except NotPermitted:
        return False


def _expect(entry: Entry, size: int | None, place: Place) -> None:
    if size != entry.size:
        said = "nothing is" if size is None else f"{size:,} bytes are"
        why = f"{entry.size:,} bytes were sent, and {said} said to be there"
        raise StepError(f"cannot deliver {entry.name}: {why} ({place.where})")


def _discard(part: str, place: Place) -> None:
    if place.look(part) is not None:
        place.remove(part)


def _sha256(place: Place, name: str) -> str:
    from hashlib import sha256

    digest = sha256()
    for block in place.read(name):
        digest.update(block)
    return digest.hexdigest()
