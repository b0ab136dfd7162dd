"""The key `notify`: of jobs, services, and `[sexton]` for the whole plan → by subject, the rules of whom to tell what.

A job or service that has the key goes by its own rules, any other by those of `[sexton]`. A crontab's MAILTO is one
rule more. Loaded when a configuration speaks of sinks. Invariant: every sink that a rule names is in the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from sexton.config.suggest import hint
from sexton.config.table import pending
from sexton.config.values import Unfit, duration, found, name, names, shown
from sexton.core.notices import OF_JOBS, OF_SERVICES, OF_SEXTON, RECOVERED
from sexton.model.notice import Quiet, Rule, Sink, SinkKind
from sexton.model.units import DAY, HOUR, MINUTE, Duration

if TYPE_CHECKING:
    from sexton.config.table import Table
    from sexton.model.job import Job
    from sexton.model.service import Service

SEXTON = "sexton"  # the subject that is Sexton itself; its rules hold for who has none
MAILTO = "mailto"  # the sink that a crontab's MAILTO uses
RULE_KEYS = ("sink", "on", "repeat", "quiet", "digest", "every")

_MEANT = 'a sink\'s name, { sink = "ops", on = ["failed", "recovered"] }, or a list of those'
_ON = '["failed", "recovered"]'
_NO_RUNS = (
    "it is a ping, which follows runs, and a service has none, so it would never be told anything;"
    " name a mail, webhook or command sink"
)
_RUN_FAILED = frozenset({"failed", "timeout", "lost"})
_ENDS = frozenset({"succeeded", "cancelled", *_RUN_FAILED})
_DEFAULT = frozenset({*_RUN_FAILED, "fatal", "exited", RECOVERED, "late", "reload_failed", "store"})
_PINGED = frozenset({"started", *_ENDS})
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_QUIET = re.compile(r"\s*(\S+?)\s*-\s*(\S+)\s*")
_DIGEST = re.compile(r"daily at (\S+)")
_ALIVE = 5 * MINUTE


def read_rules(
    sections: Sequence[Table],
    jobs: Mapping[str, tuple[Job, Table]],
    services: Mapping[str, Service],
    service_tables: Mapping[str, Table],
    sinks: Mapping[str, Sink],
    *,
    all_files: bool,
) -> dict[str, tuple[Rule, ...]]:
    """The rules of every subject that has some: `sexton`, `job:NAME`, `service:NAME`. `sections` are the `[sexton]`
    tables. Without `all_files` an unknown sink may stand in a file that could not be read."""
    reader = _Reader(sinks, all_files=all_files)
    rules: dict[str, tuple[Rule, ...]] = {SEXTON: ()}
    for table in sections:
        if "notify" in table:
            rules[SEXTON] = reader.read(table, OF_JOBS | OF_SERVICES | OF_SEXTON)
    for named, (job, table) in jobs.items():
        own = reader.read(table, OF_JOBS) if "notify" in table else rules[SEXTON]
        rules[f"job:{named}"] = own + _mailto(job, table, sinks)
    for named, service in services.items():
        above = service_tables.get(named) or service_tables.get(service.group or "")
        own = reader.read(above, OF_SERVICES) if above is not None and "notify" in above else rules[SEXTON]
        rules[f"service:{named}"] = own
    return {subject: found for subject, found in rules.items() if found}


def with_mailto(sinks: Mapping[str, Sink], jobs: Mapping[str, Job]) -> Mapping[str, Sink]:
    """The sinks, and the one that MAILTO needs where there is none of that name: the mail server of this machine."""
    if MAILTO in sinks or not any(job.mailto for job in jobs.values()):
        return sinks
    from sexton.config.sinks.mail import KEYS, Tls

    options = {key.name: str(key.default) if isinstance(key.default, Tls) else key.default for key in KEYS}
    given = {key: value for key, value in options.items() if value is not None}
    given |= {"to": (), "host": "localhost", "port": 25, "tls": str(Tls.NONE)}
    return {**sinks, MAILTO: Sink(MAILTO, SinkKind.MAIL, given)}


def _mailto(job: Job, table: Table, sinks: Mapping[str, Sink]) -> tuple[Rule, ...]:
    if not job.mailto:
        return ()
    kind = sinks[MAILTO].kind
    if kind is not SinkKind.MAIL:
        table.problem(f"mail goes by the sink `{MAILTO}`, which is a {kind}; give that another name", "mailto")
        return ()
    return (Rule(MAILTO, _ENDS, each=True, to=job.mailto, sender=job.mailfrom),)


class _Reader:
    def __init__(self, sinks: Mapping[str, Sink], *, all_files: bool) -> None:
        self._sinks = sinks
        self._all_files = all_files

    def read(self, table: Table, words: Set[str]) -> tuple[Rule, ...]:
        """The rules of one table, by the words that there may be in their `on`."""
        value = table.data["notify"]
        items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        rules: dict[str, Rule] = {}
        for index, item in items:
            keys = ("notify",) if index is None else ("notify", index)
            rule = None if pending(item) else self._rule(table, item, words, keys)
            if rule is not None and rules.setdefault(rule.route, rule) is not rule:
                table.problem(f"`{rule.sink}` is named twice; name it once, with a list for `on`", *keys)
        return tuple(rules.values())

    def _rule(self, table: Table, item: Any, words: Set[str], keys: tuple[str | int, ...]) -> Rule | None:
        if isinstance(item, dict):
            return self._from_table(table.at(item, *keys), words)
        if not isinstance(item, str) or not item:
            table.problem(f"{found(item)}; {_MEANT} is meant", *keys)
            return None
        if not self._is_known(table, item, *keys):
            return None
        rule = Rule(item, self._default(item) & words)
        if not rule.on:
            table.problem(_NO_RUNS, *keys)
        return self._completed(rule)

    def _from_table(self, table: Table, words: Set[str]) -> Rule | None:
        table.only(RULE_KEYS, {})
        if "sink" not in table:
            table.problem(f"`sink` is missing; {_MEANT} is meant")
        sink = table.read("sink", name, "")
        if not sink or not self._is_known(table, sink, "sink"):
            return None
        on = table.read("on", lambda value: _words(value, words), self._default(sink) & words)
        if not on:
            table.problem(_NO_RUNS, "sink")
        rule = Rule(
            sink=sink,
            on=on,
            repeat=table.read("repeat", duration("6h"), None),
            quiet=table.read("quiet", _quiet, ()),
            digest=table.read("digest", _digest, None),
            every=table.read("every", duration("5m"), None),
        )
        return self._completed(rule, table)

    def _completed(self, rule: Rule, table: Table | None = None) -> Rule:
        """With what the kind of its sink means, and what its keys mean together."""
        if table is not None and rule.every is not None and "alive" not in rule.on:
            table.problem('it is the pause between signs of life; on = ["alive"] asks for them', "every")
        if table is not None and rule.digest is not None and rule.quiet:
            table.problem("a digest comes at its time; leave out one of the two", "quiet")
        pinged = self._sinks[rule.sink].kind is SinkKind.PING if rule.sink in self._sinks else False
        every = rule.every or _ALIVE if "alive" in rule.on else None
        return rule._replace(each=pinged, every=every)

    def _default(self, sink: str) -> frozenset[str]:
        known = self._sinks.get(sink)
        return _PINGED if known is not None and known.kind is SinkKind.PING else _DEFAULT

    def _is_known(self, table: Table, sink: str, *keys: str | int) -> bool:
        if sink in self._sinks:
            return True
        if self._all_files:
            table.problem(f"there is no sink `{sink}`; {hint(sink, self._sinks)}", *keys)
        return False


def _words(value: object, known: Set[str]) -> frozenset[str]:
    wanted: set[str] = set()
    for word in names(_ON)(value):
        if word not in known:
            raise Unfit(f"{shown(word)} is nothing that can be told here; " + hint(word, sorted(known), '"'))
        wanted |= _RUN_FAILED if word == "failed" else {word}
    if wanted == {RECOVERED}:
        first = "failed" if "failed" in known else "fatal"
        raise Unfit(f'only what was told to fail is told to recover; ["{first}", "recovered"] is meant')
    return frozenset(wanted)


def _quiet(value: object) -> tuple[Quiet, ...]:
    return tuple(map(_quiet_time, names('"22:00-07:00"')(value)))


def _quiet_time(text: str) -> Quiet:
    match = _QUIET.fullmatch(text)
    times = [_clock(word) for word in match.groups()] if match else [None]
    if None in times:
        raise Unfit(f'{shown(text)} is no time of the day; "22:00-07:00" is meant')
    start, end = (time or 0 for time in times)
    return Quiet(start, end)


def _digest(value: object) -> Duration:
    match = _DIGEST.fullmatch(name(value).strip())
    time = _clock(match[1]) if match else None
    if time is None:
        raise Unfit(f'{shown(value)} is no time for a digest; "daily at 18:00" is meant')
    return time


def _clock(text: str) -> Duration | None:
    """The length since midnight."""
    if text == "24:00":
        return DAY
    match = _CLOCK.fullmatch(text)
    return int(match[1]) * HOUR + int(match[2]) * MINUTE if match else None


def mentioned(tables: Sequence[Table]) -> Iterator[Table]:
    """The tables of sinks and of what is in them, where secrets may stand."""
    for table in tables:
        yield table
        for key, value in table.data.items():
            if isinstance(value, dict):
                yield from mentioned([table.at(value, key)])
