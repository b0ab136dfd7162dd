"""What `sexton --help` and `sexton VERB --help` show: the verbs first, the options last, at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from sexton.cli.console import Console
from sexton.cli.options import COMMON, Option, Usage
from sexton.cli.verbs import GROUPS

_WIDTH = 80
_INDENT = 17
_INDENT_OF_VERBS = 21
_FIRST_STEPS = """\
[jobs.hello]
schedule = "* * * * *"
command = "echo hello"\
"""


def overview(console: Console) -> Iterator[str]:
    """All that a newcomer needs on one screen."""
    yield f"{console.paint('Sexton', 'bold')}, the one process a container needs: keeps services up, runs jobs on"
    yield "time, and tells you how they went."
    yield ""
    yield f"{console.paint('usage:', 'bold')} sexton VERB [OPTIONS]"
    for title, verbs in GROUPS.items():
        yield ""
        yield console.paint(title, "bold")
        for verb in verbs:
            yield f"  {f'{verb.name} {verb.takes}':<{_INDENT_OF_VERBS}}  {verb.does}"
    yield from _options((*COMMON, Option("--version", "show Sexton's version")), console, "Options of every verb")
    yield ""
    yield console.paint("A first sexton.toml", "bold")
    yield from (f"  {line}" for line in _FIRST_STEPS.splitlines())
    yield ""
    yield "then: sexton check && sexton run"
    yield "One verb in detail: sexton VERB --help. The manual: docs/ of the source."


def of_verb(usage: Usage, console: Console) -> Iterator[str]:
    """One verb's usage, what it does, its options."""
    yield f"{console.paint('usage:', 'bold')} {_folded(usage.line)}"
    yield ""
    yield from usage.summary.splitlines()
    if usage.options:
        yield from _options(usage.options, console, "Options")
    yield from _options(COMMON, console, "Options of every verb")


def _folded(line: str) -> str:
    """Behind `usage: ` on a terminal of eighty columns."""
    return "\n         ".join(textwrap.wrap(line, _WIDTH - 10, break_on_hyphens=False, break_long_words=False))


def _options(options: Sequence[Option], console: Console, title: str) -> Iterator[str]:
    yield ""
    yield console.paint(title, "bold")
    for option in options:
        forms, *lines = _forms(option), *textwrap.wrap(option.help, _WIDTH - _INDENT - 2)
        if len(forms) >= _INDENT:  # too long to stand beside what it means
            yield f"  {forms}"
            forms = ""
        for line in lines:
            yield f"  {forms:<{_INDENT}}{line}"
            forms = ""


def _forms(option: Option) -> str:
    names = f"{option.short}, {option.name}" if option.short else option.name
    return f"{names} {option.value}" if option.value else names
