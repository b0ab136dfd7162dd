"""The protocols between the engine and its adapters, and between the surfaces and the engine.

Everything here is called on the loop's thread and returns at once; what takes time answers through a callback,
again on the loop's thread.

Only type checkers read these modules: who names a port imports it under TYPE_CHECKING, since a dozen protocol classes
would cost a starting daemon 7 ms.
"""

from sexton.ports.answer import Answer
from sexton.ports.control import Control
from sexton.ports.desk import Desk
from sexton.ports.output import Copy, Ear, Filter, Heard, Logs, RunLog
from sexton.ports.processes import Carrier, Child, Spawner
from sexton.ports.programs import Program, Programs
from sexton.ports.store import Store
from sexton.ports.time import Clock, Loop, Timer

__all__ = [
    "Answer",
    "Carrier",
    "Child",
    "Clock",
    "Control",
    "Copy",
    "Desk",
    "Ear",
    "Filter",
    "Heard",
    "Logs",
    "Loop",
    "Program",
    "Programs",
    "RunLog",
    "Spawner",
    "Store",
    "Timer",
]
