"""The crontab door: what becomes of assignments, commands, users, directives, and of what is wrong."""

import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.core.schedules.parse import parse_schedule
from sexton.model.errors import ConfigError
from sexton.model.job import After, CatchUp, Job
from sexton.model.plan import Plan
from sexton.model.process import Process
from sexton.model.units import HOUR, MINUTE
from tests.config.crontabs import ANACRON, DIRECTIVES, INGEST, MAIL, SYSTEM, SYSTEMS

Load = Callable[..., Plan]
ENVIRON = {"TZ": "UTC", "HOME": "/home/of-sexton"}
ME = pwd.getpwuid(os.geteuid())


def table(folder: Path, text: str, name: str = "crontab", form: str | None = None, *, for_run: bool = False) -> Plan:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode())
    return load_plan([name], ENVIRON, for_run=for_run, form=form)


def mine(text: str) -> str:
    """root's jobs as those of whoever runs the tests, who need not be warned that they are another's."""
    return text.replace("root", ME.pw_name)


def jobs(folder: Path, text: str, name: str = "crontab") -> list[Job]:
    return list(table(folder, text, name).jobs.values())


def only(folder: Path, text: str, name: str = "crontab") -> Job:
    (job,) = jobs(folder, text, name)
    return job


def wrong(folder: Path, text: str, name: str = "crontab") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        table(folder, text, name)
    return str(caught.value).split("\n")


def test_a_line_becomes_a_job_that_owes_nothing(folder: Path) -> None:
    job = only(folder, "0 8 * * 1-5 ./backup.sh --all\n")
    assert job == Job(
        job.name,
        Process(("/bin/sh", "-c", "./backup.sh --all")),
        parse_schedule(["0 8 * * 1-5"], "UTC", job.name),
        catch_up=CatchUp.NONE,
    )


@pytest.mark.parametrize(
    ("said", "command", "stdin"),
    [
        ("echo a  b ", "echo a  b ", None),
        ("echo $HOME ${X:-$$} `x` $(y)", "echo $HOME ${X:-$$} `x` $(y)", None),
        ("date +\\%F", "date +%F", None),
        ("printf 'a\\\\n\\t\\'", "printf 'a\\\\n\\t\\'", None),
        ("cat%", "cat", None),
        ("cat%one", "cat", "one\n"),
        ("cat %one%two%", "cat ", "one\ntwo\n"),
        ("cat%%", "cat", "\n"),
        ("cat%100\\% of ${X}%$$", "cat", "100% of ${X}\n$$\n"),
        ("cat \\\\%in", "cat \\\\", "in\n"),
        ("echo # sexton: no=directive", "echo # sexton: no=directive", None),
    ],
)
def test_a_command_reaches_the_shell_untouched_but_for_percent_signs(
    folder: Path, said: str, command: str, stdin: str | None
) -> None:
    process = only(folder, f"* * * * * {said}\n").process
    assert (process.argv, process.stdin) == (("/bin/sh", "-c", command), stdin)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("A=b", "A", "b"),
        ("  A  =  b c  ", "A", "b c"),
        ("A=", "A", ""),
        ('A=""', "A", ""),
        ('A = " b "', "A", " b "),
        ("A='\"b\"'", "A", '"b"'),
        ("'A B'=c", "A B", "c"),
        ("\"A\" = 'c' ", "A", "c"),
        ('A=b "c" # d', "A", 'b "c" # d'),
        ("A=b=c", "A", "b=c"),
        ("A=$PATH:${B}$$", "A", "$PATH:${B}$$"),
        ("A=100%", "A", "100%"),
    ],
)
def test_an_assignment_is_read_as_cron_does(folder: Path, line: str, name: str, value: str) -> None:
    assert only(folder, f"{line}\n@daily x\n").process.env == {name: value}


