"""`sftp://user@host:port/folder`: where a server is, and what is meant on it. Nothing here connects.

As with sftp(1), the path counts from the folder that one is in after logging in; `//folder` (and only that) from the
root. `/~/folder`, as curl has it, is the first again. Percent-escapes stand for their bytes.
"""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from sexton.steps.errors import Misconfigured

PORT = 22

_ADDRESS = re.compile(
    r"sftp://(?:(?P<user>[^/@:]*)(?::(?P<password>[^/@]*))?@)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[^/@:\[\]]+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>/.*)?",
    re.DOTALL,
)


class Address(NamedTuple):
    """`path` as the server wants it: relative to the folder of the login, or absolute; "." for that folder itself."""

    host: str
    port: int
    path: str
    user: str = ""
    password: str = ""

    @property
    def server(self) -> str:
        """How messages call it: no password, and the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = f"{quote(self.user)}@" if self.user else ""
        return f"sftp://{user}{host}" if self.port == PORT else f"sftp://{user}{host}:{self.port}"

    @property
    def known_as(self) -> str:
        """As known_hosts has it (sshd(8))."""
        return self.host if self.port == PORT else f"[{self.host}]:{self.port}"


def parse(text: str) -> Address:
    """Raises Misconfigured, without the text, which may hold a password."""
    match = _ADDRESS.fullmatch(text)
    port = int(match["port"] or PORT) if match else 0
    host = unquote(match["host"].strip("[]")).lower() if match else ""
    path = unquote(match["path"] or "/", errors="surrogateescape") if match else ""
    if match is None or not 0 < port < 65536 or not host.isprintable() or host[:1] in ("", "-") or "\0" in path:
        raise Misconfigured("cannot tell where the server is: an address such as sftp://user@host:22/folder is meant")
    return Address(host, port, _place(path), unquote(match["user"] or ""), unquote(match["password"] or ""))


def _place(path: str) -> str:
    if path.startswith("//"):
        return "/" + path.strip("/")
    return path.removeprefix("/~/" if path.startswith("/~/") else "/").strip("/") or "."
