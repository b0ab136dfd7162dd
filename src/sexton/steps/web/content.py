"""What an answer brings: read in pieces, and as it is."""

from collections.abc import Iterator
from http.client import HTTPException

from sexton.steps.errors import StepError, Temporary
from sexton.steps.web.address import shown
from sexton.steps.web.ask import Answer

_CHUNK = 1 << 18


def chunks(answer: Answer, doing: str) -> Iterator[bytes]:
    """Raises Temporary when it is cut."""
    try:
        while chunk := answer.response.read1(_CHUNK):
            yield chunk
    except (HTTPException, ValueError) as error:
        raise Temporary(f"cannot {doing} {shown(answer.url)}: it was cut ({type(error).__name__})") from error


def refuse_encoded(answer: Answer, name: str, doing: str) -> None:
    """What is encoded has another size and other content than the file; only a `.gz` may be said to be gzip, as some
    servers say of a file that is."""
    encoding = answer.response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity") or (encoding in ("gzip", "x-gzip") and name.endswith((".gz", ".tgz"))):
        return
    raise StepError(
        f"cannot {doing} {shown(answer.url)}: it came encoded as {encoding[:40]!r}, which was not asked for"
    )
