"""Two things of one process at a time: what Python has to do itself, while the system does the rest.

Such as a library that is loaded while a file is hashed; on a machine with one core nothing is won, and nothing lost.
Invariant: when the block has ended, nothing of it goes on.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_TURN = 0.0005  # seconds: who comes back from the system, with a piece of a file, waits no longer for the interpreter


@contextmanager
def meanwhile(do: Callable[[], object]) -> Iterator[None]:
    """Do it in a thread while the block is carried out. What it raises is not raised here: it is for things that are
    wanted later anyway, and fail again then."""
    from contextlib import suppress
    from threading import Thread

    def tried() -> None:
        with suppress(Exception):
            do()

    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    thread = Thread(target=tried)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        sys.setswitchinterval(before)
