"""As whom a process runs and within which bounds: the keys that most configurations have none of.

Kept apart from process.py, so that a plan without them never loads what reads them.
"""

from sexton.config.capabilities import missing
from sexton.config.identity import read_identity
from sexton.config.limits import read_bounds, read_limits, umask
from sexton.config.table import Table
from sexton.config.values import boolean, whole
from sexton.model.process import Limit, Process


def with_standing(process: Process, table: Table, *, for_run: bool) -> Process:
    """`process` with its user, umask, niceness and limits; the user's own variables come before its `env`."""
    identity = read_identity(table, for_run=for_run)
    process = process._replace(
        env={**identity.env, **process.env},
        user=identity.user,
        umask=table.read("umask", umask, None),
        nice=table.read("nice", whole(-20, 19, "a whole number from -20 to 19"), None),
        limits=read_limits(table),
        bounds=read_bounds(table),
        no_new_privs=table.read("no_new_privs", boolean, False),
    )
    if for_run and process.user is not None:
        _verify_sight(table)
        _verify_limits(process.limits, table)
    return process


def _verify_sight(table: Table) -> None:
    """Say what is not seen of other users' processes: their environment, by which they are found (proc(5))."""
    if lacking := missing("CAP_SYS_PTRACE"):
        message = f"Sexton lacks {lacking}: what this process leaves behind outside of its process group is not found"
        table.warning(message, "user" if "user" in table else "group")


def _verify_limits(limits: tuple[Limit, ...], table: Table) -> None:
    """Report those that another user's process cannot be given here."""
    for limit in limits:
        if limit.imposed and (lacking := missing("CAP_SYS_RESOURCE")):
            what = "a hard limit" if limit.hard is not None else f"`{limit.name}`"
            table.problem(
                f"to set {what} on another user's process takes {lacking}; give Sexton that", "limits", limit.name
            )
