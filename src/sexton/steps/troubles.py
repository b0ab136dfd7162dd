"""What the operating system refused, as the error of a step: whether it may pass, and in one sentence."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sexton.steps.errors import NotPermitted, StepError, Temporary

_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EBUSY}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def told(doing: str) -> Iterator[None]:
    """Turn an OSError into a StepError `cannot DOING: …`."""
    try:
        yield
    except OSError as error:
        raise of_os(error, doing) from error


def of_os(error: OSError, doing: str) -> StepError:
    kind = Temporary if error.errno in _PASSING else NotPermitted if error.errno in _CLOSED else StepError
    reason = os.strerror(error.errno) if error.errno else str(error)
    where = f" ({error.filename})" if error.filename else ""
    return kind(f"cannot {doing}: {reason}{where}")