def test_an_assignment_holds_for_the_lines_after_it(folder: Path) -> None:
    text = "@daily a\nX=1\n@daily b\nX=2\nSHELL=/bin/bash\n@daily c\nSHELL=/bin/sh\n@daily d\n"
    processes = [job.process for job in jobs(folder, text)]
    assert [process.env.get("X") for process in processes] == [None, "1", "2", "2"]
    assert [process.argv[0] for process in processes] == ["/bin/sh", "/bin/sh", "/bin/bash", "/bin/sh"]


def test_variables_that_mean_something_to_cron_mean_it_here(folder: Path) -> None:
    first, *_, last = jobs(folder, MAIL)
    assert first.schedule == parse_schedule(["0 22 * * 1-5"], "Europe/Berlin", first.name)
    assert first.process.argv == ("/bin/sh", "-c", 'mail -s "It is 10pm" joe')
    assert first.process.stdin == "Joe,\n\nWhere are your kids at 100%?\n"
    assert (first.mailto, first.mailfrom) == (("ops@example.com", "dev@example.com"), "cron@example.com")
    assert (last.mailto, last.process.env["MAILTO"]) == ((), "")
    assert last.process.argv[2] == "printf 'a\\\\b\\n' | tee x"
    assert last.process.env["GREETING"] == "  two blanks before, one after "


def test_home_is_where_a_job_starts_when_it_is_set(folder: Path) -> None:
    process = only(folder, "HOME=/srv\n@daily x\n").process
    assert (process.cwd, process.env) == ("/srv", {"HOME": "/srv"})
    assert only(folder, "@daily x\n").process.cwd is None


def test_a_system_crontab_names_users(folder: Path) -> None:
    text = f"# m h\n17 *\t* * *\t{ME.pw_name}    cd / && x\nHOME=/srv\n@daily {ME.pw_name} y\n"
    at_home, elsewhere = jobs(folder, text, "cron.d/packages")
    assert at_home.process.argv == ("/bin/sh", "-c", "cd / && x")
    assert at_home.process.cwd == (ME.pw_dir if os.path.isdir(ME.pw_dir) else "/")
    assert at_home.process.env == {"HOME": ME.pw_dir, "USER": ME.pw_name, "LOGNAME": ME.pw_name}
    assert (elsewhere.process.cwd, elsewhere.process.env["HOME"]) == ("/srv", "/srv")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run jobs of others")
def test_the_user_of_a_line_runs_it(folder: Path) -> None:
    job = only(folder, "@daily nobody:daemon id\n", "cron.d/x")
    assert job.process.user is not None
    assert (job.process.user.uid, job.process.env["LOGNAME"]) == (pwd.getpwnam("nobody").pw_uid, "nobody")


def test_the_format_option_says_whether_there_is_a_user(folder: Path) -> None:
    line = f"@daily {ME.pw_name} x\n"
    (with_user,) = table(folder, line, "x", form="cron.d").jobs.values()
    (without,) = table(folder, line, "cron.d/x", form="crontab").jobs.values()
    assert (with_user.process.argv[2], without.process.argv[2]) == ("x", f"{ME.pw_name} x")


@pytest.mark.parametrize("name", ["crontab", "x.cron", "x.crontab"])
def test_a_crontab_is_known_by_its_name(folder: Path, name: str) -> None:
    assert only(folder, "@daily x\n", name).process.argv[2] == "x"


def test_a_toml_file_includes_crontabs(load: Load, folder: Path) -> None:
    (folder / "more.crontab").write_text('# sexton: name=c after=t\n0 1 * * * echo "${X}"\n')
    plan = load('sexton.include = ["more.crontab"]\nsexton.timezone = "Asia/Tokyo"\n[jobs.t]\ncommand = "x"')
    schedule = plan.jobs["c"].schedule
    assert (list(plan.jobs), schedule and schedule.zone) == (["t", "c"], "Asia/Tokyo")
    assert plan.jobs["c"].process.argv[2] == 'echo "${X}"'
    assert plan.files == (str(folder / "sexton.toml"), str(folder / "more.crontab"))


