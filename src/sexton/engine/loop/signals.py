"""What signals ask of Sexton: the loop hears all that would otherwise end it by default (signal(7)).

One that means nothing here is said once and changes nothing: Sexton has services to keep. Left as they are: KILL and
STOP, which nobody can hear; those of terminals (TSTP, TTIN, TTOU); and those that tell of a defect of the process
itself (SEGV, ABRT and the like), or that no process dies of. Invariant: none of Sexton's dispositions reaches a child.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

from sexton.model.signals import signal_name

if TYPE_CHECKING:
    from sexton.engine.loop.reactor import Reactor

Call = Callable[[], None]

_MEANINGLESS = (
    *(signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGIO, signal.SIGXCPU, signal.SIGUSR1, signal.SIGUSR2),
    16,  # SIGSTKFLT, which Python has no name for
    *range(signal.SIGRTMIN, signal.SIGRTMAX + 1),
)
_ALWAYS = (signal.SIGHUP, signal.SIGCHLD)  # nohup keeps a terminal from ending Sexton, and no one from asking it


def hear(reactor: Reactor, meanings: Mapping[int, Call], ignored: Collection[int], say: Callable[[str], None]) -> None:
    """Call `meanings` for what comes from now on; `say` hears of others. Those in `ignored` are heeded by nobody, and
    have their default in children."""
    for number in _MEANINGLESS:
        reactor.on_signal(number, partial(_said_once, reactor, number, say))
    for number, call in meanings.items():
        reactor.on_signal(number, call)
    for number in ignored:
        if number not in _ALWAYS:
            reactor.on_signal(number, _nothing)


def spelled(number: int) -> str:
    """`SIGTERM`, `SIGRTMIN+3`."""
    if number >= signal.SIGRTMIN:
        return f"SIGRTMIN+{number - signal.SIGRTMIN}".removesuffix("+0")
    return signal_name(number)


def _said_once(reactor: Reactor, number: int, say: Callable[[str], None]) -> None:
    say(f"got {spelled(number)}, which means nothing to Sexton; it is ignored from now on")
    reactor.on_signal(number, _nothing)


def _nothing() -> None:
    """It was heard, and that is all."""
