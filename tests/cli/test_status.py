"""The table of jobs, the daemon's line, one job in detail."""

import json

import pytest

from sexton.cli.status import table, timing
from tests.cli import views
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, reply
from tests.cli.terminals import paper, terminal

JOBS = [
    views.job(),
    views.job("mail-log", schedule=[], after=["ingest"], next=None, last=views.failed()),
    views.job("backup", state="running", running=[views.running()], next="2026-03-04T11:12:00Z", last=None),
    views.job("sweep", schedule=["@every 30s", "@reboot"], state="waiting", next="2026-03-04T08:00:21Z"),
    views.job("twice", schedule=[], state="running", running=[views.running(), views.running(43)], next=None),
]


@pytest.fixture
def serving(daemon: FakeDaemon) -> FakeDaemon:
    daemon.answers["GET /api/v1/info"] = reply(200, views.info())
    daemon.answers["GET /api/v1/jobs"] = reply(200, {"jobs": JOBS})
    daemon.answers["GET /api/v1/jobs/ingest"] = reply(200, JOBS[0])
    daemon.answers["GET /api/v1/runs?job=ingest&limit=5"] = reply(200, {"runs": [views.run(), views.missed()]})
    return daemon


@pytest.mark.usefixtures("serving")
def test_every_job_has_its_line(sexton: Sexton) -> None:
    code, out, err = sexton("status")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Sexton 1.2.3  pid 7  up 3d02h  Europe/Berlin  2 jobs  0 running",
        "",
        "JOB       STATE          LAST                     NEXT       SCHEDULE",
        "ingest    idle           succeeded 59m ago, 1.4s  in 23h00m  0 8 * * *",
        "mail-log  idle           failed 59m ago, 1.4s                after ingest",
        "backup    running 2m03s  never ran                in 3h12m   0 8 * * *",
        "sweep     waiting        succeeded 59m ago, 1.4s  in 21s     @every 30s; @reboot",
        "twice     running x2     succeeded 59m ago, 1.4s             on request",
    ]


@pytest.mark.usefixtures("serving")
def test_named_job_is_shown_in_detail(sexton: Sexton) -> None:
    assert sexton("status", "ingest")[1].splitlines()[2:] == [
        "ingest",
        "  state     idle",
        "  command   ./ingest.sh",
        "  schedule  0 8 * * *  (Europe/Berlin)",
        "  next      tomorrow 07:00 (in 23h00m)",
        "  last      succeeded 59m ago, took 1.4s",
        "",
        "ID  JOB     OUTCOME     STARTED          TOOK   CPU      MEM  REASON",
        "41  ingest  succeeded   59m ago          1.4s  0.8s  12.3 MB",
        "40  ingest  missed x12  yesterday 19:00                       until today 06:00; Sexton was not running",
    ]


def test_a_paused_job_is_said_to_be_paused(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/info"] = reply(200, views.info())
    daemon.answers["GET /api/v1/jobs"] = reply(200, {"jobs": [views.job(paused=True)]})
    daemon.answers["GET /api/v1/jobs/ingest"] = reply(200, views.job(paused=True))
    daemon.answers["GET /api/v1/runs?job=ingest&limit=5"] = reply(200, {"runs": []})
    assert sexton("status")[1].splitlines()[-1].split()[:2] == ["ingest", "paused"]
    assert "  paused    what falls due is skipped; go on with: sexton resume ingest" in sexton("status", "ingest")[1]


def test_running_job_shows_its_run_in_detail(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/info"] = reply(200, views.info())
    daemon.answers["GET /api/v1/jobs/backup"] = reply(200, JOBS[2])
    daemon.answers["GET /api/v1/runs?job=backup&limit=5"] = reply(200, {"runs": []})
    out = sexton("status", "backup")[1]
    assert "  running   run 42, running, since today 07:00 (2m03s), pid 812\n" in out
    assert out.endswith("  last      never ran\n")


def test_job_name_is_quoted_in_the_request(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/info"] = reply(200, views.info())
    assert sexton("status", "a/b ü?")[0] == 1
    assert daemon.asked[-1] == "GET /api/v1/jobs/a%2Fb%20%C3%BC%3F"


@pytest.mark.usefixtures("serving")
def test_json_is_the_apis_own(sexton: Sexton) -> None:
    code, out, _ = sexton("status", "--json")
    assert (code, json.loads(out)) == (0, {"info": views.info(), "services": [], "jobs": JOBS})


def test_hold_and_warnings_are_loud(serving: FakeDaemon, sexton: Sexton) -> None:
    trouble = {"hold": "no database", "warnings": ["disk full"], "relay_dropped_bytes": 1500, "waiting": 3, "jobs": 1}
    serving.answers["GET /api/v1/info"] = reply(200, views.info(**trouble))
    assert sexton("status")[1].splitlines()[:4] == [
        "Sexton 1.2.3  pid 7  up 3d02h  Europe/Berlin  1 job  0 running  3 waiting",
        "ON HOLD, no scheduled run starts: no database",
        "warning: disk full",
        "warning: 1.5 kB of the jobs' output did not reach standard output",
    ]


def test_empty_plan_is_said(serving: FakeDaemon, sexton: Sexton) -> None:
    serving.answers["GET /api/v1/jobs"] = reply(200, {"jobs": []})
    assert sexton("status")[1].endswith("\n\nThe plan has no services and no jobs.\n")


def test_hostile_names_cannot_steer_the_terminal(serving: FakeDaemon, sexton: Sexton) -> None:
    evil = views.job("a\x1b[2J\nb\x9b1mc\u202e", schedule=["\x1b]0;t\x07@daily"])
    serving.answers["GET /api/v1/jobs"] = reply(200, {"jobs": [evil]})
    out = sexton("status")[1]
    assert out.splitlines()[3].startswith("a bc  idle")
    assert not any(c in out for c in "\x1b\x9b\u202e\x07")


def test_colours_tell_states_and_outcomes() -> None:
    lines = list(table(JOBS[:3], paper(FORCE_COLOR="1"), views.NOW))
    assert "\x1b[32msucceeded 59m ago, 1.4s\x1b[0m" in lines[1]
    assert "\x1b[31mfailed 59m ago, 1.4s\x1b[0m" in lines[2]
    assert "\x1b[36mrunning 2m03s\x1b[0m" in lines[3]


def test_table_fits_when_the_terminal_has_eighty_columns() -> None:
    jobs = [*JOBS, views.job("a-job-with-quite-a-long-name", schedule=["0 4 * * sun,mon,tue"])]
    with terminal(80) as console:
        lines = list(table(jobs, console, views.NOW))
    assert max(map(len, lines)) == 80
    assert "…" in lines[-1]


@pytest.mark.parametrize("on", ["db fatal", "/data/incoming/*.csv"])
def test_a_job_that_an_event_starts_shows_which(on: str) -> None:
    assert timing(views.job(schedule=[], on=on)) == f"on {on}"
    assert timing(views.job(on=on)) == f"0 8 * * *; on {on}"
