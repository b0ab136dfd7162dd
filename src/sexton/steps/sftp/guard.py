"""Who looks at the key that a server shows, and remembers the one that is refused."""

import asyncssh

from sexton.steps.errors import NotPermitted
from sexton.steps.sftp.hostkeys import HostKeys


class Guard(asyncssh.SSHClient):
    """Asked about keys that are not among the known ones: none of them will do."""

    def __init__(self) -> None:
        self._shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self._shown = f"{key.get_algorithm()} {key.get_fingerprint()}"
        return False

    def validate_host_ca_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        return self.validate_host_public_key(host, addr, port, key)

    def refusal(self, error: asyncssh.HostKeyNotVerifiable, server: str, trusted: HostKeys) -> NotPermitted:
        """The loud one."""
        if not self._shown:
            return NotPermitted(f"WILL NOT TALK to {server}: {error.reason} ({trusted.source})")
        return NotPermitted(
            f"WILL NOT TALK to {server}: ITS KEY IS NOT THE ONE THAT IS KNOWN: somebody may be in its place, or it has "
            f"been given a new one. It shows {self._shown}; known is {trusted.fingerprints} ({trusted.source}). "
            "Nothing was sent, no password either. Ask whoever runs that server, and only then replace the line"
        )
