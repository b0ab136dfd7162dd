"""What Sexton's configuration has by design but this version does not: refused with words of its own.

A key leaves this table on the day its reader arrives.
"""

import re
from collections.abc import Iterable


def not_yet(word: str) -> str:
    return f"`{word}` is not in this version of Sexton"


def _all(words: Iterable[str]) -> dict[str, str]:
    return {word: not_yet(word) for word in words}


TABLES = _all(("services", "secrets", "sinks", "pools", "groups", "listeners"))

SETTINGS = _all(("http", "hosts", "token", "token_file", "read_token", "read_token_file", "watch"))

JOB = _all(
    (
        *("user", "group", "umask", "nice", "limits", "secrets", "log"),
        *("retry", "jitter", "pool", "steps", "notify", "executor", "queue"),
        *("late_after", "on_lost", "critical", "fail_on_stderr", "except", "dst_gap", "dst_overlap"),
    )
) | {"on": 'unknown key `on`; it belongs into `after`: after = { job = "…", on = "any" }'}

SECRET = re.compile(r"secret:[A-Za-z0-9._-]+")
SECRET_VALUE = not_yet("secret:NAME") + "; a file in NAME_FILE and `${NAME}` is"

OVERLAP = ("queue", "allow", "replace")
