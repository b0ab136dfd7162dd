"""A file of a web server: one address is one file. It says its version with ETag or Last-Modified (RFC 9110), and goes
on at an offset (Range) only for the very version that we have the beginning of (If-Range).
"""

import re
from collections.abc import Iterator
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from http.client import HTTPMessage
from typing import Any
from urllib.parse import unquote

from sexton.config.steps.fetch import Options
from sexton.model.units import SECOND, Instant
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.fetch.source import Found, Stream, of_one_file
from sexton.steps.web.address import shown, split
from sexton.steps.web.ask import Access, Answer, Request, ask, refusal
from sexton.steps.web.content import chunks, refuse_encoded

_OF_A_FILE = (200, 206, 304, 416)
_TAG = re.compile(r'(W/)?"[!#-~]{0,500}"')
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")


def source(address: str, options: Options, deadline: Deadline) -> "WebFile":
    """Raises Misconfigured."""
    access = Access(
        options.username,
        options.password,
        options.token,
        tuple(options.headers.items()),
        options.ca,
        options.allow_plaintext,
    )
    return WebFile(address, access, deadline)


class WebFile:
    """Implements Source."""

    def __init__(self, address: str, access: Access, deadline: Deadline) -> None:
        self._url = split(address)
        self._access = access
        self._deadline = deadline
        self._name = unquote(self._url.path).rpartition("/")[2]
        self._answer: Answer | None = None
        if not self._name:
            raise Misconfigured(f"cannot fetch {shown(self._url)}: the address of a file is meant, not of a folder")

    def list(self) -> Iterator[Found]:
        yield Found(self._url._replace(netloc=self._url.netloc.rpartition("@")[2]).geturl(), self._name)

    def open(self, found: Found, offset: int = 0, held: Found | None = None) -> Stream | None:
        conditions = _conditions(offset, held)
        answer = self._get(conditions)
        if answer.status == 304 and conditions:
            return None
        goes_on = answer.status == 206 and _goes_on(answer.response.headers, offset, held)
        if answer.status in (206, 416) and not goes_on:
            answer = self._get({})  # what we have is of no use to this server
        where = shown(answer.url)
        if answer.status != 200 and not goes_on:
            raise StepError(f"cannot fetch {where}: {answer.status} was not asked for")
        offset = offset if goes_on else 0
        refuse_encoded(answer, found.name, "fetch")
        length = answer.response.length
        now = _version(answer.response.headers, found, None if length is None else offset + length)
        return Stream(now, offset, chunks(answer, "fetch"))

    def close(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None

    def _get(self, conditions: dict[str, str]) -> Answer:
        self.close()
        request = Request(headers=tuple(conditions.items()))
        self._answer = ask(request, self._url, self._access, self._deadline)
        if self._answer.status not in _OF_A_FILE:
            with of_one_file():
                raise refusal(self._answer, "fetch")
        return self._answer


def _conditions(offset: int, held: Found | None) -> dict[str, str]:
    if held is None:
        return {}
    if offset and not _can_go_on(held):
        return {}
    if offset:
        return {"Range": f"bytes={offset}-", "If-Range": held.tag or _as_date(held.modified)}
    conditions = {"If-None-Match": held.tag} if held.tag else {}
    return conditions or ({"If-Modified-Since": _as_date(held.modified)} if held.modified else {})


def _goes_on(headers: HTTPMessage, offset: int, held: Found | None) -> bool:
    """Whether a partial answer is what was asked for: the rest, from `offset` on, of the version that is held."""
    match = _RANGE.fullmatch(headers.get("Content-Range", ""))
    if match is None or held is None or (int(match[1]), int(match[2]) + 1) != (offset, int(match[3])):
        return False
    same = held.tag == (_tag(headers) or held.tag)
    return same and held.size in (None, int(match[3]))


def _version(headers: HTTPMessage, found: Found, size: int | None) -> Found:
    return Found(found.address, found.name, size, _instant(headers.get("Last-Modified")), _tag(headers))


def _tag(headers: HTTPMessage) -> str:
    """The ETag, when it is one: it is sent back to the server as it is."""
    tag = headers.get("ETag", "")
    return tag if _TAG.fullmatch(tag) else ""


def _instant(text: Any) -> Instant | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()) * SECOND


def _as_date(modified: Instant | None) -> str:
    return formatdate((modified or 0) / SECOND, usegmt=True)


def _can_go_on(version: Found) -> bool:
    """Whether the rest of this version can be asked for: a weak ETag says too little (RFC 9110, 13.1.5)."""
    return not version.tag.startswith("W/") and bool(version.tag or version.modified)
