"""Processes of ours that are soon over: what they have imported is no garbage, and is not searched for any.

Python looks through its youngest objects after each 700 that are made, and through all at its end: of a start that
imports a large library, that is a fifth. What is garbage is still found, only later.
"""

import gc

TYPE_CHECKING = False  # typing's own word, without typing
if TYPE_CHECKING:
    from collections.abc import Callable

_RARELY = 50_000  # objects


def briefly(do: "Callable[[], int]") -> int:
    """What `do` returns, when it is the last thing that this process does."""
    gc.set_threshold(_RARELY)
    try:
        return do()
    finally:
        gc.freeze()
