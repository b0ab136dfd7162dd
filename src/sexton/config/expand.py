"""`${VAR}` in strings: the environment's values put in at load.

The forms are `${VAR}`, `${VAR:-default}` and `${VAR:?message}`, where, as in sh(1), `:-` and `:?` also answer for
an empty VAR, and a default may hold references of its own. `$$` is one dollar; a `$` before anything else is an
ordinary character. `NAME_FILE` beside an unset or empty `NAME` names a file to read instead (Docker's convention).
What cannot be replaced stands as it was written, and the result says so.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sexton.config.files import Unreadable, read_text

NO_KEYS: Mapping[str, str] = MappingProxyType({})
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-|:\?|\})")
_BRACES = re.compile(r"\$\$|\$\{|\}")
_LIVE_DOLLAR = re.compile(r"\$(?=[${])")
_DEEPEST = 16  # defaults within defaults
_VALUE_LIMIT = 1_000_000  # bytes of a NAME_FILE; the kernel takes 128 KiB per argument or variable


class Unexpanded(str):
    """A string in which a reference still stands: good to show, not to be parsed."""

    __slots__ = ()


class Expansion(NamedTuple):
    """`text` is an Unexpanded when `problem` or `warning` says why a reference could not be replaced."""

    text: str
    problem: str | None = None
    warning: str | None = None


class _Stuck(Exception):
    """A reference that cannot be replaced; `mild` when that is no harm unless jobs are to be run."""

    def __init__(self, message: str, *, mild: bool) -> None:
        self.mild = mild
        super().__init__(message)


class _Reference(NamedTuple):
    name: str
    operator: str  # ":-", ":?" or ""
    word: str  # the default or the message
    end: int

    @property
    def written(self) -> str:
        return f"${{{self.name}{self.operator}{self.word}}}"


class Expander:
    """Replaces references from one environment. When not `for_run`, no NAME_FILE is read and nothing need be set.
    `main` are keys of a supervisord.conf's main section that come from outside, as variables do."""

    __slots__ = ("environ", "for_run", "main", "used")

    def __init__(self, environ: Mapping[str, str], *, for_run: bool, main: Mapping[str, str] = NO_KEYS) -> None:
        self.main = main
        self.environ = environ
        self.for_run = for_run
        self.used: set[str] = set()  # the variables whose values stand in the plan

    def expand(self, text: str) -> Expansion:
        if "$" not in text:
            return Expansion(text)
        stuck: list[_Stuck] = []
        result = self._replace(text, stuck, 0)
        if not stuck:
            return Expansion(result)
        worst = next((one for one in stuck if not one.mild), stuck[0])
        if worst.mild and not self.for_run:
            return Expansion(Unexpanded(result), warning=str(worst))
        return Expansion(Unexpanded(result), problem=str(worst))

    def _replace(self, text: str, stuck: list[_Stuck], depth: int) -> str:
        parts: list[str] = []
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            parts.append(text[at:dollar])
            reference = _reference_at(text, dollar)
            if reference is not None:
                parts.append(self._value(reference, stuck, depth))
                at = reference.end
            else:
                parts.append("$")
                at = dollar + (2 if text.startswith("$$", dollar) else 1)
        return "".join(parts) + text[at:]

    def _value(self, reference: _Reference, stuck: list[_Stuck], depth: int) -> str:
        try:
            value = self._look_up(reference.name)
            if value or (value is not None and not reference.operator):
                return value
            if reference.operator != ":-":
                raise _Stuck(_unset(reference, value), mild=True)
            if depth == _DEEPEST:
                raise _Stuck(f"more than {_DEEPEST} defaults within defaults; give ${{{reference.name}}}", mild=False)
        except _Stuck as error:
            stuck.append(error)
            return reference.written
        return self._replace(reference.word, stuck, depth + 1)

    def _look_up(self, name: str) -> str | None:
        self.used.add(name)
        value = self.environ.get(name)
        file = self.environ.get(f"{name}_FILE")
        if not file:
            return value
        if value:
            raise _Stuck(f"{name} and {name}_FILE are both set; set one of them", mild=False)
        if not self.for_run:
            raise _Stuck(
                f"${{{name}}} comes from the file in {name}_FILE, which is read only when Sexton runs", mild=True
            )
        try:
            return read_text(file, _VALUE_LIMIT).removesuffix("\n")
        except Unreadable as error:
            raise _Stuck(f"cannot read {file}, which {name}_FILE names: {error}", mild=False) from None


def literal(text: str) -> str:
    """What expands to `text`, whatever it holds."""
    return _LIVE_DOLLAR.sub("$$", text)


def _unset(reference: _Reference, value: str | None) -> str:
    state = "not set" if value is None else "empty"
    name = f"${{{reference.name}}}"
    if reference.operator == ":?" and reference.word:
        return f"{name} is {state}: {reference.word}"
    return f"{name} is {state}; set it, or give a default: ${{{reference.name}:-…}}"


def _reference_at(text: str, dollar: int) -> _Reference | None:
    match = _REFERENCE.match(text, dollar)
    if match is None:
        return None
    name, operator = match.groups()
    if operator == "}":
        return _Reference(name, "", "", match.end())
    close = _closing_brace(text, match.end())
    return None if close is None else _Reference(name, operator, text[match.end() : close], close + 1)


def _closing_brace(text: str, start: int) -> int | None:
    depth = 0
    for match in _BRACES.finditer(text, start):
        if match.group() == "${":
            depth += 1
        elif match.group() == "}":
            if not depth:
                return match.start()
            depth -= 1
    return None
