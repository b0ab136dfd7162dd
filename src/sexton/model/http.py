"""The HTTP door: where Sexton listens on TCP, which Host names it takes, and which tokens it knows.

Who may do what with them is api/doors/access.py's.
"""

from typing import NamedTuple

DEFAULT_ADDRESS = ("127.0.0.1", 8470)
SHORTEST_TOKEN = 16  # characters; fewer can be guessed


def is_token(text: str) -> bool:
    """Whether a client can send it as a token."""
    return text != "" and all("!" <= sign <= "~" for sign in text)


class Tokens(NamedTuple):
    """`control` may do everything, `read` may look. Empty: there is none."""

    control: str = ""
    read: str = ""


class Http(NamedTuple):
    """The keys `http`, `hosts` and the tokens of `[sexton]`. `address` is an IP address and a port (0: any that is
    free), None when HTTP is off; `hosts` are in lower case; `file` and `line` say where `http` was set, if it was."""

    address: tuple[str, int] | None = DEFAULT_ADDRESS
    hosts: frozenset[str] = frozenset()
    tokens: Tokens = Tokens()
    file: str = ""
    line: int = 0

    def anywhere(self) -> "Http":
        """The same, wherever it was set."""
        return self._replace(file="", line=0)
