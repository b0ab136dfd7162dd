"""From an address to the source that reads it, by its scheme. A path is a local one."""

import re
from importlib import import_module

from sexton.config.steps.fetch import Options
from sexton.steps.deadline import Deadline
from sexton.steps.fetch.source import Source

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_MODULES = {"": "local", "file": "local", "http": "http", "https": "http", "sftp": "sftp"}


def source_of(address: str, options: Options, deadline: Deadline) -> Source:
    """Raises Misconfigured for an address that nobody can read."""
    match = _SCHEME.match(address)
    scheme = match[1].lower() if match else ""
    module = import_module(f"sexton.steps.fetch.{_MODULES.get(scheme, 'other')}")
    found: Source = module.source(address, options, deadline)
    return found
