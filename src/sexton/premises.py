"""The premises of a start: standard descriptors that are open, and folders that can be written."""

import errno
import os

from sexton.model.errors import ConfigError, Problem
from sexton.model.plan import Plan

# A file system without nameless files, and a full one, which may have room later: neither says that it is forbidden.
_NO_VERDICT = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOSPC, errno.EDQUOT)


def check_places(plan: Plan) -> None:
    """Make the folders that the plan names. Raises ConfigError with every one that cannot be written."""
    settings = plan.settings
    folders = {"log_dir": settings.log_dir, "socket": os.path.dirname(settings.socket)}
    if settings.state != ":memory:":
        folders["state"] = os.path.dirname(settings.state)
    problems = [
        Problem(plan.files[0] if plan.files else "sexton", 0, f"{key}: cannot write to {folder}: {why}; set `{key}`")
        for key, folder in folders.items()
        if (why := _unwritable(folder)) is not None
    ]
    if problems:
        raise ConfigError(problems)


def _unwritable(folder: str) -> str | None:
    """Why nothing can be written to `folder`, which is made, for its owner alone, where it is missing."""
    before = os.umask(0o077)
    try:
        os.makedirs(folder, exist_ok=True)
        os.close(os.open(folder, os.O_WRONLY | os.O_TMPFILE | os.O_CLOEXEC, 0o600))
    except OSError as error:
        if error.errno not in _NO_VERDICT:
            return error.strerror
    finally:
        os.umask(before)
    return None if os.access(folder, os.W_OK | os.X_OK) else os.strerror(errno.EACCES)


def keep_standard_descriptors() -> None:
    """Open /dev/null on those of the descriptors 0 to 2 that are closed, so that no file of ours gets their numbers."""
    while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(fd, True)
    os.close(fd)
