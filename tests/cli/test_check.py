"""The verdict on a configuration."""

import json
from pathlib import Path

import pytest

from sexton.cli.main import main

GOOD = """
[sexton]
timezone = "UTC"
[jobs.ingest]
schedule = ["0 8 * * *", "@reboot"]
command = "./ingest.sh"
[jobs.mail-log]
after = "ingest"
command = "./mail.sh"
[jobs.report]
command = "./report.sh"
"""


def check(capsys: pytest.CaptureFixture[str], text: str, *words: str) -> tuple[int, str, str]:
    Path("sexton.toml").write_text(text, encoding="utf-8")
    return main(["check", *words]), *capsys.readouterr()


def test_jobs_are_listed_when_all_is_well(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = check(capsys, GOOD)
    verdict, blank, *rows = out.splitlines()
    assert (code, err, blank) == (0, "", "")
    assert verdict == f"{tmp_path}/sexton.toml: ok: 3 jobs (1 scheduled, 1 after others, 1 on request)"
    assert [row.split("  ")[0] for row in rows] == ["JOB", "ingest", "mail-log", "report"]
    assert rows[1].startswith("ingest    0 8 * * *; @reboot  UTC   at start, in ")
    assert rows[2:] == ["mail-log  after ingest", "report    on request"]


SERVED = """
[groups.front]
services = ["web"]
[services.db]
command = "./db.sh"
critical = true
[services.web]
command = "./web.sh"
depends_on = "db"
restart = "unexpected"
[services.shell]
command = "./shell.sh"
autostart = false
restart = "never"
"""


def test_services_are_listed_before_the_jobs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = check(capsys, GOOD + SERVED)
    assert (code, err) == (0, "")
    assert out.splitlines()[:7] == [
        f"{tmp_path}/sexton.toml: ok: 3 services, 3 jobs (1 scheduled, 1 after others, 1 on request)",
        "",
        "SERVICE  STARTS      RESTART",
        "db       at start    always      critical",
        "web      after db    unexpected",
        "shell    on request  never",
        "",
    ]


def test_sinks_are_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sinks = '[sinks.a]\ncommand = ["./tell"]\n[sinks.b]\nping = { url = "https://x/1" }\n'
    assert check(capsys, SERVED + sinks)[1].startswith(f"{tmp_path}/sexton.toml: ok: 3 services, 2 sinks\n")


def test_jobs_are_not_spoken_of_when_there_are_but_services(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert check(capsys, SERVED)[1].startswith(f"{tmp_path}/sexton.toml: ok: 3 services\n")


def test_json_has_the_services(capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(check(capsys, SERVED, "--json")[1])
    assert [service["name"] for service in answer["services"]] == ["db", "web", "shell"]
    assert answer["services"][1] == {
        "name": "web",
        "group": "front",
        "restart": "unexpected",
        "depends_on": ["db"],
        "autostart": True,
        "critical": False,
    }


def test_json_names_jobs_and_fire_times_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = check(capsys, GOOD, "--json")
    answer = json.loads(out)
    assert (code, answer["ok"], answer["problems"]) == (0, True, [])
    assert [job["name"] for job in answer["jobs"]] == ["ingest", "mail-log", "report"]
    assert answer["jobs"][0]["next"].endswith("T08:00:00Z")
    assert (answer["jobs"][1]["after"], answer["jobs"][1]["next"]) == (["ingest"], None)


def test_every_problem_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys, "[jobs.a]\nschedul = 'x'\ncommand = 'y'\n[jobs.b]\n")
    assert (code, out) == (78, "")
    lines = err.splitlines()
    assert len(lines) >= 2
    assert all("sexton.toml:" in line for line in lines)


def test_json_carries_the_problems(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys, "[jobs.a]\nschedul = 'x'\ncommand = 'y'\n", "--json")
    answer = json.loads(out)
    assert (code, err, answer["ok"]) == (78, "", False)
    assert [sorted(problem) for problem in answer["problems"]] == [["file", "line", "message"]]
    assert answer["problems"][0]["line"] == 2


def test_unset_variable_is_a_warning_only(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = check(capsys, "[jobs.a]\ncommand = '${SURELY_NOT_SET}'\n")
    assert (code, out.splitlines()[1].startswith("warning: ")) == (0, True)


def test_absent_configuration_exits_78(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere.toml"]) == 78
    assert "nowhere.toml" in capsys.readouterr().err


def test_unknown_format_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = check(capsys, GOOD, "--format", "yaml")
    assert (code, "there is no format 'yaml'" in err) == (2, True)


DOUBTFUL = """
[sexton]
timezone = "Europe/Berlin"
[jobs.often]
schedule = ["@hourly",
            "*/7 * * * *"]
command = "./often.sh"
[jobs.late]
timezone = "UTC"
command = "./late.sh"
schedule = "30 2 * * *"
[jobs.never-odd]
command = "./odd.sh"
schedule = "0 0 13 * 5"
"""


def test_schedules_that_may_surprise_are_warned_of_at_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = check(capsys, DOUBTFUL)
    often, odd = [line for line in out.splitlines() if line.startswith("warning: ")]
    assert code == 0
    assert often.startswith("warning: ./sexton.toml:6: jobs.often.schedule[1]: '*/7' in the minute field is 0, 7, 14")
    assert odd.startswith("warning: ./sexton.toml:14: jobs.never-odd.schedule: both day fields are restricted")


def test_jobs_that_are_scheduled_alike_are_each_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    job = '[jobs.{}]\ncommand = "x"\nschedule = "*/7 * * * *"\n'
    answer = json.loads(check(capsys, job.format("a") + job.format("b"), "--json")[1])
    assert [warning.split(": ")[1] for warning in answer["warnings"]] == ["jobs.a.schedule", "jobs.b.schedule"]


def test_a_crontab_is_warned_of_by_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("my.crontab").write_text("# every week?\n*/7 * * * * ./often.sh\n", encoding="utf-8")
    assert main(["check", "my.crontab"]) == 0
    assert "warning: my.crontab:2: schedule: '*/7' in the minute field" in capsys.readouterr().out


def test_jobs_that_events_start_are_listed_with_these(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = '[services.db]\ncommand = "db"\n[jobs]\n' + "".join(
        f'{name} = {{ command = "x", on = {on} }}\n'
        for name, on in {"alarm": '{ service = "db" }', "load": '{ file = "/data/*.csv" }'}.items()
    )
    _, out, _ = check(capsys, text)
    assert out.splitlines()[0] == f"{tmp_path}/sexton.toml: ok: 1 service, 2 jobs (2 on events)"
    assert [line.split() for line in out.splitlines()[-2:]] == [
        ["alarm", "on", "db", "fatal"],
        ["load", "on", "/data/*.csv"],
    ]
    assert [job["on"] for job in json.loads(check(capsys, text, "--json")[1])["jobs"]] == ["db fatal", "/data/*.csv"]


def test_the_steps_of_a_job_are_in_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    text = '[jobs.x]\nsteps = [{ step = "archive", to = "b" }, { command = "./x.sh" }]'
    (job,) = json.loads(check(capsys, text, "--json")[1])["jobs"]
    assert job["steps"] == ["archive", "x.sh"]
