"""What the step's options ask for, as a request."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC

from sexton.config.steps.http import Options
from sexton.config.steps.web import ONLY_READ
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.web.ask import Body, Request
from sexton.steps.work import Work

DOING = "call"
_PIECE = 1 << 18


def request_of(options: Options, work: Work) -> Request:
    """Raises Misconfigured, and OSError when the file that it brings cannot be read."""
    body = _body_of(options)
    method = options.method or ("GET" if body is None else "POST")
    return Request(DOING, method, _key_of(options, work, method), body, options.expect)


def _key_of(options: Options, work: Work, method: str) -> tuple[tuple[str, str], ...]:
    """By what a server may notice that it was asked before, unless the plan has words of its own for it."""
    own = any(name.lower() == "idempotency-key" for name in options.headers)
    if own or not work.run or method in ONLY_READ:
        return ()
    moment = work.fire_time.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")
    return (("Idempotency-Key", f"{work.job}.{work.run}.{os.path.basename(work.folder)}.{moment}"),)


def _body_of(options: Options) -> Body | None:
    if options.file is not None:
        return _of_file(options.file)
    if options.body is None:
        return None
    is_text = isinstance(options.body, str)
    text = options.body if is_text else json.dumps(options.body, ensure_ascii=False)
    content = text.encode("utf-8", "surrogateescape")
    return Body("text/plain; charset=utf-8" if is_text else "application/json", len(content), lambda: iter((content,)))


def _of_file(path: str) -> Body:
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        raise Misconfigured(f"cannot {DOING} with what is no regular file ({path})")
    return Body("application/octet-stream", found.st_size, lambda: _pieces(path, found.st_size))


def _pieces(path: str, size: int) -> Iterator[bytes]:
    """So many bytes of a file, which may grow meanwhile, but not shrink."""
    with open(path, "rb") as file:
        while size:
            piece = file.read(min(size, _PIECE))
            if not piece:
                raise StepError(f"cannot {DOING} with a file that shrinks meanwhile ({path})")
            size -= len(piece)
            yield piece
