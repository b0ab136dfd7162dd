"""The step `http`: one request to a web server, whose answer is as expected, and counted or handed on as a file.

What is asked for happens at least once: who dies before the answer is in its place asks again, with the same
`Idempotency-Key`. Invariant: an answer that is in its place, whole, is not asked for again by the same run.
"""

from collections.abc import Iterator
from contextlib import closing

from sexton.config.steps.http import Options, verify
from sexton.steps.dated import dated
from sexton.steps.deadline import Deadline
from sexton.steps.errors import StepError, Temporary
from sexton.steps.http.request import DOING, request_of
from sexton.steps.http.save import kept, name_of, save
from sexton.steps.manifest import Entry, Manifest
from sexton.steps.options import refuse
from sexton.steps.troubles import told
from sexton.steps.web.address import shown, split
from sexton.steps.web.ask import Access, Answer, ask, refusal
from sexton.steps.web.content import beginning, chunks, refuse_encoded
from sexton.steps.work import Work


def run(options: Options, work: Work) -> Manifest:
    refuse(verify(options))
    url = split(dated(options.url, work.fire_time))
    name = name_of(options.filename, url) if options.into else ""
    with told(DOING):
        entry = kept(work)
        if entry is not None:
            print(f"kept {entry.path} of an earlier attempt", flush=True)
            return Manifest((*work.input.files, entry))
        request = request_of(options, work)
        with closing(ask(request, url, _access(options), Deadline(options.deadline))) as answer:
            _judge(answer, options)
            return Manifest((*work.input.files, *_take(answer, name, options, work)))


def _access(options: Options) -> Access:
    return Access(
        options.username,
        options.password,
        options.token,
        tuple(options.headers.items()),
        options.ca,
        options.allow_plaintext,
    )


def _judge(answer: Answer, options: Options) -> None:
    is_expected = answer.status in options.expect if options.expect else 200 <= answer.status < 300
    if not is_expected:
        text = beginning(answer)
        raise refusal(answer, DOING, f": {text}" if text else "")


def _take(answer: Answer, name: str, options: Options, work: Work) -> Iterator[Entry]:
    """Read the whole answer; as a file, where one is wanted."""
    pieces, size = _pieces(answer, options.max_size), 0
    if options.into:
        refuse_encoded(answer, name, DOING)
        entry = save(pieces, options.into, name, work)
        size = entry.size
        yield entry
    else:
        size = sum(map(len, pieces))
    where = f", as {entry.path}" if options.into else ""
    print(f"called {shown(answer.url)}: {answer.said}, {size:,} bytes{where}", flush=True)
    work.report.count(bytes=size)
    work.report.summary("answer", answer.said)


def _pieces(answer: Answer, most: int) -> Iterator[bytes]:
    """All of the answer, or an error."""
    where, size = shown(answer.url), 0
    too_large = StepError(f"cannot {DOING} {where}: its answer is larger than `max_size`, {most:,} bytes")
    if (answer.response.length or 0) > most:
        raise too_large
    for piece in chunks(answer, DOING):
        size += len(piece)
        if size > most:
            raise too_large
        yield piece
    if answer.response.length:
        raise Temporary(f"cannot {DOING} {where}: its answer ended {answer.response.length:,} bytes too soon")
