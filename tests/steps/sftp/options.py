"""Options of a step that goes to an SFTP server, for tests."""

from typing import NamedTuple

from tests.servers.sshd import Sshd


class Given(NamedTuple):
    username: str = ""
    password: str = ""
    key_file: str | None = None
    private_key: str = ""
    passphrase: str = ""
    known_hosts: str | None = None
    host_key: str = ""


def by_key(server: Sshd) -> Given:
    return Given(key_file=str(server.key_file), known_hosts=str(server.known_hosts))
