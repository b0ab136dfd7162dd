"""A year of a thousand jobs on the toy clock, over both clock changes of Berlin and fifty restarts at random moments,
against fire times that are found by trying: each has exactly one row, or lies in one counted missed range.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random  # noqa: TID251 - with a fixed seed
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sexton.core.schedules.parse import parse_schedule
from sexton.model.job import CatchUp, Job, OnLost, Overlap, Retry
from sexton.model.ledger import Row
from sexton.model.plan import Keep
from sexton.model.process import Process
from sexton.model.units import DAY, HOUR, MINUTE, SECOND, Instant
from tests.engine.stage import Stage
from tests.fakes import WALL

JOBS = 1000
RESTARTS = 50
YEAR = 365 * DAY
BERLIN = ZoneInfo("Europe/Berlin")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEEP = Keep(runs=2 * YEAR)


class Rule(NamedTuple):
    """A schedule in the plainest terms: at `minute` past `hour` (None: every sixth) on the days that fit."""

    minute: int
    hour: int | None
    weekday: int | None  # Monday 0
    day: int | None

    @property
    def text(self) -> str:
        weekday = "*" if self.weekday is None else str((self.weekday + 1) % 7)
        hour = "*/6" if self.hour is None else str(self.hour)
        return f"{self.minute} {hour} {'*' if self.day is None else self.day} * {weekday}"

    def fits(self, day: date) -> bool:
        return self.weekday in (None, day.weekday()) and self.day in (None, day.day)


def any_rule(random: Random) -> Rule:
    """Mostly weekly and monthly, some daily, a few every six hours; many in the hours that the clock changes touch."""
    hour = random.choice([random.randrange(24), 1, 2, 2, 3])
    kind = random.choices(["week", "month", "day", "hours"], [300, 674, 20, 6])[0]
    return Rule(
        minute=random.randrange(60),
        hour=None if kind == "hours" else hour,
        weekday=random.randrange(7) if kind == "week" else None,
        day=random.randrange(1, 32) if kind == "month" else None,
    )


# By trying


def tried(rule: Rule, until: Instant) -> list[Instant]:
    """The rule's fire times after WALL, by cron(8)'s rules for clock changes."""
    first = (EPOCH + timedelta(microseconds=WALL)).date() - timedelta(days=1)
    days = (first + timedelta(days=n) for n in range(YEAR // DAY + 40))
    found = {instant for day in days if rule.fits(day) for instant in on_day(rule, day)}
    return sorted(instant for instant in found if WALL < instant <= until)


def on_day(rule: Rule, day: date) -> Iterator[Instant]:
    if rule.hour is not None:
        yield fixed(datetime.combine(day, time(rule.hour, rule.minute)))
        return
    midnight = datetime.combine(day, time(), BERLIN).astimezone(UTC)
    for hours in range(26):  # wildcard hours follow the wall clock as it goes
        moment = midnight + timedelta(hours=hours, minutes=rule.minute)
        local = moment.astimezone(BERLIN)
        if local.date() == day and local.hour % 6 == 0 and local.minute == rule.minute:
            yield micros(moment)


def fixed(local: datetime) -> Instant:
    """The first pass of a local time; the first minute after the gap for one that is skipped."""
    while True:
        moment = local.replace(tzinfo=BERLIN, fold=0).astimezone(UTC)
        if moment.astimezone(BERLIN).replace(tzinfo=None) == local:
            return micros(moment)
        local = local.replace(minute=0) + timedelta(hours=1)


def micros(moment: datetime) -> Instant:
    return (moment - EPOCH) // timedelta(microseconds=1)


# The year


def any_job(number: int, rule: Rule, random: Random) -> Job:
    name = f"job{number}"
    return Job(
        name,
        Process((f"./{name}",)),
        schedule=parse_schedule([rule.text], "Europe/Berlin", name),
        catch_up=random.choice(list(CatchUp)),
        grace=random.choice([MINUTE, HOUR, DAY]),
        overlap=random.choice(list(Overlap)),
        retry=Retry(random.choice([1, 1, 3]), 5 * MINUTE),
        on_lost=random.choice(list(OnLost)),
        pool=random.choice([None, None, "few"]),
        jitter=random.choice([0, 0, 10 * MINUTE]),
        late_after=random.choice([None, 2 * HOUR]),
        priority=random.randrange(3),
    )


def live_through(stage: Stage, random: Random) -> None:
    """The year, cut by stops and crashes; Sexton is away for seconds, hours, or days."""
    cuts = sorted(random.randrange(YEAR) for _ in range(RESTARTS))
    stage.start()
    for cut in cuts:
        left = WALL + cut - stage.clock.wall
        if left > 0:
            stage.loop.advance(left)
        if random.random() < 0.5:
            stage.stop()
            stage.pass_time(9 * SECOND)
        else:
            stage.spawner.alive.clear()
        stage.clock.advance(random.choice([SECOND, HOUR, DAY, 3 * DAY]) * random.randrange(1, 4))
        stage.start()
    stage.loop.advance(max(0, WALL + YEAR - stage.clock.wall))


def covered(rows: Sequence[Row], times: Sequence[Instant]) -> list[Instant]:
    """The fire times that the rows stand for; a counted range has as many as it says."""
    found: list[Instant] = []
    for row in rows:
        if row.fire_time is None or row.slot.startswith("rerun"):
            continue
        inside = [row.fire_time] if row.last is None else [t for t in times if row.fire_time <= t <= row.last]
        assert len(inside) == row.number
        found += inside
    return sorted(found)


def test_every_fire_time_of_a_year_has_one_row_or_lies_in_a_counted_range() -> None:
    random = Random(20261122)
    rules = [any_rule(random) for _ in range(JOBS)]
    stage = Stage(*(any_job(number, rule, random) for number, rule in enumerate(rules)), pools={"few": 5}, keep=KEEP)
    for number in range(JOBS):
        lasts = random.choice([SECOND, MINUTE, 30 * MINUTE, 90 * MINUTE])
        stage.live(f"job{number}", lasts=lasts, code=random.choice([0, 0, 0, 1]), good_from=random.choice([None, 2]))
    live_through(stage, random)
    by_job: dict[str, list[Row]] = {}
    for row in stage.rows():
        by_job.setdefault(row.job, []).append(row)
    total = 0
    for number, rule in enumerate(rules):
        times = tried(rule, stage.watermark(f"job{number}"))
        assert covered(by_job.get(f"job{number}", []), times) == times, rule
        total += len(times)
        decided = tried(rule, stage.clock.wall - DAY)
        assert decided[-1:] <= times[-1:], "what was due a day ago has been decided"
    assert total > 20_000
    assert {"succeeded", "failed", "lost", "cancelled", "missed"} <= {str(row.outcome) for row in stage.rows()}
    started = [(env["SEXTON_RUN_ID"], env["SEXTON_ATTEMPT"]) for env in stage.spawner.started]
    assert len(started) == len(set(started)) > 15_000
