"""A schedule in plain words, one sentence for each rule.

Says what the rules are as data, so every grammar that core/schedules/parse.py reads is explained alike; never fails
for what has been parsed. What clock changes do to it is clockeffect.py's, what is doubtful in it lint.py's.
"""

from sexton.core.answers.day_words import day_words
from sexton.core.answers.time_words import time_words
from sexton.core.answers.words import every
from sexton.model.schedule import AtStart, Cron, Every, Rule, Schedule
from sexton.model.units import DAY, HOUR, Duration


def explain(schedule: Schedule) -> list[str]:
    """A sentence for each rule, and one for the days that are left out."""
    sentences = [_sentence(rule_words(rule)) for rule in schedule.rules]
    if schedule.left_out:
        sentences.append(_sentence(f"but not {'; nor '.join(day_words(days) for days in schedule.left_out)}"))
    return sentences


def rule_words(rule: Rule) -> str:
    """`at 02:30, Monday to Friday`."""
    match rule:
        case AtStart():
            return "once at each start of Sexton"
        case Every(period, True):
            return f"{every(period)}, counted from the start of Sexton"
        case Every(period):
            return f"{every(period)}, aligned to the clock{_since(period)}"
        case Cron():
            return _cron_words(rule)


def _since(period: Duration) -> str:
    if HOUR % period == 0:
        return ""
    return " of UTC" if DAY % period == 0 else " (counted from 1970-01-01 00:00 UTC)"


def _cron_words(cron: Cron) -> str:
    times, days = time_words(cron), day_words(cron.days)
    zone = f", {cron.zone} time" if cron.zone else ""
    if not days and times.startswith("at") and "every" not in times:
        days = "every day"
    if not days:
        return f"{times}{zone}"
    joint = " " if days.startswith(("on ", "in ", "from ", "every ")) and not times.endswith("that minute") else ", "
    return f"{times}{joint}{days}{zone}"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
