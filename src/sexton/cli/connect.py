"""From a verb's arguments to the client of the daemon that they mean."""

from sexton.cli.address import find_socket
from sexton.cli.client import Client
from sexton.cli.console import Console
from sexton.cli.options import Arguments


def connect(arguments: Arguments, console: Console) -> Client:
    """A client for the daemon that --socket, the environment or the configuration names; nothing is sent yet.

    Raises ConfigError when only a broken configuration could name it."""
    return Client(find_socket(arguments.text("--socket"), console.environ))
