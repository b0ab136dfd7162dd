"""Refuse a Python that is too old, in words. Python 3.6 must be able to read this file."""

import sys

OLDEST = (3, 11)
EX_UNAVAILABLE = 69


def refuse_old_python() -> None:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        wanted = ".".join(map(str, OLDEST))
        sys.stderr.write(
            f"Sexton needs Python {wanted} or newer, and {sys.executable} is Python {found}. "
            f"Put a newer python3 first on PATH, or name one: python3.11 {sys.argv[0]}\n"
        )
        sys.exit(EX_UNAVAILABLE)
