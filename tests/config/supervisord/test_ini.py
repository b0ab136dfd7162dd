"""INI text is read as Python's own configparser reads it, and every key has its line."""

import sys
from configparser import ParsingError, RawConfigParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.config.supervisord.ini import Ini

PIECES = [
    "[a]",
    "[a:b]",
    "[DEFAULT]",
    "[",
    "]",
    "k",
    "K2",
    "=",
    ":",
    " ",
    "  ",
    "\t",
    ";",
    "#",
    " ;",
    " #",
    "v",
    "\n",
    "\n ",
    "%(x)s",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def theirs(text: str) -> tuple[dict[str, dict[str, str]], bool]:
    parser = RawConfigParser(strict=False, inline_comment_prefixes=(";", "#"))
    failed = False
    try:
        parser.read_string(text)
    except ParsingError:
        failed = True
    return {name: dict(parser.items(name)) for name in parser.sections()}, failed


def ours(text: str) -> tuple[dict[str, dict[str, str]], bool]:
    ini = Ini()
    problems = ini.read(text, "x.conf")
    return {name: {key: option.value for key, option in ini.options(name).items()} for name in ini.sections}, bool(
        problems
    )


@given(TEXTS)
def test_it_is_read_as_configparser_reads_it(text: str) -> None:
    sections, failed = theirs(text)
    if failed:
        assert ours(text)[1]
    else:
        assert ours(text) == (sections, False)


@given(
    st.lists(
        st.sampled_from(
            [
                *(["a;b ;c #d"] if sys.version_info < (3, 13) else []),
                "a#b",
                "a ; b",
                "a #b;c",
                ";",
                "x;y",
                "; a",
                " #",
                "a\t;b",
            ]
        ),
        max_size=6,
    )
)
def test_comments_end_values_where_configparser_ends_them(values: list[str]) -> None:
    text = "[s]\n" + "".join(f"k{number}={value}\n" for number, value in enumerate(values))
    assert ours(text) == theirs(text)


def test_every_key_knows_its_file_and_line() -> None:
    ini = Ini()
    ini.read("; a comment\n[program:a]\ncommand = x\n  y\n\nPriority: 3\n", "main.conf")
    ini.read("[program:a]\npriority=4\n", "more.conf")
    options = ini.options("program:a")
    assert (options["command"].value, options["command"].line) == ("x\ny", 3)
    assert options["priority"] == ("4", "more.conf", 2, "priority")
    assert ini.places["program:a"] == ("main.conf", 2)


@pytest.mark.parametrize(("text", "line"), [("x=1\n", 1), ("[a]\nx\n", 2), ("[a]\n=1\n", 2), ("\n\n[\n", 3)])
def test_a_line_that_means_nothing_is_named(text: str, line: int) -> None:
    (problem,) = Ini().read(text, "x.conf")
    assert (problem.line, problem.file) == (line, "x.conf")
