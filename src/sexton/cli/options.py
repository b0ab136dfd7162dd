"""Words of a command line → operands and options, the common ones taken before and after the verb.

Follows the POSIX utility conventions with GNU's long options: `-n5`, `-n 5`, `-fn5`, `--lines=5`, `--` ends the
options. Own instead of argparse, because `sexton run` stays in memory with whatever parsed its arguments.
Invariant: what is not understood is a UsageError, never ignored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sexton.cli.failures import UsageError


class Option(NamedTuple):
    """One option; `value` names what follows it ("PATH"), empty for a switch."""

    name: str
    help: str
    short: str = ""
    value: str = ""


class Usage(NamedTuple):
    """How a verb is called: what follows its name, what it does, its own options, how many operands it takes; and
    whether its words are `strict` as supervisord's are: no option twice, but long ones cut short, and -? is help."""

    line: str
    summary: str
    options: tuple[Option, ...] = ()
    least: int = 0
    most: int | None = 0
    strict: bool = False


COMMON = (
    Option("--socket", "where the daemon listens, whatever SEXTON_SOCKET says", value="PATH"),
    Option("--json", "print JSON instead of text"),
    Option("--format", "toml, crontab, cron.d or supervisord", value="FORMAT"),
    Option("--help", "show this help", short="-h"),
)


class Arguments:
    """What was given: `operands` in their order, and the options by their long names (the last one wins, but for
    those that may be given again)."""

    def __init__(self, operands: Sequence[str], given: Mapping[str, Sequence[str]]) -> None:
        self.operands = list(operands)
        self._given = given

    def has(self, name: str) -> bool:
        return name in self._given

    def text(self, name: str) -> str | None:
        return self._given[name][-1] if name in self._given else None

    def texts(self, name: str) -> Sequence[str]:
        """Every value of the option, in their order."""
        return self._given.get(name, ())

    def number(self, name: str, default: int, most: int) -> int:
        """The option's value as a whole number from 1 to `most`; UsageError when it is none."""
        text = self.text(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 19 and 1 <= int(text) <= most):
            raise UsageError(f"{name} takes a number from 1 to {most}, not '{text}'")
        return int(text)


def split_verb(words: Sequence[str]) -> tuple[list[str], str | None, list[str]]:
    """The words before the verb (options only), the verb or None, the words after it."""
    takes_value = {option.name for option in COMMON if option.value}
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in takes_value else 1
    if place >= len(words):
        return list(words), None, []
    return list(words[:place]), words[place], list(words[place + 1 :])


def parse(words: Sequence[str], usage: Usage) -> Arguments:
    """Sort `words` into operands and options; UsageError for anything that `usage` does not know."""
    known = _known(usage)
    operands: list[str] = []
    given: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        if word == "--":
            operands += rest
        elif word.startswith("-") and word != "-":
            take = _take_long if word.startswith("--") else _take_short
            for option, value in take(word, rest, known):
                _note(option, value, given, usage)
        else:
            operands.append(word)
    if usage.strict or "--help" not in given:
        _count(operands, usage)
    return Arguments(operands, given)


def _known(usage: Usage) -> dict[str, Option]:
    """The options by all their spellings."""
    options = (*usage.options, *COMMON)
    known = {option.name: option for option in options} | {option.short: option for option in options if option.short}
    if usage.strict:
        known |= {"-?": known["--help"], **_cut_short(known)}
    return known


def _cut_short(known: Mapping[str, Option]) -> dict[str, Option]:
    """What stands for one long option and for no other (getopt_long(3))."""
    from collections import Counter

    names = [name for name in known if name.startswith("--")]
    starts = [(name[:length], known[name]) for name in names for length in range(3, len(name))]
    count = Counter(start for start, _ in starts)
    return {start: option for start, option in starts if count[start] == 1 and start not in known}


def _note(option: Option, value: str, given: dict[str, list[str]], usage: Usage) -> None:
    answered = "--help" in given or "--version" in given  # and all that follows is of no account
    if usage.strict and option.name in given and not answered:
        raise UsageError(f"{option.name} is given twice; once is enough")
    given.setdefault(option.name, []).append(value)


def _take_long(word: str, rest: Iterator[str], known: Mapping[str, Option]) -> Iterator[tuple[Option, str]]:
    name, equals, value = word.partition("=")
    option = _find(name, known)
    if not option.value and equals:
        raise UsageError(f"{name} takes no value")
    if option.value and not equals:
        value = _next_value(option, rest)
    yield option, value


def _take_short(word: str, rest: Iterator[str], known: Mapping[str, Option]) -> Iterator[tuple[Option, str]]:
    letters = word[1:]
    while letters:
        option = _find("-" + letters[0], known)
        letters = letters[1:]
        if option.value:
            yield option, letters or _next_value(option, rest)
            return
        yield option, ""


def _find(name: str, known: Mapping[str, Option]) -> Option:
    option = known.get(name)
    if option is None:
        in_full = [spelled for spelled, each in known.items() if spelled in (each.name, each.short)]
        raise UsageError(f"there is no option {name}{did_you_mean(name, in_full)}")
    return option


def _next_value(option: Option, rest: Iterator[str]) -> str:
    value = next(rest, None)
    if value is None:
        raise UsageError(f"{option.name} needs a value: {option.name} {option.value}")
    return value


def _count(operands: Sequence[str], usage: Usage) -> None:
    if len(operands) < usage.least:
        raise UsageError("something is missing")
    if usage.most is not None and len(operands) > usage.most:
        raise UsageError(f"there is no place for '{operands[usage.most]}'")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a mistyped word, or nothing."""
    from sexton.config.suggest import nearest

    near = nearest(word, known)
    return f"; did you mean {near}?" if near else ""
