"""Counting the fire times of many rules without visiting them, each instant once.

Ticks are counted by arithmetic. Times by the wall clock are laid out day by day as bit sets on one grid, so fine
that every one of them falls on it (a minute, as a rule); joining the sets drops what coincides, and what ticks too is
taken out. Invariant: the answer is that of asking for one fire time after another.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from math import gcd

from sexton.core.schedules.clockchange import CronTimes, Strip
from sexton.core.schedules.ticks import Ticks, TickTimes, count_ticks, open_spans, ticking
from sexton.model.units import DAY, MINUTE, Duration, Instant

_PLACES = 43_200  # in a set: minutes are laid out a month at a time, finer times a day
_NEVER: Instant = -(1 << 62)


def tally(
    crons: Sequence[CronTimes], every: Collection[TickTimes], after: Instant, until: Instant
) -> tuple[int, Instant]:
    """How many instants in (after, until] are a fire time, and the last of them. There has to be one."""
    number, last = 0, after
    for low, high, ticks in _spans(every, after, until):
        number += count_ticks(ticks, low, high)
        last = max([last, *(tick for each in ticks if (tick := each.until(high)) > low)])
        for more, latest in _count_crons(crons, ticks, low, high):
            number, last = number + more, max(last, latest)
    return number, last


def _count_crons(
    crons: Sequence[CronTimes], ticks: Collection[Ticks], low: Instant, high: Instant
) -> Iterator[tuple[int, Instant]]:
    """Part by part of (low, high]: how many fire times by the wall clock are no ticks, and the last of them all."""
    if len(crons) == 1 and not ticks:
        yield from _count_alone(crons[0].strips(low, high))
        return
    window = max(DAY, _PLACES * min((cron.grain for cron in crons), default=MINUTE))
    for start in range(low, high, window) if crons else ():
        strips = (cron.strips(start, min(start + window, high)) for cron in crons)
        yield _count_joined(chain.from_iterable(strips), ticks)


def _count_alone(strips: Iterable[Strip]) -> Iterator[tuple[int, Instant]]:
    """The same for one rule: what it has on whole days coincides with nothing, and need not be laid out, unless that
    is a day on which something is made up for the gap before it."""
    parts: list[Strip] = []
    for strip in strips:
        whole = strip.end - strip.first == DAY and not (parts and parts[-1].end > strip.first)
        if parts and (whole or strip.first - parts[-1].end > DAY):
            yield _count_joined(parts, ())
            parts.clear()
        if whole:
            last = strip.origin + (strip.minutes.bit_length() - 1) * MINUTE + strip.seconds[-1]
            yield strip.minutes.bit_count() * len(strip.seconds), last
        else:
            parts.append(strip)
    yield _count_joined(parts, ())


def _count_joined(strips: Iterable[Strip], ticks: Collection[Ticks]) -> tuple[int, Instant]:
    """How many instants the strips have together that are no ticks, and the last that they have at all."""
    times, origin, unit = _lay_out(strips)
    if not times:
        return 0, _NEVER  # the strips were there, and nothing of them was left
    last = origin + (times.bit_length() - 1) * unit
    for each in ticks:
        times &= ~ticking(each, origin, unit, times.bit_length())
    return times.bit_count(), last


def _spans(
    every: Collection[TickTimes], after: Instant, until: Instant
) -> Iterator[tuple[Instant, Instant, tuple[Ticks, ...]]]:
    """(after, until] in pieces (from, to], each with what ticks there: by days left out, and by when rules begin."""
    edges = {after, until, *(rule.since for rule in every if rule.since is not None and after < rule.since < until)}
    for rule in every:
        if rule.calendar is not None:
            edges.update(chain.from_iterable(open_spans(rule.zone, rule.calendar, after, until)))
            break
    ordered = sorted(edges)
    for low, high in pairwise(ordered):
        yield low, high, tuple(rule.ticks for rule in every if rule.holds_at(low + 1))


def _lay_out(strips: Iterable[Strip]) -> tuple[int, Instant, Duration]:
    """The fire times of all strips as one bit set, with the instant of its bit 0 and the time from bit to bit."""
    strips = [strip for strip in strips if strip.first < strip.end]
    if not strips:
        return 0, _NEVER, MINUTE
    origin = min(strip.origin for strip in strips)
    seconds = {strip.seconds for strip in strips}
    unit = gcd(MINUTE, *(strip.origin - origin for strip in strips), *chain.from_iterable(seconds))
    times = 0
    for strip in strips:
        times |= _cut(strip, unit) << (strip.origin - origin) // unit
    return times, origin, unit


def _cut(strip: Strip, unit: Duration) -> int:
    """The strip's times in units from its origin, but for those before its first and from its end on."""
    times = strip.minutes if unit == MINUTE else _spread(strip.minutes, strip.seconds, unit)
    if strip.first > strip.origin:
        low = -(-(strip.first - strip.origin) // unit)
        times = times >> low << low
    if strip.end < strip.origin + DAY:
        times &= (1 << -(-(strip.end - strip.origin) // unit)) - 1
    return times


@lru_cache(maxsize=8)
def _spread(minutes: int, seconds: tuple[Duration, ...], unit: Duration) -> int:
    """The minutes' bit set at a finer grain: each becomes its seconds."""
    wanted = {second // unit for second in seconds}
    minute = "".join("1" if place in wanted else "0" for place in reversed(range(MINUTE // unit)))
    blank = "0" * len(minute)
    return int("".join(minute if bit == "1" else blank for bit in f"{minutes:b}"), 2)
