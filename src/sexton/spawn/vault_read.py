"""A child process that reads values from HashiCorp Vault's KV version 2 store, with hvac (the extra `sexton[vault]`).

Given addresses `mount/path#field`, it prints one JSON object: for each address `{"value": …}` or `{"problem": …}`.
Where Vault is, and who asks, is in VAULT_ADDR, VAULT_TOKEN or VAULT_TOKEN_FILE, VAULT_NAMESPACE and VAULT_CACERT.
Invariant: a problem never holds a value or the token.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

TIMEOUT = 10  # seconds for one request


class _Unread(Exception):
    """No value; the message says why, in our own words: those of others may quote what was sent."""


def main(addresses: Sequence[str]) -> int:
    try:
        client = _client(os.environ)
    except _Unread as error:
        found: dict[str, dict[str, str]] = {address: {"problem": str(error)} for address in addresses}
    else:
        found = {address: _read(client, address) for address in addresses}
    print(json.dumps(found))
    return 0


def _client(environ: Mapping[str, str]) -> Any:
    try:
        import hvac
    except ImportError:
        raise _Unread("reading Vault needs hvac; install sexton[vault]") from None
    url = environ.get("VAULT_ADDR")
    if not url:
        raise _Unread("VAULT_ADDR is not set; the address of Vault, such as https://vault.example.com:8200, is meant")
    return hvac.Client(
        url=url,
        token=_token(environ),
        timeout=TIMEOUT,
        verify=environ.get("VAULT_CACERT") or True,
        namespace=environ.get("VAULT_NAMESPACE") or None,
        allow_redirects=False,
    )


def _token(environ: Mapping[str, str]) -> str:
    token, file = environ.get("VAULT_TOKEN"), environ.get("VAULT_TOKEN_FILE")
    if bool(token) == bool(file):
        state = "are both set; set one of them" if token else "are not set; set one of them"
        raise _Unread(f"VAULT_TOKEN and VAULT_TOKEN_FILE {state}")
    if token:
        return token
    try:
        with open(str(file), encoding="utf-8") as opened:
            return opened.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise _Unread(f"cannot read {file}, which VAULT_TOKEN_FILE names: {why}") from None


def _read(client: Any, address: str) -> dict[str, str]:
    mount, _, rest = address.partition("/")
    path, _, field = rest.rpartition("#")
    try:
        answer = client.secrets.kv.v2.read_secret_version(path=path, mount_point=mount, raise_on_deleted_version=True)
        data = answer["data"]["data"]
    except Exception as error:  # noqa: BLE001  (whatever Vault, the network or TLS raise: the kind says enough)
        return {"problem": f"Vault gives no value: {_kind(error)}"}
    if field not in data:
        return {"problem": f"there is no field `{field}` in {mount}/{path}"}
    value = data[field]
    return {"value": value if isinstance(value, str) else json.dumps(value)}


def _kind(error: Exception) -> str:
    known = {
        "InvalidPath": "there is nothing at this path",
        "Forbidden": "permission denied",
        "Unauthorized": "the token is not accepted",
        "VaultDown": "Vault is sealed or down",
        "ConnectionError": "no connection to VAULT_ADDR",
        "ConnectTimeout": "no connection to VAULT_ADDR in time",
        "ReadTimeout": "no answer in time",
        "SSLError": "its certificate cannot be verified",
    }
    name = type(error).__name__
    return known.get(name, name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
