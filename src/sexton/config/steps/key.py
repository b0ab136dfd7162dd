"""One option of a step: how it is called, read and explained, in a plan and on a command line alike."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sexton.config import values

Faults = Iterator[tuple[str, str]]  # what cannot work of options together: a key of them, and why


def as_text(word: str) -> Any:
    """An argument of a command line stands for the string that it is."""
    return word


def as_json(word: str) -> Any:
    """An argument of a command line is JSON."""
    import json

    try:
        return json.loads(word)
    except ValueError as error:
        raise values.Unfit(f"{values.shown(word)} is no JSON: {error}") from None


class Key(NamedTuple):
    """`name` as it is written in a plan, and as `--name` with dashes on a command line; the field of the step's options
    is the same word, with an underscore after it where Python keeps it for itself.

    `convert` reads a value of TOML and raises Unfit; `default` stands in where there is none, unless it is `required`.
    In a `dated` one `%Y/%m/%d` stand for the run's fire time, and a path counts from the job's `cwd`. `word` reads an
    argument of a command line into what TOML would have. A `secret` one is never shown, and is best written as
    "secret:NAME". With `positional`, it is given by its place on a command line, without a name.
    A `schema` is a file with a Table Schema."""

    name: str
    help: str
    convert: Callable[[Any], Any] = values.name
    default: Any = None
    required: bool = False
    dated: bool = False
    secret: bool = False
    positional: bool = False
    word: Callable[[str], Any] = as_text
    metavar: str = ""
    schema: bool = False

    @property
    def field(self) -> str:
        """What it is called in Python."""
        from keyword import iskeyword

        return f"{self.name}_" if iskeyword(self.name) else self.name
