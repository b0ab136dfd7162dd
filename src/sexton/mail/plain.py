"""Content → the text part of a mail: for terminals, for whoever prefers it, and for search."""

from collections.abc import Iterator

from sexton.mail.content import Content

_WIDTH = 78


def plain(content: Content) -> str:
    return "\n".join(_lines(content)) + "\n"


def _lines(content: Content) -> Iterator[str]:
    heading = f"{content.title}: {content.badge}" if content.badge else content.title
    yield heading
    yield "=" * min(len(heading), _WIDTH)
    if content.intro:
        yield ""
        yield content.intro
    if content.facts:
        yield ""
        width = max(len(label) for label, _ in content.facts)
        yield from (f"{label:<{width}}  {value}" for label, value in content.facts)
    for piece in content.pieces:
        yield ""
        yield piece.heading
        yield "-" * min(len(piece.heading), _WIDTH)
        yield piece.text
    if content.remarks:
        yield ""
        yield from content.remarks
    if content.footer:
        yield ""
        yield "-- "
        yield content.footer