def test_directives_set_any_key_of_a_job(folder: Path) -> None:
    nightly, report, beat, twin = jobs(folder, DIRECTIVES)
    assert (nightly.name, nightly.timeout, nightly.catch_up) == ("nightly", 30 * MINUTE, CatchUp.LAST)
    assert (nightly.grace, nightly.success_codes, nightly.priority) == (2 * HOUR, frozenset({0, 3}), 10)
    assert nightly.process.env.items() >= {"LEVEL": "0o22", "MODE": "fast", "TZ": "UTC"}.items()
    assert nightly.process.argv == ("/bin/bash", "-c", "./nightly.sh")
    assert (report.process.argv, report.process.cwd) == (("./report.sh", "--all"), "/srv/work")
    assert report.after == (After("nightly", report.after[0].on),)
    assert [job.schedule.texts for job in (report, beat) if job.schedule] == [("@every 5m",), ("@every 90s",)]
    assert twin.name == f"{beat.name}-2"


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
def test_a_directive_says_whether_there_is_a_shell(folder: Path, shell: str) -> None:
    text = f"SHELL={shell}\n# sexton: shell=false\n@daily a 'b $c'\n# sexton: shell=true\n@daily d\n"
    assert [job.process.argv for job in jobs(folder, text)] == [("a", "b $c"), (shell, "-c", "d")]


def test_a_secret_may_stand_for_the_value_of_a_variable(load: Load, folder: Path) -> None:
    (folder / "c.crontab").write_text("PASSWORD=secret:pw\n@daily x\n")
    plan = load('sexton.include = ["c.crontab"]\n[secrets]\npw = { env = "PW" }')
    (job,) = plan.jobs.values()
    assert [(use.secret, use.variable) for use in job.process.secrets] == [("pw", "PASSWORD")]
    assert "PASSWORD" not in job.process.env


@pytest.mark.parametrize("text", SYSTEMS.values(), ids=SYSTEMS)
def test_what_systems_ship_is_taken(folder: Path, text: str) -> None:
    entries = [line for line in text.splitlines() if line[:1] in {*"0123456789@*"}]
    plan = table(folder, text, "cron.d/x")
    assert len(plan.jobs) == len(entries)


def test_the_crontab_of_a_daily_ingest_is_taken(folder: Path) -> None:
    ingest, mail = jobs(folder, INGEST)
    assert (ingest.name[:9], mail.name[:13]) == ("ingest.sh", "email-logs.sh")
    said = "SCRIPT_DIR=/opt/ingest /opt/ingest/ingest.sh >> /var/log/ingest/ingest.log 2>&1"
    assert ingest.process.argv == ("/bin/sh", "-c", said)


def test_a_file_of_another_system_is_taken_with_warnings(folder: Path) -> None:
    crlf = mine(SYSTEM).replace("\n", "\r\n")
    plan = table(folder, crlf, "cron.d/x")
    assert [job.process.argv for job in plan.jobs.values()] == [
        job.process.argv for job in table(folder, mine(SYSTEM), "cron.d/y").jobs.values()
    ]
    assert plan.warnings == (
        "cron.d/x: its lines end in CR LF, which cron(8) would take for a part of each command; LF is meant",
    )


def test_a_missing_last_line_end_is_a_warning(folder: Path) -> None:
    plan = table(folder, mine(ANACRON).rstrip("\n"), "cron.d/x")
    assert len(plan.jobs) == 2
    assert plan.warnings == (
        "cron.d/x:6: the last line has no line end, so cron(8) would ignore the whole file; add one",
    )


