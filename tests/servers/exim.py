"""A real mail server, Debian's Exim: with login and TLS, delivering to Maildirs.

with Exim() as server: … server.mails("ops")

A process of it has each connection, as inetd(8) would have it, so it is ready at once and on a free port. It knows the
users in USERS, and takes mail from whoever logs in, as USER, over TLS. It needs root: on such a port Exim talks to no
connection that an ordinary user hands it.
"""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.servers.ca import Authority
from tests.servers.mouth import Mouth

USERS = ("ops", "dev")
USER, PASSWORD = "sexton", "correct horse"

_CONFIGURATION = """
primary_hostname = localhost
spool_directory = {folder}/spool
log_file_path = {folder}/log-%s
never_users =
deliver_drop_privilege = true
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = *
tls_certificate = {authority.chain}
tls_privatekey = {authority.key}
message_size_limit = 1M
acl_smtp_rcpt = check
begin acl
check:
  deny !authenticated = *
       message = who are you
  require verify = recipient
  accept
begin routers
known:
  driver = accept
  local_parts = {users}
  transport = maildir
begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {folder}/mail/$local_part_data
  create_directory
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = ${{if def:tls_in_cipher}}
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


class Exim:
    """`ca` is the file that it is trusted by, as localhost; `tls` from the first byte, else by STARTTLS. A context
    manager."""

    def __init__(self, *, tls: bool = False) -> None:
        self._tls = tls
        self._mouth = Mouth(self._talk)

    @property
    def port(self) -> int:
        return self._mouth.port

    def __enter__(self) -> "Exim":
        self._folder = Path(tempfile.mkdtemp(prefix="sexton-exim-"))
        self._authority = Authority(self._folder, "localhost")
        self.ca = self._authority.ca
        for path in (self._authority.chain, self._authority.key):
            shutil.chown(path, "Debian-exim")  # and are read as that
        shutil.chown(self._folder, "Debian-exim")  # which root's Exim becomes, for a configuration of one's own
        self._configuration = self._folder / "exim.conf"
        self._configuration.write_text(
            _CONFIGURATION.format(
                folder=self._folder,
                authority=self._authority,
                users=" : ".join(USERS),
                user=USER,
                password=PASSWORD,
            )
        )
        self._mouth.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._mouth.__exit__()
        shutil.rmtree(self._folder)

    def mails(self, user: str) -> list[EmailMessage]:
        """What has been delivered to a user, when all connections have ended. It takes no more then."""
        self._mouth.__exit__()
        return list(self._read(user))

    @property
    def log(self) -> str:
        return "".join(file.read_text("utf-8", "replace") for file in sorted(self._folder.glob("log-*")))

    def _read(self, user: str) -> Iterator[EmailMessage]:
        for file in sorted((self._folder / "mail" / user / "new").glob("*")):
            message = message_from_bytes(file.read_bytes(), policy=default)
            assert isinstance(message, EmailMessage)
            yield message

    def _talk(self, _: Mouth, connection: socket.socket) -> None:
        connection.settimeout(None)
        command = ["/usr/sbin/exim4", "-C", str(self._configuration), "-bs", "-odf"]
        command += ["-tls-on-connect"] if self._tls else []
        subprocess.run(
            command, stdin=connection.fileno(), stdout=connection.fileno(), stderr=subprocess.DEVNULL, check=False
        )
