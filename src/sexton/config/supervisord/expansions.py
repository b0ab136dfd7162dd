"""`%(NAME)s` in values: Python's formatting, with the names that supervisor has for each key.

`%%` is one percent sign. `ENV_X` is variable X of Sexton's own environment, or of an `environment` key that holds.
What is `carried` on into a table is literal: a dollar in it means itself. Where the plan is only looked at, a variable
stands for itself there, `${X}`, so that nothing need be set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sexton.config.expand import Unexpanded, literal
from sexton.config.suggest import hint
from sexton.config.values import Unfit

if TYPE_CHECKING:
    from sexton.config.expand import Expander

_LONE = re.compile(r"(?:%%|%\([^)]*\))|%")
_HELD = re.compile("\0([A-Za-z_][A-Za-z0-9_]*)\0")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FEW = 12  # names in one message


class Names(Mapping[str, str]):
    """What can stand in `%(…)s`: `known`, then `ENV_X`. With `hold`, a variable of ours is put in as a sign for it."""

    def __init__(
        self, known: Mapping[str, object], variables: Mapping[str, str], expander: Expander, hold: bool
    ) -> None:
        self._known = known
        self._variables = variables
        self._expander = expander
        self._hold = hold

    def __getitem__(self, name: str) -> str:
        if name in self._known:
            return self._known[name]  # type: ignore[return-value]  # a number, for %(process_num)02d
        if not name.startswith("ENV_"):
            raise KeyError(name)
        variable = name.removeprefix("ENV_")
        if variable in self._variables:
            return self._variables[variable]
        return self._own(name, variable)

    def _own(self, name: str, variable: str) -> str:
        environ = self._expander.environ
        self._expander.used.add(variable)
        twice = environ.get(variable) and environ.get(f"{variable}_FILE")  # which a reference could not have
        if self._hold and not self._expander.for_run and not twice and _VARIABLE.fullmatch(variable):
            return f"\0{variable}\0"
        if variable not in environ:
            raise KeyError(name)
        return environ[variable]

    def __iter__(self) -> Iterator[str]:
        yield from self._known
        yield from (f"ENV_{name}" for name in self._variables)

    def __len__(self) -> int:
        return len(self._known) + len(self._variables)


class Expansions:
    """The names that hold for one key or more. `variables` are those of `environment` keys, under their own names."""

    def __init__(self, expander: Expander, known: Mapping[str, object], variables: Mapping[str, str]) -> None:
        self.known = known
        self.variables = variables
        self._expander = expander

    def having(self, **known: object) -> Expansions:
        """The same with more names."""
        return Expansions(self._expander, {**self.known, **known}, self.variables)

    def knowing(self, variables: Mapping[str, str]) -> Expansions:
        """The same with more variables."""
        return Expansions(self._expander, self.known, {**self.variables, **variables})

    def plain(self, text: str) -> str:
        """`text` with its expansions, for those who read it now. Raises Unfit."""
        return _HELD.sub(lambda held: self._expander.environ.get(held[1], ""), self._put(text, hold=False))

    def held(self, text: str) -> str:
        """`text` with its expansions, which `carried` makes fit for a table. Raises Unfit."""
        return self._put(text, hold=True)

    def _put(self, text: str, *, hold: bool) -> str:
        if "%" not in text:
            return text
        if any(match.group() == "%" for match in _LONE.finditer(text)):
            raise Unfit("a single % means an expansion such as %(here)s; write %% for a percent sign")
        names = Names(self.known, self.variables, self._expander, hold)
        try:
            return text % names
        except KeyError as error:
            raise Unfit(_unknown(str(error.args[0]), names)) from None
        except (ValueError, TypeError) as error:
            raise Unfit(f"the expansion is badly formatted: {error}; %(NAME)s is meant") from None


def carried(held: str) -> str:
    """A text for a table of the plan, where `$` has a meaning of its own."""
    return held if isinstance(held, Unexpanded) else _HELD.sub(r"${\1}", literal(held))


def spoken(held: str) -> str:
    """A text for people: a variable that nobody has looked into stands for itself."""
    return _HELD.sub(r"${\1}", held)


def _unknown(name: str, names: Names) -> str:
    if name.startswith("ENV_"):
        return f"%({name})s: {name.removeprefix('ENV_')} is not set; set it in the environment of Sexton"
    listed = sorted(names)[:_FEW]
    return f"%({name})s is unknown here; " + hint(name, [*listed, "ENV_X"])


def host_node_name() -> str:
    return os.uname().nodename
