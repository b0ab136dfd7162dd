"""What a daemon may come to load later, loaded now, for a user who may not read what Python is made of: an interpreter
below root's own folder is such a case. It costs some megabytes, so it is done only where it is needed.

Programs made of that Python, such as a job's steps, cannot be started by that user, and neither can a new image: a
restart is refused then.
"""

from __future__ import annotations

import os
from importlib import import_module
from pkgutil import walk_packages

import sexton

OF_PYTHON = (
    "_sha1", "_socket", "base64", "binascii", "codecs", "ctypes", "difflib", "email.utils", "fnmatch", "glob", "grp",
    "hashlib", "importlib.metadata", "importlib.util", "ipaddress", "json", "keyword", "pwd", "resource", "shlex",
    "shutil", "signal", "socket", "ssl", "termios", "threading", "tomllib", "traceback", "urllib.parse", "zlib",
    "zoneinfo", "h11",
)  # fmt: skip
OURS = (
    "api", "config", "core", "engine", "logs", "model", "net", "ports", "rpc", "spawn", "store", "supervise",
    "wire",
)  # fmt: skip


def load_what_cannot_be_read_by(uid: int, gid: int, groups: list[int]) -> None:
    """Must be root's to call. Nothing where that user can read it."""
    if not _readable_by(uid, gid, groups):
        for name in OF_PYTHON:
            import_module(name)
        for room in OURS:
            for module in walk_packages(import_module(f"sexton.{room}").__path__, f"sexton.{room}."):
                import_module(module.name)
        from sexton.store.database import read_schema

        read_schema()


def _readable_by(uid: int, gid: int, groups: list[int]) -> bool:
    """As the kernel says when asked by such a user (credentials(7))."""
    before = os.getegid(), os.getgroups()
    os.setgroups(groups)
    os.setegid(gid)
    os.seteuid(uid)
    try:
        return all(os.access(path, os.R_OK, effective_ids=True) for path in (os.__file__, sexton.__file__))
    finally:
        os.seteuid(0)
        os.setegid(before[0])
        os.setgroups(before[1])
