"""The last lines by reading backwards, against cutting the whole text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.api.resources.tail import TailSearch


def last_lines(data: bytes, lines: int) -> bytes:
    whole = data.split(b"\n")
    parts = [part + b"\n" for part in whole[:-1]] + ([whole[-1]] if whole[-1] else [])
    return b"".join(parts[max(len(parts) - lines, 0) :])


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    data=st.lists(st.sampled_from([b"\n", b"a", b"\r", b"bc\n", b"\xff"]), max_size=40).map(b"".join),
    lines=st.integers(0, 12),
    block=st.integers(1, 9),
)
def test_the_tail_begins_where_cutting_the_text_says(data: bytes, lines: int, block: int) -> None:
    search = TailSearch(lambda offset, size: data[offset : offset + size], len(data), lines, block)
    for _ in range(len(data) // block + 1):
        search.step()
    assert search.start is not None
    assert data[search.start :] == last_lines(data, lines)


def test_one_step_reads_one_block() -> None:
    reads: list[int] = []

    def read(_offset: int, size: int) -> bytes:
        reads.append(size)
        return b"x" * size

    search = TailSearch(read, 1000, 1, 100)
    reads.clear()
    search.step()
    assert (reads, search.start) == ([100], None)
