"""What a clock change does to a schedule, in English."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sexton.core.answers.clockeffect import Gap, Repeat
from sexton.core.answers.day_words import WEEKDAYS
from sexton.core.durations import format_duration
from sexton.model.units import MINUTE, Instant


def effect_words(effect: Gap | Repeat) -> str:
    """A sentence on one change, without its full stop."""
    change = effect.change
    before, after = change.at + change.before, change.at + change.after
    way = "forward" if after > before else "back"
    when = f"{day_of(after)}, when the clock goes {way} from {clock_of(before)} to {clock_of(after)}"
    return f"on {when}: {_times(effect)} {_what(effect)[0]} and {_what(effect)[1]}"


def effect_clauses(effects: Sequence[Gap | Repeat]) -> str:
    """Several as one sentence: `02:30 does not exist on Sun 2027-03-28 (it fires at 03:00 instead) and comes …`."""
    said: list[str] = []
    for effect in effects:
        exists, fires = _what(effect)
        pronoun = "it" if effect.number == 1 else "they"
        times = "" if said and said[0].startswith(_times(effect)) else f"{_times(effect)} "
        said.append(f"{times}{exists} on {day_of(effect.change.at + effect.change.after)} ({pronoun} {fires})")
    return " and ".join(said)


def day_of(wall: Instant) -> str:
    """`Sun 2027-03-28`."""
    moment = _moment(wall)
    return f"{WEEKDAYS[moment.isoweekday() % 7][:3]} {moment.date()}"


def clock_of(wall: Instant) -> str:
    moment = _moment(wall)
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _moment(wall: Instant) -> datetime:
    return datetime(1970, 1, 1) + timedelta(microseconds=wall)  # noqa: DTZ001 - the wall's


def _times(effect: Gap | Repeat) -> str:
    if effect.number == 1:
        return clock_of(effect.first)
    return f"the {effect.number:,} times from {clock_of(effect.first)} to {clock_of(effect.last)}"


def _what(effect: Gap | Repeat) -> tuple[str, str]:
    one = effect.number == 1
    if isinstance(effect, Repeat):
        return f"come{'s' * one} twice", f"fire{'s' * one} {_passes(effect)}"
    return f"do{'es' * one} not exist", _instead(effect, one=one)


def _passes(effect: Repeat) -> str:
    if effect.first_pass and effect.second_pass:
        return "both times"
    if effect.first_pass:
        return "the first time only"
    return "the second time only" if effect.second_pass else "not at all"


def _instead(effect: Gap, *, one: bool) -> str:
    if not effect.made_up:
        lasting = f", so that nothing fires for {format_duration(effect.pause)}" if effect.pause > effect.usual else ""
        return f"do{'es' * one} not fire{lasting}"
    at = clock_of(effect.made_up[0] + effect.change.after)
    if one:
        return f"fires at {at} instead"
    return f"fire once instead, at {at}" if len(effect.made_up) == 1 else f"fire from {at} on instead, a minute apart"


def touched_span(effect: Gap | Repeat) -> str:
    """The wall times that the change touches: `02:00 to 02:59`."""
    low, high = sorted((effect.change.at + effect.change.before, effect.change.at + effect.change.after))
    return f"{clock_of(low)} to {clock_of(high - MINUTE)}"
