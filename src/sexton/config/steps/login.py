"""The options of steps that go to an SFTP server: how its key is known, and how it lets us in.

There is no option to trust a server whose key is not known.
"""

import re

from sexton.config import values
from sexton.config.steps.key import Key
from sexton.config.values import Unfit, shown

_KEY = re.compile(r"(?:\S+\s+){0,2}(?:ssh-|ecdsa-|sk-)\S+\s+[A-Za-z0-9+/]{16,}={0,3}(?:\s.*)?")


def _host_key(value: object) -> str:
    """Lines as ssh-keyscan(1) prints them, its comments among them; the host may be left out."""
    lines = [line for line in map(str.strip, values.text(value).splitlines()) if line and not line.startswith("#")]
    for line in lines:
        if not _KEY.fullmatch(line):
            raise Unfit(
                f'{shown(line)} is no key; a line such as "ssh-ed25519 AAAA…", as ssh-keyscan prints it, is meant'
            )
    return values.text(value)


LOGIN_KEYS = (
    Key("key_file", "a private key to log in with", metavar="FILE"),
    Key("private_key", "the same as a text", default="", secret=True, metavar="KEY"),
    Key("passphrase", "what the private key is encrypted with", default="", secret=True, metavar="PASSPHRASE"),
    Key("known_hosts", "the keys of servers, instead of ~/.ssh/known_hosts", metavar="FILE"),
    Key("host_key", "the server's key, as ssh-keyscan prints it", _host_key, "", metavar="LINE"),
)
