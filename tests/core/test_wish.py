"""What a person may want of a run, and what is refused."""

import json

import pytest

from sexton.core.schedules.parse import parse_schedule
from sexton.core.slots import fire_slot
from sexton.core.wish import LARGEST, MOST_VARIABLES, Wish, read_wish
from sexton.model.errors import Refused
from sexton.model.job import Job
from sexton.model.process import Process
from sexton.model.secret import SecretUse

BERLIN = parse_schedule(["0 8 * * *"], "Europe/Berlin", "ingest")
INGEST = Job("ingest", Process(("true",), secrets=(SecretUse("sftp", "SFTP_PASSWORD"),)), BERLIN)


def read(at: str | None = None, env: str | None = None, key: str | None = None) -> Wish:
    return read_wish(INGEST, "UTC", at, env, key)


def test_a_plain_wish_has_no_slot_of_its_own() -> None:
    assert (read(), read().slot) == (Wish(None, {}, None), None)


@pytest.mark.parametrize("at", ["2026-11-22T08:00", "2026-11-22T07:00Z", "2026-11-22T08:00+01:00"])
def test_a_fire_time_is_read_in_the_jobs_zone_and_names_the_run(at: str) -> None:
    assert read(at).slot == "2026-11-22T07:00:00Z"
    assert fire_slot(read(at).at or 0) == "2026-11-22T07:00:00Z"


def test_a_job_without_a_schedule_has_the_plans_zone() -> None:
    assert (
        read_wish(INGEST._replace(schedule=None), "Asia/Tokyo", "2026-11-22", None, None).slot == "2026-11-21T15:00:00Z"
    )


def test_a_key_names_the_run() -> None:
    assert read(key="order-17").slot == "manual:order-17"


def test_variables_are_taken_as_they_are() -> None:
    env = {"DAY": "2026-11-22", "_x": "", "Z": "a\nb=c ü"}
    assert read(env=json.dumps(env)).env == env


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"at": "tomorrow"}, "cannot read 'tomorrow' as a time"),
        ({"at": "2026-11-22", "key": "x"}, "give one of them"),
        ({"key": ""}, "1 to 64 characters"),
        ({"key": "a b"}, "1 to 64 characters"),
        ({"key": "x" * 65}, "1 to 64 characters"),
        ({"env": "DAY=1"}, "JSON object of texts"),
        ({"env": "[]"}, "JSON object of texts"),
        ({"env": '{"DAY": 1}'}, "JSON object of texts"),
        ({"env": '{"1DAY": ""}'}, "'1DAY' is no name of a variable"),
        ({"env": '{"A=B": ""}'}, "is no name of a variable"),
        ({"env": '{"SEXTON_JOB": "x"}'}, "SEXTON_JOB is Sexton's own"),
        ({"env": '{"SFTP_PASSWORD": "x"}'}, "one of the job's secrets"),
        ({"env": '{"SFTP_PASSWORD_FILE": "x"}'}, "one of the job's secrets"),
        ({"env": '{"DAY": "a\\u0000b"}'}, "no environment can hold"),
        ({"env": '{"DAY": "\\udc80"}'}, "no environment can hold"),
        ({"env": json.dumps({f"V{n}": "" for n in range(MOST_VARIABLES + 1)})}, "65 variables"),
        ({"env": json.dumps({"V": "x" * LARGEST})}, "too large"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_a_reason(wish: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        read(**wish)
    assert refused.value.kind == "invalid"
