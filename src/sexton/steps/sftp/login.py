"""How a server lets us in: a password, a private key, or what ssh itself would try. Secrets stay in here.

With a `password` or a key, that alone is tried. Without: the agent at SSH_AUTH_SOCK, then ~/.ssh/id_ed25519 and its
like. Never ~/.ssh/config: what a job does shall be in its plan.
"""

from typing import Any, NamedTuple, Protocol

from sexton.steps.errors import Misconfigured
from sexton.steps.sftp.address import Address


class Options(Protocol):
    """The options of a step whose KEYS take in LOGIN_KEYS."""

    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def key_file(self) -> str | None: ...
    @property
    def private_key(self) -> str: ...
    @property
    def passphrase(self) -> str: ...
    @property
    def known_hosts(self) -> str | None: ...
    @property
    def host_key(self) -> str: ...


class Login(NamedTuple):
    """Who comes, and what shows it."""

    username: str
    password: str = ""
    key_file: str | None = None
    private_key: str = ""
    passphrase: str = ""

    @property
    def means(self) -> str:
        """What is offered to the server, for messages."""
        offered = [
            name for name, given in (("password", self.password), ("key", self.private_key or self.key_file)) if given
        ]
        return " and the ".join(offered) or "keys of the agent and of ~/.ssh"


def login_of(address: Address, options: Options) -> Login:
    """The address's own user and password come first."""
    username = address.user or options.username
    if not username:
        raise Misconfigured(
            f"cannot log in to {address.server}: nobody is named; add `username`, or name@ before the host"
        )
    password = address.password or options.password
    return Login(username, password, options.key_file, options.private_key, options.passphrase)


def arguments(login: Login) -> dict[str, Any]:
    """For asyncssh.connect. Raises Misconfigured for a key that cannot be used, without its text."""
    shown: dict[str, Any] = {"username": login.username, "password": login.password or None}
    if login.private_key or login.key_file:
        return {**shown, "client_keys": [_private_key(login)], "agent_path": None}
    if login.password:
        return {**shown, "client_keys": None, "agent_path": None}
    return shown


def _private_key(login: Login) -> Any:
    import asyncssh

    where = login.key_file or "`private_key`"
    try:
        if login.key_file:
            return asyncssh.read_private_key(login.key_file, login.passphrase or None)
        return asyncssh.import_private_key(login.private_key, login.passphrase or None)
    except asyncssh.KeyEncryptionError as error:
        why = f"{str(error).lower()}; see to `passphrase`"
    except asyncssh.KeyImportError as error:
        locked = "Passphrase" in str(error)
        why = "it is encrypted; add `passphrase`" if locked else "it is no private key as ssh-keygen makes them, or PEM"
    except OSError as error:
        why = str(error.strerror)
    raise Misconfigured(f"cannot use the private key: {why} ({where})")
