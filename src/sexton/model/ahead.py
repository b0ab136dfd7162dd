"""What is shown of what is to come, as JSON: the same from the API and from `sexton plan --json`.

Loaded by who is asked for it. Instants are ISO 8601 in UTC with `Z`; what is called local has the zone's offset.
"""

from typing import TypedDict

from sexton.model.views import RunView


class FireTimeView(TypedDict):
    job: str
    fire_time: str
    slot: str
    local: str  # the fire time on the wall of the job's zone
    timezone: str  # the job's
    start: str  # the fire time, put off by the job's jitter
    since_last_seconds: float | None  # since its fire time before


class ClockChangeView(TypedDict):
    at: str
    timezone: str
    before: str  # what the wall shows when the change comes, with the old offset
    after: str  # and what it is set to


class PlanView(TypedDict):
    start: str
    end: str
    timezone: str
    fire_times: list[FireTimeView]
    count: int  # of all fire times from start to end, listed or not
    clock_changes: list[ClockChangeView]  # within a day of a fire time that is listed
    others: dict[str, str | None]  # jobs that are not listed: their next fire time from `start`
    paused: list[str]  # jobs whose fire times are let pass at present


class WhyFieldView(TypedDict):
    field: str
    value: str  # what the wall shows
    wanted: str
    fits: bool


class WhyRuleView(TypedDict):
    schedule: str
    words: str
    fits: bool
    fields: list[WhyFieldView]  # none of a rule that has none, such as @every
    joined: str  # how the two day fields are joined, where both say something


class StandingView(TypedDict):
    word: str  # in_range, has_run, no_fire_time, to_come, held, waiting, due, forgotten, not_owed
    message: str
    run: RunView | None


class WhyView(TypedDict):
    job: str
    timezone: str
    asked: str  # the time that was asked for, on the wall of the job's zone
    at: str | None  # the fire time that the question comes down to
    local: str | None
    fires: bool
    rules: list[WhyRuleView]
    notes: list[str]  # clock changes, days left out
    previous: str | None  # the fire times beside it
    next: str | None
    standing: StandingView | None  # what became of it, which the schedule alone does not know
