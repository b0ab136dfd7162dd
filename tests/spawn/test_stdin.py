"""Text on standard input: all of it, from its beginning, for each process anew."""

import pytest

from sexton.model.errors import SpawnError
from sexton.model.process import Process
from tests.spawn.conftest import ENV, Nursery


def said(nursery: Nursery, stdin: str | None, *argv: str) -> bytes:
    child = nursery.spawner.spawn(Process(argv, stdin=stdin), ENV)
    nursery.children.append(child)
    return nursery.output(child)


@pytest.mark.parametrize("text", ["one\ntwo\n", "no line end", "\x01ü\udcff", "x" * 1_000_000], ids=len)
def test_a_process_reads_its_text_to_the_end(nursery: Nursery, text: str) -> None:
    assert said(nursery, text, "cat") == text.encode(errors="surrogateescape")


@pytest.mark.parametrize("text", [None, ""])
def test_a_process_reads_nothing_when_there_is_no_text(nursery: Nursery, text: str | None) -> None:
    assert said(nursery, text, "cat") == b""


def test_each_process_reads_from_the_beginning(nursery: Nursery) -> None:
    process = "sh", "-c", "read first; echo $first; cat /dev/stdin"
    assert [said(nursery, "a\nb\n", *process) for _ in range(2)] == [b"a\na\nb\n"] * 2


def test_nothing_is_left_over_when_the_start_fails(nursery: Nursery) -> None:
    """The nursery looks for descriptors."""
    with pytest.raises(SpawnError, match="nowhere"):
        nursery.spawner.spawn(Process(("/nowhere/at-all",), stdin="text"), ENV)
