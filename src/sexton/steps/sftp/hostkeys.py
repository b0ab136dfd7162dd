"""Which keys a server may show: those that known_hosts has for its name and port (sshd(8), SSH_KNOWN_HOSTS FILE
FORMAT: hashed names, patterns, @revoked and @cert-authority too).

A server that is not in there is not talked to. What is known of the mere address that a name stands for counts for
nothing: it may be another's tomorrow. As with ssh, a line without a port also speaks for ports that have none.
"""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from asyncssh import SSHKey, SSHKnownHosts
from asyncssh.public_key import get_default_certificate_algs, get_default_public_key_algs

from sexton.steps.errors import Misconfigured, NotPermitted
from sexton.steps.sftp.address import Address

DEFAULTS = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")

_SIZE = 10_000_000  # bytes of a known_hosts file
_KINDS = ("ssh-", "ecdsa-", "sk-")


class HostKeys(NamedTuple):
    """For one server: keys, the keys of authorities that sign such, and what is revoked. `source` is for messages."""

    keys: Sequence[SSHKey]
    authorities: Sequence[SSHKey]
    revoked: Sequence[SSHKey]
    source: str

    @property
    def algorithms(self) -> list[str]:
        """In which order the server is asked for its keys: the kinds that are known first. The others too, so that one
        with none of these can be told apart from one that is away."""
        known = [each for key in self.keys for each in key.sig_algorithms]
        signed = get_default_certificate_algs() if self.authorities else []
        order = dict.fromkeys([*signed, *known, *get_default_public_key_algs()])
        return [each.decode("ascii") for each in order]

    @property
    def fingerprints(self) -> str:
        return ", ".join(key.get_fingerprint() for key in (*self.keys, *self.authorities))


def host_keys(address: Address, known_hosts: str | None, host_key: str) -> HostKeys:
    """From the file and the text given, and only where neither is from ssh's own two files. Raises NotPermitted where
    the server is in none of them."""
    known, sources = SSHKnownHosts(), []
    for source, text in _texts(address, known_hosts, host_key):
        sources.append(source)
        _load(known, source, text)
    port = None if address.known_as == address.host else address.port
    keys, authorities, revoked = _match(known, address.host, port)
    told = " and ".join(sources) or " and ".join(DEFAULTS)
    if not (keys or authorities):
        raise _unknown(address, told)
    return HostKeys(keys, authorities, revoked, told)


def _texts(address: Address, known_hosts: str | None, host_key: str) -> Iterator[tuple[str, str]]:
    if known_hosts:
        yield known_hosts, _read(known_hosts)
    if host_key.strip():
        yield "`host_key`", "\n".join(_named(line.strip(), address) for line in host_key.splitlines())
    if not (known_hosts or host_key.strip()):
        for file in map(os.path.expanduser, DEFAULTS):
            if os.path.exists(file):
                yield file, _read(file)


def _named(line: str, address: Address) -> str:
    """A bare key is this server's."""
    return f"{address.known_as} {line}" if line.startswith(_KINDS) else line


def _read(file: str) -> str:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as opened:
            text = opened.read(_SIZE + 1)
    except OSError as error:
        raise Misconfigured(f"cannot read the keys of servers: {error.strerror} ({file})") from error
    if len(text) > _SIZE:
        raise Misconfigured(f"cannot read the keys of servers: more than {_SIZE:,} characters ({file})")
    return text


def _load(known: SSHKnownHosts, source: str, text: str) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        try:
            known.load(line)
        except ValueError:
            why = f"line {number} is not `host type key`, as ssh-keyscan prints it"
            raise Misconfigured(f"cannot read the keys of servers: {why} ({source})") from None


def _match(
    known: SSHKnownHosts, host: str, port: int | None
) -> tuple[Sequence[SSHKey], Sequence[SSHKey], Sequence[SSHKey]]:
    keys, authorities, revoked, *_ = known.match(host, "", port)
    return keys, authorities, revoked


def _unknown(address: Address, told: str) -> NotPermitted:
    port = "" if address.known_as == address.host else f"-p {address.port} "
    return NotPermitted(
        f"cannot trust {address.known_as}: its key is not known ({told}); `ssh-keyscan {port}{address.host}` shows it: "
        "check its fingerprint with whoever runs that server, then put the line into `host_key` or `known_hosts`"
    )
