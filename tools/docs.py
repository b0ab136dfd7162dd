"""The documents under test: what the code has, the documents say, and what they point at is there.

`python -m tools.docs` prints one line for each finding and exits 1 when there is one. Runs in `.venv`, because it asks
Sexton's own tables what there is. It finds what is missing or stale; whether a sentence is true, people have to read.
Invariant: nothing is listed here by hand that the code can tell.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeAlias

from sexton.api.router import AT_TOP, PREFIX, ROUTES, SUPERVISORD
from sexton.cli import failures
from sexton.cli.options import COMMON, Option, Usage
from sexton.cli.verbs import BY_NAME
from sexton.config import jobs
from sexton.config.doors import Door
from sexton.config.limits import LIMITS
from sexton.config.listeners import LISTENER_KEYS
from sexton.config.load import load_plan
from sexton.config.log import LOG_KEYS
from sexton.config.services import SERVICE_KEYS
from sexton.config.settings import SETTINGS_KEYS
from sexton.config.sinks.read import kind_module
from sexton.config.steps import catalogue
from sexton.config.steps.read import COMMAND_KEYS, STEP_KEYS
from sexton.core.schedules import calendar
from sexton.core.schedules import parse as schedule
from sexton.engine.answers.metrics import METRICS
from sexton.model import views
from sexton.model.errors import ConfigError
from sexton.model.job import After, CatchUp, OnLost, Overlap, Pool, Retry
from sexton.model.listener import EventLen
from sexton.model.notice import SinkKind
from sexton.model.plan import Keep, OnStateLoss, Relay
from sexton.model.process import Reach, Stop
from sexton.model.run import Outcome
from sexton.model.schedule import DstGap, DstOverlap
from sexton.model.service import Backoff, Budget, Restart, ServiceState
from tools.command import TOP

SOURCE = TOP / "src" / "sexton"
CONFIGURATION, COMMAND_LINE, API = "docs/configuration.md", "docs/command-line.md", "docs/api.md"
STEPS = "docs/steps.md"
NOTICES = "docs/notices.md"

Docs: TypeAlias = Mapping[str, str]  # path from the top, with slashes → text

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_VARIABLE = re.compile(r"\bSEXTON_[A-Z][A-Z_]*[A-Z]\b")
_SOURCE_FILE = re.compile(r"`((?:src|tests|tools|docs|examples)/[\w./-]+|[a-z]+/\w+\.(?:py|sql)|\w+\.py)`")
_LONG_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z_-]+")
_PATH = re.compile(r"`(?:GET|POST) (/[\w{}/.]+)")


class Fact(NamedTuple):
    """Something that the code has, and the document that has to say it, as `` `word` `` or in words of its own."""

    document: str
    word: str
    kind: str
    quoted: bool = True

    @property
    def shown(self) -> str:
        return self.word.strip("`#\n ")

    def is_in(self, text: str) -> bool:
        return f"`{self.word}`" in text if self.quoted else self.word in text


def read_docs(top: Path = TOP) -> Docs:
    files = [*top.glob("*.md"), *top.glob("docs/**/*.md"), *top.glob("examples/**/*.md")]
    return {file.relative_to(top).as_posix(): file.read_text("utf-8") for file in sorted(files)}


def facts() -> Iterator[Fact]:
    """Everything that has to be in the documents."""
    keys = {*SETTINGS_KEYS, *jobs._KEYS, *Keep._fields, *Stop._fields, *LIMITS, *LOG_KEYS, *After._fields}
    keys |= {*SERVICE_KEYS, *Backoff._fields, *Budget._fields, *Retry._fields, *Pool._fields}
    keys |= {*STEP_KEYS, *COMMAND_KEYS}
    yield from (Fact(CONFIGURATION, key, "key") for key in sorted(keys | {*LISTENER_KEYS}))
    choices = (Relay, EventLen, OnStateLoss, CatchUp, Overlap, OnLost, Restart, Reach, DstGap, DstOverlap)
    words = [word for words in choices for word in words]
    yield from (Fact(CONFIGURATION, f'"{word}"', "value") for word in words)
    yield from (Fact(CONFIGURATION, name, "nickname") for name in schedule._NICKNAMES)
    yield from (Fact(CONFIGURATION, name, "shorthand", quoted=False) for name in calendar.SHORTHANDS)
    yield from (Fact(COMMAND_LINE, f"## sexton {verb}\n", "verb", quoted=False) for verb in BY_NAME)
    yield from (Fact(COMMAND_LINE, f"`{option.name}", "option", quoted=False) for option in options())
    yield from (Fact(COMMAND_LINE, door, "format") for door in Door)
    yield from (Fact(COMMAND_LINE, str(code), "exit code") for code in exit_codes())
    yield from (Fact(API, f"`{route}", "route", quoted=False) for route in routes())
    yield from (Fact(API, field, "field") for field in sorted(fields()))
    yield from (Fact(API, state, "state") for state in ServiceState)
    yield from (Fact(API, metric, "metric") for metric in METRICS)
    for outcome in Outcome:
        yield from (Fact(document, outcome, "outcome") for document in ("GLOSSARY.md", API, COMMAND_LINE))
    yield from (Fact(CONFIGURATION, name, "variable") for name in sorted(variables() - {"SEXTON_SOCKET"}))
    yield Fact(COMMAND_LINE, "SEXTON_SOCKET", "variable")


def usages() -> Iterator[Usage]:
    for verb in BY_NAME.values():
        usage: Usage = import_module(verb.module).USAGE
        yield usage


def options() -> set[Option]:
    return {*COMMON, Option("--version", ""), *(option for usage in usages() for option in usage.options)}


def exit_codes() -> list[int]:
    return sorted({value for name, value in vars(failures).items() if name.startswith("EXIT_")} | {0})


def routes() -> list[str]:
    """`GET /api/v1/runs/{id}`, and so on."""
    below = [f"{route.method} /{'/'.join((*PREFIX, *route.path))}" for route in ROUTES]
    return [*(f"{route.method} /{'/'.join(filter(None, route.path))}" for route in (*AT_TOP, *SUPERVISORD)), *below]


def parameters() -> set[str]:
    return {name for route in (*ROUTES, *AT_TOP) for name in route.parameters}


def fields() -> set[str]:
    """What the JSON of the API is made of."""
    shown = (views.RunView, views.JobView, views.ServiceView, views.InfoView, views.ListenerView)
    told = (views.SinkView, views.NoticeView, views.TestView)
    return {field for view in (*shown, *told) for field in view.__annotations__} | parameters()


@cache
def variables() -> set[str]:
    """Every variable that the sources speak of."""
    return {name for file in SOURCE.rglob("*.py") for name in _VARIABLE.findall(file.read_text("utf-8"))}


def find_missing(docs: Docs) -> Iterator[str]:
    """What the code has and no document says."""
    for fact in facts():
        if fact.document not in docs:
            yield f"{fact.document}: there is no such document"
        elif not fact.is_in(docs[fact.document]):
            yield f"{fact.document}: the {fact.kind} {fact.shown} is not in it"


def find_stale(docs: Docs) -> Iterator[str]:
    """Verbs, options, routes and variables that the documents speak of and the code does not have."""
    command_line, api = docs.get(COMMAND_LINE, ""), docs.get(API, "")
    verbs = re.findall(r"^## sexton (\S+)$", command_line, re.MULTILINE)
    yield from _unknown(COMMAND_LINE, "verb", verbs, BY_NAME)
    yield from _unknown(COMMAND_LINE, "option", _LONG_OPTION.findall(command_line), {o.name for o in options()})
    yield from _unknown(API, "route", _PATH.findall(api), {route.partition(" ")[2] for route in routes()})
    for document, text in docs.items():
        known = variables() | {"SEXTON_EXAMPLE"}  # which is ./run's
        yield from _unknown(document, "variable", _VARIABLE.findall(text), known)


def _unknown(document: str, kind: str, words: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    for word in sorted(set(words) - set(known)):
        yield f"{document}: the {kind} {word} is not in the code"


def find_missing_steps(docs: Docs) -> Iterator[str]:
    """Steps without a line in the list at the top or a section of their own, and keys that are not in that section."""
    listed = re.findall(r"^\| \[`(\S+)`\]\(#\1\) \|", docs.get(STEPS, ""), re.MULTILINE)
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", docs.get(STEPS, ""), re.MULTILINE | re.DOTALL))
    for step in catalogue.STEPS:
        if step not in listed:
            yield f"{STEPS}: the step {step} is not in the list at the top"
        if step not in sections:
            yield f"{STEPS}: the step {step} has no section"
            continue
        for key in catalogue.options_module(step).KEYS:
            if f"`{key.name}`" not in sections[step]:
                yield f"{STEPS}: the key {key.name} of the step {step} is not in it"


def find_missing_sinks(docs: Docs) -> Iterator[str]:
    """Kinds of sinks without a section of their own, and keys that are not in their kind's section."""
    sections = dict(re.findall(r"^## Sink: (\S+)\n(.*?)(?=^## |\Z)", docs.get(NOTICES, ""), re.MULTILINE | re.DOTALL))
    for kind in SinkKind:
        if kind not in sections:
            yield f"{NOTICES}: the sink {kind} has no section"
            continue
        for key in kind_module(kind).KEYS:
            if f"`{key.name}`" not in sections[kind]:
                yield f"{NOTICES}: the key {key.name} of the sink {kind} is not in it"


