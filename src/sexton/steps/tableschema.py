"""The Table Schema that a step holds to, from its file; what it may say is config/steps/tableschema.py's affair."""

from sexton.config.steps.tableschema import LARGEST, Schema, of_bytes
from sexton.steps.errors import Misconfigured


def read(path: str) -> Schema:
    """Raises Misconfigured, naming the file and all that is wrong in it."""
    try:
        with open(path, "rb") as file:
            text = file.read(LARGEST + 1)
    except OSError as error:
        raise Misconfigured(f"cannot read the schema: {error.strerror} ({path})") from error
    try:
        return of_bytes(text)
    except ValueError as error:
        raise Misconfigured(f"cannot use the schema: {error} ({path})") from error
