"""The verbs, in the order and the groups in which help shows them. The module of a verb is loaded when it is used.

Each module has `USAGE` and `execute(arguments, console) -> exit code`.
"""

from typing import NamedTuple


class Verb(NamedTuple):
    """A verb: how it is called and what it does, in a line each."""

    name: str
    takes: str
    does: str


GROUPS: dict[str, tuple[Verb, ...]] = {
    "Start": (
        Verb("run", "[FILE...]", "run the jobs of a configuration, in the foreground"),
        Verb("check", "[FILE...]", "what is wrong with a configuration, or when jobs run"),
    ),
    "Look": (
        Verb("status", "[JOB...]", "every job: what it does, how it went last, when it is next"),
        Verb("runs", "[JOB]", "what ran, newest first"),
        Verb("logs", "NAME|RUN", "what a run wrote; -f follows it"),
    ),
    "Act": (
        Verb("trigger", "JOB", "run a job now; --wait for its outcome"),
        Verb("cancel", "RUN", "stop a run"),
    ),
}
BY_NAME = {verb.name: verb for group in GROUPS.values() for verb in group}