def find_dead_links(docs: Docs, top: Path = TOP) -> Iterator[str]:
    """Links to files or headings that are not there; the web's are not looked at."""
    for document, text in docs.items():
        for target in _LINK.findall(_FENCE.sub("", text)):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            path = (top / document).parent / name if name else top / document
            if not path.exists():
                yield f"{document}: the link {target} leads nowhere"
            elif anchor and anchor not in anchors(path.read_text("utf-8")):
                yield f"{document}: the link {target} leads to no heading"


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def find_dead_files(docs: Docs) -> Iterator[str]:
    """Source files that a document names and that are not there. Examples name files of their own."""
    for document, text in docs.items():
        if document.startswith("examples/"):
            continue
        for name in sorted(set(_SOURCE_FILE.findall(_FENCE.sub("", text)))):
            if not any((folder / name).exists() for folder in (TOP, SOURCE, TOP / "tests")):
                yield f"{document}: there is no file {name}"


def find_bad_plans(docs: Docs) -> Iterator[str]:
    """Every block of TOML, and every crontab, has to be a configuration that Sexton takes."""
    for document, text in docs.items():
        blocks = [(kind, body) for kind, body in _FENCE.findall(text) if kind in ("toml", "crontab")]
        for number, (kind, block) in enumerate(blocks, 1):
            with TemporaryDirectory() as folder:
                file = Path(folder) / f"block-{number}.{kind}"
                file.write_text(block, "utf-8")
                try:
                    load_plan([str(file)], {"HOME": folder}, for_run=False)
                except ConfigError as error:
                    yield from (f"{document}: {file.name}:{one.line}: {one.message}" for one in error.problems)


CHECKS: tuple[Callable[[Docs], Iterator[str]], ...] = (
    find_missing,
    find_missing_steps,
    find_missing_sinks,
    find_stale,
    find_dead_links,
    find_dead_files,
    find_bad_plans,
)


def main() -> int:
    docs = read_docs()
    found = [finding for check in CHECKS for finding in check(docs)]
    for finding in found:
        print(finding)
    print(f"{len(docs)} documents: {f'{len(found)} findings' if found else 'all is in them'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
