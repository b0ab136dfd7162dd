"""The folders of a step that runs by hand: its own, and the one in which it remembers what is done.

Without a wish they go when it has ended. Nothing of the module `tempfile` is used: it loads for longer than many steps
take.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sexton.steps.errors import StepError
from sexton.steps.troubles import of_os

_PLACES = ("/tmp", "/var/tmp", ".")


@contextmanager
def folders(home: str | None) -> Iterator[tuple[str, str]]:
    """The step's own, and `home` or one that forgets. Raises StepError where none can be made."""
    scratch = _made()
    try:
        own, memory = os.path.join(scratch, "own"), os.path.abspath(home or os.path.join(scratch, "home"))
        os.mkdir(own)
        os.makedirs(memory, mode=0o700, exist_ok=True)
        yield own, memory
    finally:
        _remove(scratch)


def _made() -> str:
    """A new folder below TMPDIR, or where else one may be."""
    name = f"sexton-step-{os.urandom(8).hex()}"
    failure: StepError | None = None
    for place in (os.environ.get("TMPDIR") or _PLACES[0], *_PLACES[1:]):
        folder = os.path.join(os.path.abspath(place), name)
        try:
            os.mkdir(folder, 0o700)
        except OSError as error:
            failure = failure or of_os(error, "make a folder for the step")
        else:
            return folder
    assert failure is not None
    raise failure


def _remove(scratch: str) -> None:
    try:
        for name in os.listdir(scratch):
            os.rmdir(os.path.join(scratch, name))
        os.rmdir(scratch)
    except OSError:  # something is in them
        from shutil import rmtree

        rmtree(scratch)
