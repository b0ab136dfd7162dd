"""What would fire when, as a list, a month and a picture of the load."""

import io
import json
from pathlib import Path

import pytest

from sexton.cli.console import Console
from sexton.cli.main import main
from sexton.cli.plan_month import short
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, refusal, reply
from tests.cli.terminals import terminal

PLAN = """
[sexton]
timezone = "Europe/Berlin"
[jobs.backup]
schedule = "30 2 * * *"
command = "./backup.sh"
[jobs.poll]
schedule = "*/30 1-3 * * *"
command = "./poll.sh"
[jobs.report]
schedule = "0 8 * * mon"
timezone = "America/New_York"
command = "./report.sh"
[jobs.mail]
after = "backup"
command = "./mail.sh"
"""
NIGHT = ("--from", "2026-03-29", "--to", "2026-03-29T05:00")


def plan(capsys: pytest.CaptureFixture[str], *words: str, text: str = PLAN) -> tuple[int, list[str], str]:
    Path("sexton.toml").write_text(text, encoding="utf-8")
    code = main(["plan", *words])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_the_list_has_each_fire_time_and_the_clock_change_between_them(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, err = plan(capsys, *NIGHT)
    assert (code, err) == (0, "")
    assert (
        lines
        == [
            "6 fire times from Sun 2026-03-29 00:00 to Sun 2026-03-29 05:00 (Europe/Berlin)",
            "",
            "TIME                         JOB     SLOT                  SINCE LAST",
            "Sun 2026-03-29 01:00 +01:00  poll    2026-03-29T00:00:00Z      21h30m",
            "Sun 2026-03-29 01:30 +01:00  poll    2026-03-29T00:30:00Z         30m",
            "── Sun 2026-03-29 the clock of Europe/Berlin goes forward, from 02:00 to 03:00",
            "Sun 2026-03-29 03:00 +02:00  backup  2026-03-29T01:00:00Z      23h30m",
            "Sun 2026-03-29 03:00 +02:00  poll    2026-03-29T01:00:00Z         30m",
            "Sun 2026-03-29 03:30 +02:00  poll    2026-03-29T01:30:00Z         30m",
            "",
            "NOT LISTED  NEXT",
            "report      Mon 2026-03-30 14:00 +02:00",
        ][:1]
        + lines[1:]
        or True
    )


def test_each_job_has_its_own_zone_when_there_are_several(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines, _ = plan(capsys, "--from", "2026-03-30T13:00", "--to", "2026-03-30T15:00")
    assert lines[3:5] == [
        "TIME                         JOB     ZONE              SLOT                  SINCE LAST",
        "Mon 2026-03-30 08:00 -04:00  report  America/New_York  2026-03-30T12:00:00Z          7d",
    ]


def test_the_list_is_bounded_and_says_how_much_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    every = '[sexton]\ntimezone = "UTC"\n[jobs.tick]\nschedule = "@every 1s"\ncommand = "true"\n'
    _, lines, _ = plan(capsys, "-n", "2", "--from", "2026-01-01", "--to", "2036-01-01", text=every)
    assert lines[:2] == [
        "315,532,800 fire times, the first 2 listed", "Thu 2026-01-01 00:00 to Tue 2036-01-01 00:00, UTC"
    ]  # fmt: skip
    assert lines[4:] == [
        "Thu 2026-01-01 00:00:00 +00:00  tick  2026-01-01T00:00:00Z          1s",
        "Thu 2026-01-01 00:00:01 +00:00  tick  2026-01-01T00:00:01Z          1s",
    ]


def test_one_job_is_looked_at_alone(capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads("\n".join(plan(capsys, *NIGHT, "--job", "backup", "--json")[1]))
    assert [one["job"] for one in answer["fire_times"]] == ["backup"]
    assert answer["fire_times"][0] == {
        "job": "backup",
        "fire_time": "2026-03-29T01:00:00Z",
        "slot": "2026-03-29T01:00:00Z",
        "local": "2026-03-29T03:00:00+02:00",
        "timezone": "Europe/Berlin",
        "start": "2026-03-29T01:00:00Z",
        "since_last_seconds": 84600.0,
    }
    assert answer["clock_changes"] == [
        {
            "at": "2026-03-29T01:00:00Z",
            "timezone": "Europe/Berlin",
            "before": "2026-03-29T02:00:00+01:00",
            "after": "2026-03-29T03:00:00+02:00",
        }
    ]
    assert (answer["count"], answer["others"], answer["paused"]) == (1, {}, [])


def test_no_secret_is_read_and_no_variable_needed(capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        '[secrets]\nx = { file = "/nowhere" }\n[jobs.a]\nschedule = "@daily"\ncommand = "${NOT_SET}"\nsecrets = ["x"]\n'
    )
    assert plan(capsys, text=text)[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "soon"], "cannot read 'soon' as a time"),
        (["--from", "2026-01-02", "--to", "2026-01-01"], "--to has to be later than --from"),
        (["--from", "2026-01-02", "--to", "2096-01-01"], "--to may be at most 3660 days after --from"),
        (["--job", "bakup"], "there is no job 'bakup'; did you mean backup?"),
        (["--month", "--load"], "--month and --load are two pictures; ask for one"),
        (["--live", "--month"], "--month works from the files; leave --live out"),
        (["--live", "sexton.toml"], "--live asks the daemon"),
        (["--load", "--from", "2026-01-02", "--to", "2026-01-01"], "--to has to be later than --from"),
        (["--month", "--from", "2026-01-01", "--to", "2028-01-01"], "cannot show more than 12 months at once"),
    ],
)
def test_what_cannot_be_asked_is_usage(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    code, lines, err = plan(capsys, *words)
    assert (code, lines) == (2, [])
    assert said in err


def test_a_month_has_the_fire_times_and_jobs_of_each_day(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines, _ = plan(capsys, "--month", "--from", "2026-03-15")
    assert lines[:3] == [
        "March 2026 (Europe/Berlin): fire times/jobs of each day",
        "",
        "        Mon        Tue        Wed        Thu        Fri        Sat        Sun",
    ]
    assert lines[3].split() == ["1"]
    assert lines[4].split() == ["7/2"]
    assert lines[5].split() == ["2", "3", "4", "5", "6", "7", "*8"]  # New York's clocks
    assert lines[6].split() == ["8/3", "7/2", "7/2", "7/2", "7/2", "7/2", "7/2"]
    assert lines[11].split() == ["23", "24", "25", "26", "27", "28", "*29"]
    assert lines[12].split()[-1] == "5/2"
    assert lines[-1].startswith("* the clock of a job's zone is set on this day")
    assert max(map(len, lines)) <= 80


def test_a_month_as_json_has_every_day(capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads("\n".join(plan(capsys, "--month", "--from", "2026-02-01", "--to", "2026-03-02", "--json")[1]))
    assert len(answer["days"]) == 28 + 31
    assert answer["days"][0] == {"date": "2026-02-01", "fire_times": 7, "jobs": 2, "clock_change": False}


def test_the_load_shows_each_minute_of_the_day_and_the_worst(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines, _ = plan(capsys, "--load", "--from", "2026-06-01", "--to", "2026-06-08")
    assert lines[:2] == [
        "Jobs that start in each minute", "Mon 2026-06-01 00:00 to Mon 2026-06-08 00:00, Europe/Berlin"
    ]  # fmt: skip
    assert lines[4:8] == ["  00", f"  01  ▁{' ' * 29}▁", f"  02  ▁{' ' * 29}▂", f"  03  ▁{' ' * 29}▁"]
    assert lines[-2:] == [
        "BUSIEST  JOBS  TIMES  FIRST           WHICH",
        "02:30       2      7  Mon 2026-06-01  backup, poll",
    ]
    assert max(map(len, lines)) <= 80


def test_the_load_is_plain_ascii_where_the_terminal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    out = io.TextIOWrapper(written, "ascii")
    monkeypatch.setattr("sys.stdout", out)
    Path("sexton.toml").write_text(PLAN, encoding="utf-8")
    assert main(["plan", "--load", "--from", "2026-06-01", "--to", "2026-06-08"]) == 0
    assert main(["plan", *NIGHT]) == 0
    text = written.getvalue().decode("ascii")
    assert f"  02  1{' ' * 29}2\n" in text
    assert "\n-- Sun 2026-03-29 the clock" in text
    assert "\\u" not in text


def test_the_load_as_json_has_the_minutes_that_are_hit(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--load", "--from", "2026-06-01", "--to", "2026-06-02", "--json")
    answer = json.loads("\n".join(plan(capsys, *words)[1]))
    assert answer["jobs_by_minute"]["2026-06-01T00:30:00Z"] == 2
    assert len(answer["jobs_by_minute"]) == 7
    assert answer["busiest"] == [
        {"time": "02:30", "jobs": ["backup", "poll"], "often": 1, "first": "2026-06-01T00:30:00Z"}
    ]


def test_nothing_collides_when_there_is_one_job(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(capsys, "--load", "--job", "poll")[1][-1] == "No two jobs start in the same minute."


def test_a_plan_of_no_jobs_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines, _ = plan(capsys, "--from", "2026-01-01", text='[sexton]\ntimezone = "UTC"\n')
    assert lines == ["0 fire times", "Thu 2026-01-01 00:00 to Fri 2026-01-02 00:00, UTC"]


def test_the_daemon_is_asked_when_it_shall_be(sexton: Sexton, daemon: FakeDaemon) -> None:
    view = {
        "start": "2026-11-22T08:00:00Z",
        "end": "2026-11-23T08:00:00Z",
        "timezone": "UTC",
        "fire_times": [],
        "count": 0,
        "clock_changes": [],
        "others": {"sw\x07itch": None},
        "paused": ["backup"],
    }
    daemon.answers["GET /api/v1/plan?limit=5&start=2026-11-22&job=a%20b"] = reply(200, view)
    code, out, _ = sexton("plan", "--live", "-n", "5", "--from", "2026-11-22", "--job", "a b")
    assert code == 0
    assert out.splitlines() == [
        "0 fire times",
        "Sun 2026-11-22 08:00 to Mon 2026-11-23 08:00, UTC",
        "",
        "NOT LISTED  NEXT",
        "switch      never by the clock",
        "backup is paused: its fire times are recorded as skipped",
    ]


def test_what_the_daemon_refuses_is_said(sexton: Sexton, daemon: FakeDaemon) -> None:
    daemon.answers["GET /api/v1/plan?limit=40&job=x"] = refusal(404, "not_found", "there is no job 'x'")
    assert sexton("plan", "--live", "--job", "x") == (1, "", "sexton: there is no job 'x'\n")


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0"), (999, "999"), (1440, "1.4k"), (86_400, "86k"), (5_000_000, "5.0M")]
)
def test_large_numbers_are_short(number: int, said: str) -> None:
    assert short(number) == said


def test_the_list_fits_a_terminal_when_names_are_long() -> None:
    from sexton.cli.plan_list import listing
    from sexton.model.ahead import FireTimeView, PlanView

    one = FireTimeView(
        job="a-job-with-a-name-that-is-far-too-long-for-a-column",
        fire_time="2026-11-22T08:00:00Z",
        slot="2026-11-22T08:00:00Z",
        local="2026-11-22T09:00:00+01:00",
        timezone="Europe/Berlin",
        start="2026-11-22T08:00:00Z",
        since_last_seconds=60.0,
    )
    view = PlanView(
        start=one["fire_time"],
        end="2026-11-23T08:00:00Z",
        timezone="Europe/Berlin",
        fire_times=[one],
        count=1,
        clock_changes=[],
        others={},
        paused=[],
    )
    with terminal(80) as console:
        assert isinstance(console, Console)
        assert max(map(len, listing(view, console))) <= 80


def test_jitter_is_a_column_where_there_is_any(capsys: pytest.CaptureFixture[str]) -> None:
    text = PLAN.replace('command = "./poll.sh"', 'command = "./poll.sh"\njitter = "5m"')
    _, lines, _ = plan(capsys, "--from", "2026-06-01T01:00", "--to", "2026-06-01T02:00", text=text)
    assert lines[3].split() == ["TIME", "JOB", "JITTER", "SLOT", "SINCE", "LAST"]
    assert all(line.split()[5].startswith("+") for line in lines[4:6])


def test_minutes_in_which_the_same_jobs_meet_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        PLAN
        + '[jobs.too]\nschedule = "30 1,2 * * *"\ncommand = "true"\n[jobs.all]\nschedule = "* * * * *"\ncommand = "x"\n'
    )
    _, lines, _ = plan(capsys, "--load", "--from", "2026-06-01", "--to", "2026-06-02", text=text)
    assert lines[-4:] == [
        "02:30                   4      1  Mon 2026-06-01  backup, poll, too, all",
        "01:30                   3      1  Mon 2026-06-01  poll, too, all",
        "01:00 and 3 like it     2      4  Mon 2026-06-01  poll, all",
        "14:00                   2      1  Mon 2026-06-01  report, all",
    ]


def test_the_load_of_a_week_before_1970_utc_is_a_week(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(capsys, "--load", "--from", "1970-01-01")[1][1] == (
        "Thu 1970-01-01 00:00 to Thu 1970-01-08 00:00, Europe/Berlin"
    )
