"""KEY=VALUE files, line by line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.config.env_file import EnvLine, parse_env


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("A=b", "A", "b"),
        ("  A=b  ", "A", "b"),
        ("export A=b", "A", "b"),
        ("A=", "A", ""),
        ("A= # nothing", "A", ""),
        ("A=b c # why", "A", "b c"),
        ("A=b#c", "A", "b#c"),
        ("A=#c", "A", "#c"),
        ("A=b=c", "A", "b=c"),
        ("A='b # \\n' # why", "A", "b # \\n"),
        ('A="b # \\"c\\"\\n\\\\\\$"', "A", 'b # "c"\n\\$'),
        ('A="\\d"', "A", "\\d"),
        ("A=''", "A", ""),
        ('A=""', "A", ""),
        ("A=it's", "A", "it's"),
        ("A=${B}$C", "A", "${B}$C"),
        ("spring.main.port_2-x=8", "spring.main.port_2-x", "8"),
        ("A=b\r", "A", "b"),
    ],
)
def test_a_line_gives_a_variable(line: str, key: str, value: str) -> None:
    assert list(parse_env(line)) == [EnvLine(1, key, value)]


def test_empty_lines_and_comments_say_nothing() -> None:
    assert list(parse_env("\n  \n# A=b\n  # c\r\nA=1\n")) == [EnvLine(5, "A", "1")]


QUOTES = "the quotes after `A=` do not close, or something follows them"
NAME = "no variable's name before `=`; letters, digits and _ without spaces around them are meant"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("A", "no `=` in the line; KEY=VALUE or a # comment is meant"),
        ("A='b", QUOTES),
        ('export A="b" c', QUOTES),
        ('A="b\\"', QUOTES),
        ("=b", NAME),
        ("A =b", NAME),
        ("9A=b", NAME),
        ("A=\0", "the value holds a NUL character, which no process can be given"),
    ],
)
def test_a_bad_line_is_explained_without_its_value(line: str, problem: str) -> None:
    assert list(parse_env("# head\n" + line)) == [EnvLine(2, "", "", problem)]


@given(st.text(st.characters(exclude_characters="\n\0'", exclude_categories=["Cs"])))
@settings(derandomize=True, max_examples=100)
def test_single_quotes_keep_every_character(value: str) -> None:
    assert list(parse_env(f"A='{value}'")) == [EnvLine(1, "A", value)]
