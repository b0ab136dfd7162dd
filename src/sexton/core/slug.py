"""A name → what services that miss pings take for one in a URL. Pure; two names may become one."""

import re

_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9_-]+")


def slug(text: str) -> str:
    """`nightly-backup` of `Nightly Backup!`; `sexton` where nothing is left."""
    return _NOT_IN_A_SLUG.sub("-", text.lower()).strip("-") or "sexton"
