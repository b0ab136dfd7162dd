"""What is wrong with a value, a row or a file, in words for a person. The words of a reason are few; what varies with
the value is its detail, so that reasons can be counted."""

from typing import NamedTuple


class Unfit(Exception):
    """A text that is no value of its column; the message is the reason."""


class Fault(NamedTuple):
    """`column` is empty where a whole row or file is meant."""

    reason: str
    column: str = ""
    value: str = ""
    detail: str = ""
