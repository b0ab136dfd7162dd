"""What the operating system refused, as the error of a step: whether it may pass, and in one sentence."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import NamedTuple

from sexton.steps.errors import NotPermitted, StepError, Temporary

_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EBUSY}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def told(doing: str) -> Iterator[None]:
    """Turn an OSError into a StepError `cannot DOING: …`."""
    try:
        yield
    except OSError as error:
        raise of_os(error, doing) from error


class Writing(NamedTuple):
    """A block that writes to `folder`. Where the disk is full it says which: of a file that is open already the
    operating system names no place."""

    folder: str

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError) and error.errno in _FULL and error.filename is None:
            error.filename = self.folder


def of_os(error: OSError, doing: str) -> StepError:
    kind = Temporary if error.errno in _PASSING else NotPermitted if error.errno in _CLOSED else StepError
    reason = error.strerror or (os.strerror(error.errno) if error.errno else str(error))
    where = f" ({error.filename})" if error.filename else ""
    return kind(f"cannot {doing}: {reason}{where}")
