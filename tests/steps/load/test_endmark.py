r"""A line of `\.`, which PostgreSQL takes for the end, on its way there: for any chunks it may come in."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from sexton.steps.load.endmark import without_end_marks

texts = st.lists(st.sampled_from([b"\\", b".", b"\\.", b"\n", b"\r\n", b'"', b'""', b"a", b","]), max_size=40).map(
    b"".join
)


def in_chunks(text: bytes, sizes: list[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        if text[at : at + size]:
            yield text[at : at + size]
        at += size
    if text[at:]:
        yield text[at:]


def one_by_one(text: bytes) -> bytes:
    """What is meant, line by line."""
    lines, quoted = [], False
    for line in _lines(text):
        if not quoted and line in (b"\\.\n", b"\\.\r\n"):
            line = b'"\\."' + line[2:]
        else:
            quoted ^= line.count(b'"') % 2 == 1
        lines.append(line)
    return b"".join(lines)


def _lines(text: bytes) -> list[bytes]:
    lines = text.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + lines[-1:]


@given(texts, st.lists(st.integers(1, 6), max_size=30))
def test_a_line_that_would_end_it_all_is_quoted_and_nothing_else_whatever_the_chunks(
    text: bytes, sizes: list[int]
) -> None:
    asked: list[int] = []

    def is_quoted(size: int) -> bool:
        asked.append(size)
        return text[:size].count(b'"') % 2 == 1

    assert b"".join(without_end_marks(in_chunks(text, sizes), is_quoted)) == one_by_one(text)
    assert len(asked) <= 1


def test_what_has_no_such_line_goes_on_as_it_is() -> None:
    chunks = [b"a,b\n1,\\", b"\\.x\\n\n", b"2,\\."]

    def never(_: int) -> bool:
        raise AssertionError

    assert list(without_end_marks(iter(chunks), never)) == chunks
