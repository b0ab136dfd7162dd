"""One column: its texts are judged, and given on in their normal form, as CSV wants them.

Many at once, for speed: Python's own loops in C say quickly that all of a batch are good. Where one is not, the batch
is cut into ever smaller parts, and what is in the last of them is judged one by one; `reasons` is the truth, and what
is quick agrees with it. Texts of kinds that have nothing quicker are remembered, as many repeat.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from sexton.config.steps.tableschema import Field
from sexton.steps.quoting import quoted, quoted_all
from sexton.steps.sort.faults import Fault, Unfit
from sexton.steps.sort.kind import Kind
from sexton.steps.sort.kinds import kind_of
from sexton.steps.sort.rules import Rule, rules_of

_PARTS = 8
_ONE_BY_ONE = 8  # texts
_REMEMBERED = 10_000  # texts
_LONGEST = 64  # characters of one that is remembered
_ODD = (Unfit, ValueError, ArithmeticError, TypeError)


class Judged(NamedTuple):
    """`texts` as they go on, with anything in the place of those that `faults` has, by their index."""

    texts: Sequence[str]
    faults: dict[int, list[Fault]]


class Column:
    """Raises ValueError when the field asks for what cannot be."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._missing: frozenset[str | None] = field.missing | {None}
        self._kind = kind_of(field)
        self._rules = rules_of(field, self._kind)
        self._all = _together(self._kind, self._rules) or _Memory(self._one).all

    def judge(self, texts: Sequence[str | None]) -> Judged:
        missing = self._missing
        if missing.isdisjoint(texts):
            return self._judge_present(cast(Sequence[str], texts))  # None would be missing
        present = [(place, text) for place, text in enumerate(texts) if text is not None and text not in missing]
        places = [place for place, _ in present]
        judged = self._judge_present([text for _, text in present])
        whole = [""] * len(texts)
        for place, text in zip(places, judged.texts, strict=True):
            whole[place] = text
        faults = {places[at]: found for at, found in judged.faults.items()}
        if self.field.required:
            for place in sorted(set(range(len(texts))).difference(places)):
                faults[place] = [Fault("is missing", self.field.name, texts[place] or "")]
        return Judged(whole, faults)

    def reasons(self, text: str) -> list[str]:
        """Why a text that is not missing is no value of this column; nothing when it is one."""
        try:
            value = self._kind.parse(text)
        except Unfit as unfit:
            return [str(unfit)]
        return [rule.reason for rule in self._rules if not rule.holds(value)]

    def _one(self, text: str) -> str:
        """How a text goes on. Raises Unfit."""
        value = self._kind.parse(text)
        for rule in self._rules:
            if not rule.holds(value):
                raise Unfit(rule.reason)
        written = self._kind.write(value)
        return quoted(written) if self._kind.quotes else written

    def _judge_present(self, texts: Sequence[str]) -> Judged:
        out: list[str] = []
        faults: dict[int, list[Fault]] = {}
        if texts:
            self._part(texts, out, faults)
        return Judged(out, faults)

    def _part(self, texts: Sequence[str], out: list[str], faults: dict[int, list[Fault]]) -> None:
        try:
            out += self._all(texts)
        except _ODD:
            if len(texts) <= _ONE_BY_ONE:
                self._each(texts, out, faults)
                return
            length = -(-len(texts) // _PARTS)
            for start in range(0, len(texts), length):
                self._part(texts[start : start + length], out, faults)

    def _each(self, texts: Sequence[str], out: list[str], faults: dict[int, list[Fault]]) -> None:
        for text in texts:
            reasons = self.reasons(text)
            if reasons:
                faults[len(out)] = [Fault(reason, self.field.name, text) for reason in reasons]
            out.append("" if reasons else self._one(text))


def _together(kind: Kind, rules: tuple[Rule, ...]) -> Callable[[Sequence[str]], Sequence[str]] | None:
    """What judges many texts at once, and raises one of _ODD when one of them might be unfit."""
    parse_all, write_all = kind.parse_all, kind.write_all
    if parse_all is None or write_all is None:
        return None

    def all_(texts: Sequence[str]) -> Sequence[str]:
        values = parse_all(texts)
        for rule in rules:
            if not rule.all_hold(values):
                raise ValueError
        written = write_all(values)
        return quoted_all(written) if kind.quotes else written

    return all_


class _Memory(dict[str, str]):
    """What good texts became. Bounded: forgets everything when it is full."""

    def __init__(self, convert: Callable[[str], str]) -> None:
        super().__init__()
        self._convert = convert

    def all(self, texts: Sequence[str]) -> Sequence[str]:
        return list(map(self.__getitem__, texts))

    def __missing__(self, text: str) -> str:
        converted = self._convert(text)
        if len(text) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[text] = converted
        return converted
