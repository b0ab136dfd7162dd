"""Services in `sexton status`: the table above that of the jobs, one in detail."""

import json

import pytest

from sexton.cli import standing
from sexton.cli.services import table
from tests.cli import views
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, refusal, reply
from tests.cli.terminals import paper, terminal

SERVICES = [
    views.service("db"),
    views.service("web", group="front", depends_on=["db"], pid=90123, uptime_seconds=0.4, state="starting"),
    views.down("proxy", "waiting", group="front", depends_on=["db", "web"], ended=None),
    views.down("bad", "backoff", reason="exit code 3", exit_code=3),
    views.down("worse", "fatal", reason="killed by SIGSEGV", signal="SIGSEGV"),
    views.down("once", "exited", reason="exit code 0", exit_code=0),
    views.down("later", signal="SIGTERM"),
    views.down("off", enabled=False),
    views.service("slow", state="killing"),
]


@pytest.fixture
def serving(daemon: FakeDaemon) -> FakeDaemon:
    daemon.answers["GET /api/v1/info"] = reply(200, views.info(services=9, services_running=1))
    daemon.answers["GET /api/v1/services"] = reply(200, {"services": SERVICES})
    daemon.answers["GET /api/v1/jobs"] = reply(200, {"jobs": [views.job()]})
    return daemon


@pytest.mark.usefixtures("serving")
def test_every_service_has_its_line_above_the_jobs(sexton: Sexton) -> None:
    code, out, err = sexton("status")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Sexton 1.2.3  pid 7  up 3d02h  Europe/Berlin  1 of 9 services up  2 jobs  0 running",
        "",
        "SERVICE  STATE     UPTIME    PID  REASON",
        "db       running       2m    812",
        "web      starting      0s  90123",
        "proxy    waiting                  waits for web (starting)",
        "bad      backoff                  exit code 3, 30s ago",
        "worse    fatal                    killed by SIGSEGV, 30s ago",
        "once     exited                   exit code 0, 30s ago",
        "later    stopped",
        "off      disabled",
        "slow     stopping      2m    812",
        "",
        "JOB     STATE  LAST                     NEXT       SCHEDULE",
        "ingest  idle   succeeded 59m ago, 1.4s  in 23h00m  0 8 * * *",
    ]


def test_jobs_are_not_spoken_of_when_there_are_none(serving: FakeDaemon, sexton: Sexton) -> None:
    serving.answers["GET /api/v1/info"] = reply(200, views.info(services=1, services_running=1, jobs=0))
    serving.answers["GET /api/v1/services"] = reply(200, {"services": SERVICES[:1]})
    serving.answers["GET /api/v1/jobs"] = reply(200, {"jobs": []})
    out = sexton("status")[1]
    assert out.startswith("Sexton 1.2.3  pid 7  up 3d02h  Europe/Berlin  1 of 1 service up\n")
    assert "job" not in out.lower()


def test_colours_tell_states() -> None:
    colours = {"running": 32, "starting": 33, "stopping": 33, "waiting": 33, "backoff": 33, "fatal": 31}
    lines = list(table(SERVICES, paper(FORCE_COLOR="1"), views.NOW))[1:]
    for service, line in zip(SERVICES, lines, strict=True):
        state = standing.word(service)
        assert line.count("\x1b") == (2 if state in colours else 0)
        assert state not in colours or f"\x1b[{colours[state]}m{state}\x1b[0m" in line


def test_table_fits_when_the_terminal_has_eighty_columns() -> None:
    reason = "cannot start '/opt/very/long/path/to/a/program': No such file or directory"
    with terminal(80) as console:
        lines = list(
            table([*SERVICES, views.down("a-name-of-some-length", "fatal", reason=reason)], console, views.NOW)
        )
    assert max(map(len, lines)) == 80
    assert lines[-1].endswith("…")


@pytest.mark.usefixtures("serving")
def test_services_of_a_group_are_shown_in_detail(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/jobs/front"] = refusal(404, "not_found", "there is no job 'front'")
    assert sexton("status", "front")[1].splitlines()[1:] == [
        "",
        "web",
        "  state     starting, since today 07:57 (0s), pid 90123",
        "  command   ./web.sh",
        "  group     front",
        "  after     db",
        "  log       /var/log/sexton/services/web.log",
        "",
        "proxy",
        "  state     waiting, waits for web (starting)",
        "  command   ./proxy.sh",
        "  group     front",
        "  after     db, web",
        "  log       /var/log/sexton/services/proxy.log",
    ]


def test_service_that_ended_says_how_in_detail(serving: FakeDaemon, sexton: Sexton) -> None:
    gone = views.down("bad", "fatal", reason="exit code 3", autostart=False, critical=True, log=None)
    serving.answers["GET /api/v1/services"] = reply(200, {"services": [gone]})
    assert sexton("status", "bad")[1].splitlines()[2:] == [
        "bad",
        "  state     fatal",
        "  command   ./bad.sh",
        "  starts    on request",
        "  critical  Sexton stops when it has ended for good",
        "  ended     today 07:59, exit code 3",
    ]


def test_service_and_job_are_shown_when_both_have_the_name(serving: FakeDaemon, sexton: Sexton) -> None:
    serving.answers["GET /api/v1/jobs/db"] = reply(200, views.job("db", command="./backup-db.sh"))
    serving.answers["GET /api/v1/runs?job=db&limit=5"] = reply(200, {"runs": []})
    out = sexton("status", "db")[1]
    assert "  command   ./db.sh\n" in out
    assert "  command   ./backup-db.sh\n" in out


@pytest.mark.usefixtures("serving")
def test_unknown_name_is_told_with_what_may_be_meant(sexton: Sexton) -> None:
    assert sexton("status", "fron") == (1, "", "sexton: there is no service or job 'fron'; did you mean front?\n")


def test_json_is_the_apis_own(serving: FakeDaemon, sexton: Sexton) -> None:
    serving.answers["GET /api/v1/jobs/db"] = refusal(404, "not_found", "there is no job 'db'")
    answer = json.loads(sexton("status", "db", "--json")[1])
    assert (answer["services"], answer["jobs"]) == (SERVICES[:1], [])


@pytest.mark.usefixtures("serving")
def test_hostile_reasons_cannot_steer_the_terminal(serving: FakeDaemon, sexton: Sexton) -> None:
    evil = views.down("a\x1b[2Jb", "fatal", reason="\x1b]0;t\x07gone\n", log="/\x9b1m")
    serving.answers["GET /api/v1/services"] = reply(200, {"services": [evil]})
    for words in ([], ["a\x1b[2Jb"]):
        assert not any(c in sexton("status", *words)[1] for c in "\x1b\x9b\x07")


def test_lost_output_is_not_overlooked(serving: FakeDaemon, sexton: Sexton) -> None:
    serving.answers["GET /api/v1/services"] = reply(200, {"services": [views.service("db", log_lost_bytes=2_500_000)]})
    assert "warning: 2.5 MB of the output of db is not in its log" in sexton("status")[1].splitlines()
