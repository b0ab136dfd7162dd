"""`key=value` pairs on one line."""

from typing import Any

import pytest

from sexton.config.pairs import read_pairs
from sexton.config.values import Unfit


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", {}),
        (" a=b ", {"a": "b"}),
        ("a=1 b=-2 c=1.5 d=true e=false", {"a": 1, "b": -2, "c": 1.5, "d": True, "e": False}),
        ("a=010 b=1h c=True d=1.2.3 e=inf", {"a": "010", "b": "1h", "c": "True", "d": "1.2.3", "e": "inf"}),
        ("""a = "x y" b='"]' c="\\"z" """, {"a": "x y", "b": '"]', "c": '"z'}),
        ('a=[1, "]", [2]] b={ c = "}", d = [] }', {"a": [1, "]", [2]], "b": {"c": "}", "d": []}}),
        ("a=/x#y=z\tb=ü", {"a": "/x#y=z", "b": "ü"}),
    ],
)
def test_values_are_toml_s_or_bare_words(text: str, pairs: dict[str, Any]) -> None:
    read = list(read_pairs(text))
    assert {pair.key: pair.value for pair in read} == pairs
    assert [type(pair.value) for pair in read] == [type(value) for value in pairs.values()]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name", 'cannot read "name"'),
        ("a=b, c", 'cannot read "c"'),
        ("a=", "`a` has no value"),
        ('a="b', '`a`: "\\"b" is not closed'),
        ("a=[1, [2]", '`a`: "[1, [2]" is not closed'),
        ('a="b"c=d', '`a`: "c=d" follows its value'),
        ("a={ b }", '`a`: "{ b }" is no TOML value'),
        ("a=]", ""),
    ],
)
def test_what_is_no_pair_is_refused(text: str, problem: str) -> None:
    if not problem:  # a bare word may hold anything but blanks
        assert [pair.value for pair in read_pairs(text)] == ["]"]
        return
    with pytest.raises(Unfit) as caught:
        list(read_pairs(text))
    assert str(caught.value).startswith(problem)
