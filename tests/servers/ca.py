"""A certificate authority of the tests' own: certificates for names on loopback, and files to trust it by."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """`ca` is the file that a client trusts it by; `chain` and `key` are what a server for `names` shows."""

    def __init__(self, folder: Path, *names: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA()
        certificate = authority.issue_cert(*(names or ("localhost", "127.0.0.1")))
        self.ca, self.chain, self.key = (str(folder / name) for name in ("ca.pem", "chain.pem", "key.pem"))
        authority.cert_pem.write_to_path(self.ca)
        Path(self.chain).write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
        certificate.private_key_pem.write_to_path(self.key)

    @property
    def serving(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.chain, self.key)
        return context