NO_SUCH_FIELD = (
    "is the command here: a crontab has no field for seconds or years; a schedule with one can stand in a TOML file"
)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("@daily root x\n", "1: `root` is the command here; in a table with a user before each, give --format cron.d"),
        ("*/10 * * * * * * x\n", f"1: `*` {NO_SUCH_FIELD}"),
        ("0 8 * * * 2027-2030 x\n", f"1: `2027-2030` {NO_SUCH_FIELD}"),
        ("PATH=$PATH:/x\n", "1: PATH: nothing is replaced in a crontab's variables; `$` stands in it as it is"),
        ("LOGNAME=x\n", "1: LOGNAME: it is the user's name, and cron(8) lets nobody set it; left out"),
        ("TZ=Asia/Tokyo\n", "1: TZ: the commands get it, and the schedule stays in its zone; CRON_TZ sets that"),
    ],
)
def test_what_may_surprise_is_said_once(folder: Path, text: str, warning: str) -> None:
    assert table(folder, text).warnings == (f"crontab:{warning}",)


def test_every_bad_line_is_reported_with_its_field(folder: Path) -> None:
    text = """\
CRON_TZ=Europe/Berln
61 * * * * x
* * *
FOO="x
BAR="x" # y
# sexton: name=x timout=3m
* * * * * x
# sexton: name=x
* * * * * z
* * * * *
@dayly x
@every 5m
0 0 30 2 * x
# sexton: grace=5
0 0 * * * y
"""
    nicknames = "@hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, @reboot, @every 5m"
    said = wrong(folder, text)
    assert [line.split(": ")[0] for line in said] == [f"crontab:{n}" for n in (1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14)]
    assert said[1].startswith("crontab:2: schedule: minute: cannot use '61'")
    assert said[2:9] == [
        "crontab:3: month: it is missing; five fields and a command are meant, or @daily and a command",
        'crontab:4: the value: the quote " does not close',
        'crontab:5: the value: "# y" follows the closing quote; nothing may, not even a comment',
        "crontab:6: unknown key `timout`; did you mean `timeout`?",
        "crontab:9: a job of the name `x` is at line 7 already; give one another name",
        "crontab:10: the command is missing",
        f"crontab:11: schedule: cannot read '@dayly': there is no such nickname; the nicknames are {nicknames}",
    ]
    assert said[-1] == 'crontab:14: grace: 5 is a number; a duration such as "1h" is meant'


_USER = "in /etc/crontab and in cron.d a user stands between the schedule and the command"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("@daily", f"user: it is missing, and so is the command; {_USER}"),
        ("0 8 * * * root", f"the command is missing; {_USER}"),
        ("0 8 * * * /usr/bin/x y", f'user: "/usr/bin/x" can be nobody\'s name; {_USER}'),
    ],
)
def test_a_line_without_a_user_is_refused_where_one_belongs(folder: Path, line: str, problem: str) -> None:
    assert wrong(folder, f"{line}\n", "cron.d/x") == [f"cron.d/x:1: {problem}"]


def test_a_user_who_is_not_here_is_refused_for_a_run_and_warned_of_otherwise(folder: Path) -> None:
    text = "@daily no-such-user x\n"
    assert any("no user" in warning for warning in table(folder, text, "cron.d/x").warnings)
    with pytest.raises(ConfigError, match=r"cron\.d/x:1: user: there is no user"):
        table(folder, text, "cron.d/x", for_run=True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# sexton: name=x\n", "1: no entry follows to which this belongs; put it above one"),
        ("# sexton: shell=yes\n@daily x\n", '1: shell: "yes" is a string; true or false is meant'),
        ("# sexton: command=x\n", "1: `command` is what the entry says; write it there"),
        ("# sexton: name=3\n@daily x\n", "2: `name` at line 1: 3 is no name; put it in quotes"),
        ("# sexton: grace=1h grace=2h\n@daily x\n", "1: `grace` is set at line 1 already; set it once"),
        ("export A=b\n", "1: `export` is a word for shells; NAME=value is meant"),
        (
            '"A=B" = c\n@daily x\n',
            '1: env."A=B": no variable can have this name; one without = and NUL, not empty, is meant',
        ),
        ("SHELL=\n@daily x\n", "1: SHELL is empty; a program such as /bin/sh is meant"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(folder: Path, text: str, problem: str) -> None:
    assert wrong(folder, text) == [f"crontab:{problem}"]
