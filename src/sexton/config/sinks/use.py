"""How the rules of a plan use its sinks: one that nothing tells anything, one check that several jobs ping.

Both can be meant, so each is warned of. What a secret holds cannot be looked at, and is taken to be right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sexton.config.expand import Unexpanded
from sexton.core.fill import fill
from sexton.core.slug import slug
from sexton.model.notice import SinkKind
from sexton.model.notice_words import WORDS
from sexton.model.reference import SecretReference

if TYPE_CHECKING:
    from sexton.config.table import Table
    from sexton.model.notice import Rule, Sink

_OF_JOBS = "job:"
_SHOWN = 3  # jobs of one check


def warn_of_use(
    tables: Mapping[str, Table],
    sinks: Mapping[str, Sink],
    rules: Mapping[str, tuple[Rule, ...]],
    notify: Iterable[object],
) -> None:
    """`tables` are those of the sinks; `notify` are all values of that key, in which a reference may still stand."""
    known = not any(map(_is_open, notify))
    named = {rule.sink for told in rules.values() for rule in told}
    for name, table in tables.items():
        if known and name in sinks and name not in named and name != "mailto":
            table.warning(f'nothing tells it; add notify = "{name}" to [sexton], a job or a service')
        if name in sinks and sinks[name].kind is SinkKind.PING:
            _warn_of_one_check(table, sinks[name], rules)


def _is_open(value: object) -> bool:
    """Whether a variable decides it, which is not known yet."""
    if isinstance(value, list | dict):
        return any(map(_is_open, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Unexpanded)


def _warn_of_one_check(table: Table, sink: Sink, rules: Mapping[str, tuple[Rule, ...]]) -> None:
    url = sink.options.get("url")
    if not isinstance(url, str) or isinstance(url, SecretReference):
        return
    checks: dict[str, list[str]] = {}
    for job in _pinging(sink.name, rules):
        words = dict.fromkeys(WORDS, "") | dict.fromkeys(("job", "name"), slug(job))
        checks.setdefault(fill(url, words), []).append(job)
    for jobs in checks.values():
        if len(jobs) > 1:
            table.warning(
                f"{_listed(jobs)} ping one check, so that the success of one hides the failure of another; "
                + _remedy(url, jobs),
                "ping",
                "url",
            )


def _pinging(sink: str, rules: Mapping[str, tuple[Rule, ...]]) -> Iterator[str]:
    """The jobs whose successes it is told of."""
    for subject, told in rules.items():
        if subject.startswith(_OF_JOBS) and any(rule.sink == sink and "succeeded" in rule.on for rule in told):
            yield subject.removeprefix(_OF_JOBS)


def _listed(jobs: list[str]) -> str:
    shown = ", ".join(f"`{job}`" for job in jobs[:_SHOWN])
    return f"the jobs {shown}" + (f" and {len(jobs) - _SHOWN} more" if len(jobs) > _SHOWN else "")


def _remedy(url: str, jobs: list[str]) -> str:
    if fill(url, {"job": slug(jobs[0]), "name": slug(jobs[0])}) == fill(url, {}):
        return "put {{ job }} into it, or give each job a sink of its own"
    return "rename one, or give it a sink of its own"
