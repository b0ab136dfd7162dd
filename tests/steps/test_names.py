"""What files may be called when others chose the name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.steps.manifest import is_inside
from sexton.steps.names import LONGEST_PART, fault, numbered, shown, unpacked

_NAMES = st.lists(st.text(min_size=1, max_size=6) | st.sampled_from(["..", ".", "a", "b.csv", ""]), max_size=5).map(
    "/".join
)


@pytest.mark.parametrize(
    "name", ["a.csv", "feed/2026/a b.csv", "größe.csv", "…", ".hidden", "-rf", "~", "a:b", "x" * 240]
)
def test_a_name_may_be_used_when_it_leads_to_somewhere_below(name: str) -> None:
    assert fault(name) is None
    assert shown(name) == (name if len(name) <= 200 else name[:200] + "…")


@pytest.mark.parametrize(
    "name",
    [
        "", "/etc/passwd", "../a", "a/../../b", "a//b", "a/", ".", "..", "a\\..\\b", "C:\\a", "a\nb", "a\rb", "\x1b[2J",
        "a\0b", "a\x85b", "\udcff", "a\u2028b", "a\u202egsv.exe", "x" * (LONGEST_PART + 1), "ö" * 121, "a/" * 16 + "b",
        "/".join(["x" * 200] * 6), ".sexton-1", "a/.sexton-1/b",
    ],
)  # fmt: skip
def test_a_name_is_refused_when_it_could_do_harm(name: str) -> None:
    assert fault(name) is not None
    assert shown(name).isprintable()


@given(_NAMES)
def test_every_name_without_fault_is_inside_and_stays_so_with_a_number(name: str) -> None:
    if fault(name) is None:
        assert is_inside(name)
        assert fault(numbered(name, 999)) in (None, "it is too long")
        assert is_inside(numbered(name, 999))


@given(_NAMES.filter(lambda name: fault(name) is None), st.integers(1, 1000), st.integers(1, 1000))
def test_numbers_give_different_names_when_they_differ(name: str, one: int, other: int) -> None:
    assert (numbered(name, one) == numbered(name, other)) == (one == other)


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("a.csv", "a-2.csv"),
        ("x/a.csv.gz", "x/a-2.csv.gz"),
        ("a", "a-2"),
        (".a", ".a-2"),
        ("a.b/c", "a.b/c-2"),
        (".gz", ".gz-2"),
    ],
)
def test_the_number_comes_before_the_endings(name: str, second: str) -> None:
    assert numbered(name, 2) == second


@pytest.mark.parametrize(
    ("name", "rest"),
    [("a.zip", "a"), ("x/a.tar.gz", "x/a"), ("a.csv.gz", "a.csv"), ("a.tgz", "a"), ("a.txz", "a"), ("a.tar", "a")],
)
def test_the_endings_of_archives_go_when_they_are_unpacked(name: str, rest: str) -> None:
    assert unpacked(name) == rest
