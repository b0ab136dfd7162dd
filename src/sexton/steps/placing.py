"""Where a file goes that is whole: under its name below a folder, never over another one unasked, never outside.

A file with the same content that is there already is taken for it; with other content, the next number is tried. What
is in its place already stays there.
Invariant: whatever dies in between, the name has all of the file or there is none, and the file is not lost; that its
old name is gone is on the disk when its folder is synced, which is up to others.
"""

import os
import stat
from collections.abc import Callable, Container
from typing import NamedTuple

from sexton.steps.alias import is_one_name
from sexton.steps.digest import sha256_of
from sexton.steps.durable import sync_folder
from sexton.steps.errors import StepError
from sexton.steps.names import numbered

_TRIES = 1000  # files of the same name and different contents in one folder


class Placed(NamedTuple):
    """`path`, absolute; `name` below the folder; `fresh`: it was not there before; `stayed`: it was itself."""

    path: str
    name: str
    fresh: bool
    stayed: bool = False


def nothing_to_note(path: str) -> None:
    """Nobody wants to know where a file will be."""


def place(
    whole: str,
    folder: str,
    name: str,
    sha256: str,
    taken: Container[str] = (),
    note: Callable[[str], None] = nothing_to_note,
    replace: bool = False,
) -> Placed:
    """Move the file `whole`, which lies on the same file system, to `name` below `folder`. Paths in `taken` belong to
    somebody else whatever they hold; `note` hears of each path just before it is tried. With `replace` a file of other
    content goes rather than that a number is tried. Raises StepError, OSError."""
    folder = os.path.abspath(folder)
    make_folders(folder, name)
    for number in range(1, _TRIES + 1):
        called = numbered(name, number)
        path = os.path.join(folder, called)
        if path in taken:
            continue
        if not os.path.lexists(path):
            note(path)
            if linked(whole, path):
                return Placed(path, called, fresh=True)
        if is_one_name(path, whole):
            return Placed(path, called, fresh=False, stayed=True)
        if same_content(path, whole, sha256):
            os.unlink(whole)
            return Placed(path, called, fresh=False)
        if replace and stat.S_ISREG(os.lstat(path).st_mode):
            note(path)
            _rename(whole, path)
            return Placed(path, called, fresh=True)
    raise StepError(
        f"cannot place {name}: {_TRIES} files of this name are there already ({folder}); give each day a folder of its "
        "own, as with %Y/%m/%d, or let `archive` move them"
    )


def make_folders(folder: str, name: str) -> str:
    """Make `folder`, and what `name` goes through below it, with no link among the latter. The last folder's path."""
    os.makedirs(folder, exist_ok=True)
    for part in name.split("/")[:-1]:
        folder = os.path.join(folder, part)
        try:
            os.mkdir(folder)
        except FileExistsError:
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                raise StepError(f"cannot place {name}: {folder} is no folder, or is a link; move it away") from None
        else:
            sync_folder(os.path.dirname(folder))
    return folder


def same_content(path: str, whole: str, sha256: str) -> bool:
    """Whether `path` is a regular file, no link, with the size of `whole` and that sha256."""
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode) or found.st_size != os.lstat(whole).st_size:
        return False
    return sha256_of(path)[1] == sha256


def linked(whole: str, path: str) -> bool:
    """Whether the file is now at `path`, and there alone; False: somebody was faster."""
    try:
        os.link(whole, path, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        _rename_without_links(whole, path, error)
        return True
    sync_folder(os.path.dirname(path))
    os.unlink(whole)
    return True


def _rename_without_links(whole: str, path: str, error: OSError) -> None:
    """Where a file system has no second names (vfat, some network drives), nobody else may use the folder meanwhile."""
    import errno

    if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
        raise error
    _rename(whole, path)


def _rename(whole: str, path: str) -> None:
    os.rename(whole, path)
    sync_folder(os.path.dirname(path))
