"""One option of a sink: how it is called, read and explained."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sexton.config import values


class Key(NamedTuple):
    """`convert` reads a value of TOML, gives what JSON can have, and raises Unfit; a "secret:NAME" is kept as it is and
    never converted. `default` stands in where there is none, unless the key is `required`; None is left out. What a
    `secret` one holds is best written as "secret:NAME"."""

    name: str
    help: str
    convert: Callable[[Any], Any] = values.name
    default: Any = None
    required: bool = False
    secret: bool = False
