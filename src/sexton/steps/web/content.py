"""What an answer brings: read in pieces, and as it is."""

from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException

from sexton.steps.errors import StepError, Temporary
from sexton.steps.web.address import shown
from sexton.steps.web.ask import Answer

_CHUNK = 1 << 18
_READ = 4_000  # bytes of an answer that are looked at for a message
_SHOWN = 200  # characters of it that are shown


def chunks(answer: Answer, doing: str) -> Iterator[bytes]:
    """Raises Temporary when it is cut."""
    try:
        while chunk := answer.response.read1(_CHUNK):
            yield chunk
    except (HTTPException, ValueError) as error:
        raise Temporary(f"cannot {doing} {shown(answer.url)}: it was cut ({type(error).__name__})") from error


def beginning(answer: Answer) -> str:
    """The first words of what a server says, on one line, for a message."""
    with suppress(StepError):  # it was for a message only
        said = next(chunks(answer, "read"), b"")[:_READ].decode("utf-8", "replace")
        words = " ".join(said.split())
        return "".join(char for char in words if char.isprintable())[:_SHOWN]
    return ""


def refuse_encoded(answer: Answer, name: str, doing: str) -> None:
    """What is encoded has another size and other content than the file; only a `.gz` may be said to be gzip, as some
    servers say of a file that is."""
    encoding = answer.response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity") or (encoding in ("gzip", "x-gzip") and name.endswith((".gz", ".tgz"))):
        return
    raise StepError(
        f"cannot {doing} {shown(answer.url)}: it came encoded as {encoding[:40]!r}, which was not asked for"
    )
