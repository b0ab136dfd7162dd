"""SFTP for the steps: one connection to one server, whose key is known, within one deadline.

`connect` gives a client.Client, whose methods are called like any other function and wait for the answer. Nothing here
knows what the files are for. All but address.py and login.py need asyncssh, so they are imported when one connects.
"""

from typing import TYPE_CHECKING

from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured
from sexton.steps.sftp.address import Address
from sexton.steps.sftp.login import Options

if TYPE_CHECKING:
    from sexton.steps.sftp.client import Client


def connect(address: Address, options: Options, deadline: Deadline) -> "Client":
    """Raises NotPermitted where the server's key is not known or ours is not accepted, Temporary where it is away."""
    try:
        import asyncssh  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise Misconfigured("cannot speak SFTP: asyncssh is not installed; `pip install sexton[ingest]`") from error
    from sexton.steps.sftp.client import Client

    return Client(address, options, deadline)
