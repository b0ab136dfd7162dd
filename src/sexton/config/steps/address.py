"""Addresses in the options of steps: what can be reached by their schemes, and whether a password stands in them.

What fsspec reaches is told by its protocols' names and the package that it wants for each, for fsspec itself is too
large to be asked. A scheme that a package of somebody's has brought (the entry points `fsspec.specs`) is taken, too.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from sexton.config import values
from sexton.config.suggest import hint
from sexton.config.values import Unfit

Doubts = Iterator[tuple[str, str]]  # keys, and what may be wrong with them

# Compiled, and then kept by `re`, when an address wants them: most values of options are none.
_SCHEME = r"(?i)([a-z][a-z0-9+.-]*)://"
_PASSWORD = r"(?is)[a-z][a-z0-9+.-]*://(?:[^/?#@]*:[^/@]+@|[^#]*[?&](?:ssl)?password=[^&#])"
_WEB = r"(?i)https?://[^/?#\s]"
_OWN = ("file", "sftp", "http", "https")

# By the module that fsspec wants; those of fsspec's own alone want none.
_WANTED = {
    "s3fs": "s3 s3a",
    "gcsfs": "gs gcs",
    "adlfs": "abfs abfss adl az",
    "ocifs": "oci ocilake",
    "ossfs": "oss",
    "webdav4": "webdav",
    "smbclient": "smb",
    "huggingface_hub": "hf",
    "dropboxdrivefs": "dropbox",
    "boxfs": "box",
    "gdrive_fsspec": "gdrive",
    "pyarrow": "hdfs arrow_hdfs",
    "requests": "webhdfs dbfs github gist jlab jupyter",
    "pygit2": "git",
    "paramiko": "ssh",
    "libarchive": "libarchive",
    "lakefs_spec": "lakefs",
    "fsspec_xrootd": "root",
    "wandbfs": "wandb",
    "tosfs": "tos tosfs",
    "pyopendal": "opendal",
    "fsspec": "ftp memory zip tar data dir local reference generic cached blockcache filecache simplecache",
}
_MODULES = {scheme: module for module, schemes in _WANTED.items() for scheme in schemes.split()}
_PACKAGES = {"smbclient": "smbprotocol"}  # which are not called as their module


def scheme_of(address: str) -> str:
    """In small letters; empty for a path."""
    match = re.match(_SCHEME, address)
    return match[1].lower() if match else ""


def reachable(convert: Callable[[Any], Any]) -> Callable[[object], Any]:
    """What `convert` reads, an address or several, of schemes that something can reach."""

    def read(value: object) -> Any:
        found = convert(value)
        for address in (found,) if isinstance(found, str) else found:
            _reach(scheme_of(address))
        return found

    return read


def _reach(scheme: str) -> None:
    if not scheme or scheme in _OWN or scheme in _MODULES or _is_registered(scheme):
        return
    guess = hint(scheme, (*_OWN, *_MODULES))
    raise Unfit(f"nothing reaches {scheme}://, neither Sexton nor a package that fsspec knows; {guess}")


def _is_registered(scheme: str) -> bool:
    from importlib.metadata import entry_points

    return any(entry.name == scheme for entry in entry_points(group="fsspec.specs"))


def lacking(key: str, addresses: tuple[str, ...]) -> Doubts:
    """Which package for an address is not on this machine."""
    from importlib.util import find_spec

    for scheme in dict.fromkeys(map(scheme_of, addresses)):
        module = _MODULES.get(scheme)
        if module and find_spec(module) is None:
            package = _PACKAGES.get(module, module)
            yield key, f"{scheme}:// needs the package {package}, which is not here; pip install {package}"


def web(value: object) -> str:
    if not re.match(_WEB, values.name(value)):
        scheme = scheme_of(values.name(value))
        what = f"{scheme}:// is not spoken here" if scheme else "it is no address of the web"
        raise Unfit(f'{what}; "https://HOST/…" is meant')
    return values.name(value)


def bears_password(value: object) -> bool:
    """Whether a password stands in an address, or in one of a list."""
    if isinstance(value, list | tuple):
        return any(map(bears_password, value))
    return isinstance(value, str) and "://" in value and re.match(_PASSWORD, value) is not None
