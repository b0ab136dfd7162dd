"""The init of a container around Sexton: `python outer_init.py COMMAND...` is a subreaper, as `tini -s`.

It passes TERM on, and ends with the command's code; with 99 when the command has left a living process to it.
"""

import ctypes
import os
import signal
import sys

PR_SET_CHILD_SUBREAPER = 36
LEFT_BEHIND = 99


def main(command: list[str]) -> int:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signals = {signal.SIGTERM, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    child = os.posix_spawn(command[0], command, os.environ, setsigmask=())
    while signal.sigwait(signals) == signal.SIGTERM:
        os.kill(child, signal.SIGTERM)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass  # it was dead already
    except ChildProcessError:
        return code
    return LEFT_BEHIND


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
