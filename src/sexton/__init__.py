"""Sexton: keeps services up, runs jobs on time, and tells you how they went.

For programs there is `Schedule`, with the errors that it raises; it is loaded when it is first asked for.
"""

__version__ = "0.1.0"
__all__ = ["Schedule", "ScheduleError", "SextonError", "__version__"]

TYPE_CHECKING = False  # typing's own word, without typing
if TYPE_CHECKING:
    from sexton.model.errors import ScheduleError, SextonError
    from sexton.schedule import Schedule


def __getattr__(name: str) -> object:
    if name == "Schedule":
        from sexton.schedule import Schedule

        return Schedule
    if name in ("ScheduleError", "SextonError"):
        from sexton.model import errors

        return getattr(errors, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
