"""What a mail says, before it is dressed as text or as HTML."""

from enum import StrEnum
from typing import NamedTuple


class Mood(StrEnum):
    """How something stands, for those who see a colour first."""

    GOOD = "good"
    BAD = "bad"
    CALM = "calm"


class Piece(NamedTuple):
    """Lines as they were written somewhere, such as a log's end, and what they are."""

    heading: str
    text: str


class Content(NamedTuple):
    """`title` is the subject of it, `badge` its outcome in a word; `facts` are labels and values; `remarks` say what is
    not as one would expect (something was cut off). No control characters in any of it, but newlines in the pieces."""

    title: str
    badge: str = ""
    mood: Mood = Mood.CALM
    intro: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    pieces: tuple[Piece, ...] = ()
    remarks: tuple[str, ...] = ()
    footer: str = ""
