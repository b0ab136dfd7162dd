"""What root may do here (capabilities(7)): containers take some of it away, and that shall show when a plan is read."""

from sexton.config.files import Unreadable, read_text
from sexton.config.values import Unfit

_NUMBERS = {"CAP_KILL": 5, "CAP_SETGID": 6, "CAP_SETUID": 7, "CAP_SYS_PTRACE": 19, "CAP_SYS_RESOURCE": 24}
_STATUS = "/proc/self/status"


def missing(*names: str) -> str:
    """Those of `names` that Sexton lacks, as `CAP_A and CAP_B`; empty when it has them all. Raises Unfit when the
    kernel does not tell (proc_pid_status(5))."""
    try:
        lines = read_text(_STATUS, 100_000).splitlines()
    except Unreadable as error:
        raise Unfit(f"cannot read {_STATUS}: {error}; mount /proc") from error
    (mask,) = (int(line.split()[1], 16) for line in lines if line.startswith("CapEff:"))
    return " and ".join(name for name in names if not mask >> _NUMBERS[name] & 1)
