"""The scanner against tomllib: on random documents every key that tomllib sees has the line where it was written."""

import string
import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.config.lines import scan
from sexton.config.report import Path


class _Writer:
    """Numbers every key and list element, so that each can be found in the text again."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0

    def mark(self) -> str:
        self.count += 1
        return f"m{self.count}m"

    def key(self) -> str:
        mark = self.mark()
        shapes = [mark, f'"{mark}"', f"'{mark} = # [.'", f'"\\"{mark}]\\u0041 \'"']
        return self.draw(st.sampled_from(shapes))

    def dotted_key(self) -> str:
        dot = self.draw(st.sampled_from([".", " . ", "\t."]))
        return dot.join(self.key() for _ in range(self.draw(st.integers(1, 3))))

    def noise(self) -> str:
        return self.draw(st.sampled_from(["", " ", "\n", "# [x] = {\n", "\r\n", '\t# \'a\' """\n\n']))

    def line_end(self) -> str:
        return self.draw(st.sampled_from(["\n", "\r\n", " # x = [1\n", "\n\n\n", "\n  # '''\n"]))

    def value(self, depth: int) -> str:
        kind = self.draw(st.sampled_from(["bare", "string", "long"] + ["container"] * (depth > 0)))
        return self.container(depth - 1) if kind == "container" else self.scalar(kind)

    def container(self, depth: int) -> str:
        if self.draw(st.booleans()):
            pairs = [f" {self.dotted_key()} = {self.value(depth)} " for _ in range(self.draw(st.integers(0, 2)))]
            return "{" + ",".join(pairs) + "}"
        items = [self.noise() + self.element(depth) + self.noise() for _ in range(self.draw(st.integers(0, 3)))]
        comma = self.draw(st.sampled_from(["", ","])) if items else ""
        return f"[{','.join(items)}{comma}{self.noise()}]"

    def element(self, depth: int) -> str:
        """A list's element begins with its mark, unless it is a list or table of marked things."""
        if depth > 0 and self.draw(st.booleans()):
            return self.container(depth - 1)
        mark = self.mark()
        return self.draw(st.sampled_from([f'"{mark}"', f"'{mark}'", f'"""{mark}\n]"""', f"'''{mark}\n,'''"]))

    def scalar(self, kind: str) -> str:
        bare = ["1", "-1.5e3", "true", "1979-05-27 07:32:00", "0x1F", "inf", "07:32:00"]
        short = ['""', "''", '"a#]\\"}\\\\"', "'a\\'", '"="']
        inner = self.draw(st.text(string.ascii_letters + " #[]{}=,\n'", max_size=12)).replace("'''", "")
        long = [f'"""{inner}\\""" """', f'"""{inner}x"""""', f"'''{inner}x'''", '"""\\\\"""', "''''a'''''", '""""""']
        return self.draw(st.sampled_from({"bare": bare, "string": short, "long": long}[kind]))

    def document(self) -> str:
        text = self.noise() + self.pairs()
        arrays: list[str] = []
        for _ in range(self.draw(st.integers(0, 4))):
            text += self.header(arrays) + self.line_end() + self.pairs()
        return text

    def header(self, arrays: list[str]) -> str:
        """A new table, a new array of tables, one more element of an array, or a table below its last element."""
        kind = self.draw(st.sampled_from(["table", "array"] + ["more", "below"] * bool(arrays)))
        if kind == "table":
            return f"[{self.dotted_key()}]"
        if kind == "array":
            arrays.append(self.dotted_key())
            return f"[[{arrays[-1]}]]"
        name = self.draw(st.sampled_from(arrays))
        return f"[[ {name} ]]" if kind == "more" else f"[ {name}.{self.dotted_key()} ]"

    def pairs(self) -> str:
        pairs = [f"{self.dotted_key()} = {self.value(3)}{self.line_end()}" for _ in range(self.draw(st.integers(0, 3)))]
        return "".join(pairs)


@st.composite
def documents(draw: st.DrawFn) -> str:
    return _Writer(draw).document()


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not isinstance(value, dict | list):
        yield path, value
    for key, item in items:
        yield from leaves(item, (*path, key))


def mark_in(text: Any) -> str:
    return str(text)[str(text).index("m") : str(text).rindex("m") + 1]


def line_of(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1


@given(documents())
@settings(derandomize=True, max_examples=150, deadline=None)
def test_every_leaf_has_its_line_when_documents_are_random(text: str) -> None:
    places = scan(text)
    for path, value in leaves(tomllib.loads(text)):
        mark = mark_in(path[-1] if isinstance(path[-1], str) else value)
        assert places.lines[path] == line_of(text, mark), (path, text)


@given(documents())
@settings(derandomize=True, max_examples=50, deadline=None)
def test_nothing_has_a_line_that_tomllib_does_not_see(text: str) -> None:
    seen: set[Path] = set()
    todo: list[tuple[Path, Any]] = [((), tomllib.loads(text))]
    while todo:
        path, value = todo.pop()
        seen.add(path)
        items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        todo += [((*path, key), item) for key, item in items]
    assert scan(text).lines.keys() == seen - {()}


TEXT = """\
top = 1
[jobs.ingest]     # the table's line
command = '''
a
b'''
env = { A = "1", "B.C" = 0o22 }
after = [
  "x", # first
  { job = "y" },
]
[[steps]]
a.b = 1979-05-27 07:32:00   # when
[[steps]]
a.c = true
[steps.more]
d = 2
"""


def test_lines_are_those_of_the_keys_when_values_span_lines() -> None:
    lines = scan(TEXT).lines
    assert lines["jobs",] == lines["jobs", "ingest"] == 2
    assert (lines["jobs", "ingest", "command"], lines["jobs", "ingest", "env", "B.C"]) == (3, 6)
    after = ("jobs", "ingest", "after")
    assert (lines[after], lines[*after, 0], lines[*after, 1, "job"]) == (7, 8, 9)


def test_each_element_has_its_lines_when_tables_form_an_array() -> None:
    lines = scan(TEXT).lines
    assert (lines["steps",], lines["steps", 0], lines["steps", 1]) == (11, 11, 13)
    assert (lines["steps", 0, "a", "b"], lines["steps", 1, "a", "c"], lines["steps", 1, "more", "d"]) == (12, 14, 16)


def test_numbers_and_dates_are_kept_as_written() -> None:
    written = scan(TEXT).written
    assert written["jobs", "ingest", "env", "B.C"] == "0o22"
    assert written["steps", 0, "a", "b"] == "1979-05-27 07:32:00"


def test_the_line_is_the_nearest_table_s_when_a_key_was_not_written() -> None:
    assert scan(TEXT).line(("jobs", "ingest", "schedule")) == 2
    assert scan(TEXT).line(("sexton", "state")) == 0
