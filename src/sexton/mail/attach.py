"""Files → attachments, within a bound for all of them together. What is cut or missing is said, and fails nothing: a
mail without its attachment is better than no mail."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from sexton.mail.compose import Attachment
from sexton.mail.ending import read_end

_TEXT = (".log", ".txt")  # of these the end is worth having


class Attached(NamedTuple):
    files: list[Attachment]
    remarks: list[str]


def collect(paths: Iterable[tuple[str, str]], limit: int) -> Attached:
    """Each (path, name), with no more than `limit` bytes in all. Of a text that is too long the end is attached."""
    attached = Attached([], [])
    for path, name in paths:
        try:
            size = _size(path)
            if size > limit and not name.endswith(_TEXT):
                attached.remarks.append(f"Not attached: {name} has {size:,} bytes, and there is room for {limit:,}.")
                continue
            data = read_end(path, limit)
        except OSError as error:
            attached.remarks.append(f"Not attached: {name} cannot be read ({error.strerror or error}).")
            continue
        if len(data) < size:
            attached.remarks.append(f"Of {name} only the last {len(data):,} of {size:,} bytes are attached.")
        attached.files.append(Attachment(name, data))
        limit -= len(data)
    return attached


def _size(path: str) -> int:
    return os.stat(path).st_size
