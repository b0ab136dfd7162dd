"""Broken files and the exact words for each: one row, one mistake, one message."""

from collections.abc import Callable

import pytest

from sexton.config.after import OUTCOMES
from sexton.config.settings import SETTINGS_KEYS

Complain = Callable[..., list[str]]

COMMAND = 'a string such as "./job.sh --all" or a list such as ["./job.sh", "--all"] is meant'

DURATION = "write it as 90s, 5m, 1h30m, 2d or 250ms"
DAYS = 'a day such as "2026-12-25" or "calendar: Sat,Sun", or a list of them,'
LEFT_OUT = "write a date (2026-12-25), or calendar: Sat,Sun"
NO_SECRETS = "a secret cannot stand here; the key `secrets` or a variable in `env` gives it to a process"

SETTINGS = [
    ("stat = 1", "sexton: unknown key `stat`; did you mean `state`?"),
    ("zzz = 1", f"sexton: unknown key `zzz`; known here: {', '.join(f'`{key}`' for key in SETTINGS_KEYS)}"),
    ("watch = 1", "sexton.watch: 1 is a number; true or false is meant"),
    ("state = 1", "sexton.state: 1 is a number; a string is meant"),
    (
        'state = "/var/s.db"',
        'sexton.state: "/var/s.db" is no address; "sqlite:////absolute/path" or "sqlite:///relative/path" is meant',
    ),
    (
        'state = "sqlite://s.db"',
        'sexton.state: "sqlite://s.db" is no address; "sqlite:////absolute/path" or "sqlite:///relative/path" is meant',
    ),
    ('state = "sqlite:///"', 'sexton.state: "sqlite:///" names no file; to keep nothing, ":memory:" is meant'),
    (
        'state = "sqlite:///:memory:"',
        'sexton.state: "sqlite:///:memory:" names no file; to keep nothing, ":memory:" is meant',
    ),
    (
        'state = "postgresql://user:hunter2@db/x"',
        "sexton.state: PostgreSQL is not in this version of Sexton; sqlite:///FILE is",
    ),
    (
        'state = "mysql://user:hunter2@db/x"',
        'sexton.state: unknown kind of state "mysql"; "sqlite:////var/lib/sexton/state.db" is meant',
    ),
    ('log_dir = ""', "sexton.log_dir: it is empty"),
    (
        'log_dir = "secret:x"',
        f"sexton.log_dir: {NO_SECRETS}",
    ),
    ("socket = ['x']", "sexton.socket: […] is a list; a string is meant"),
    (
        'timezone = "Europe/Berln"',
        "sexton.timezone: cannot use the time zone 'Europe/Berln': there is no such zone; did you mean Europe/Berlin?",
    ),
    ('relay = "rew"', 'sexton.relay: "rew" is unknown; did you mean "raw"?'),
    ('relay = "x"', 'sexton.relay: "x" is unknown; known here: "prefix", "raw", "json", "off"'),
    ("relay = false", 'sexton.relay: false is a boolean; "prefix" or "raw" or "json" or "off" is meant'),
    ('log_format = "xml"', 'sexton.log_format: "xml" is unknown; "text" or "json" is meant'),
    ("stop_within = 9", 'sexton.stop_within: 9 is a number; a duration such as "9s" is meant'),
    (
        'stop_within = "9"',
        f"sexton.stop_within: cannot read the duration '9': a number has no unit; {DURATION}",
    ),
    ('max_parallel = "4"', 'sexton.max_parallel: "4" is a string; a whole number such as 64 is meant'),
    ("max_parallel = true", "sexton.max_parallel: true is a boolean; a whole number such as 64 is meant"),
    ("max_parallel = 0", "sexton.max_parallel: 0 is out of range; a whole number such as 64 is meant"),
    ("max_parallel = 1.5", "sexton.max_parallel: 1.5 is a number; a whole number such as 64 is meant"),
    ('on_state_loss = "stop"', 'sexton.on_state_loss: "stop" is unknown; known here: "hold", "run"'),
    (
        'keep = "90d"',
        'sexton.keep: "90d" is a string; a table such as { runs = "90d", logs = "30d", size = "1GB" } is meant',
    ),
    ('keep = { run = "90d" }', "sexton.keep: unknown key `run`; did you mean `runs`?"),
    ('keep = { size = "1 potato" }', 'sexton.keep.size: "1 potato" is no size; a size such as "1GB" is meant'),
    ("keep = { size = 5 }", 'sexton.keep.size: 5 is a number; a size such as "1GB" is meant'),
    (
        'include = "b.toml"',
        'sexton.include: "b.toml" is a string; a list of files such as ["more.toml"] is meant',
    ),
    ("relay = 2026-01-01", 'sexton.relay: 2026-01-01 is a date or time; "prefix" or "raw" or "json" or "off" is meant'),
]


@pytest.mark.parametrize(("line", "message"), SETTINGS)
def test_a_setting_that_cannot_be_is_explained(complain: Complain, line: str, message: str) -> None:
    assert complain(f"[sexton]\n# first\n{line}\n") == [f"sexton.toml:3: {message}"]


RETRY = 'a table such as { attempts = 3, delay = "30s", factor = 2, limit = "10m" }'
ON = '{ service = "db", state = "fatal" } or { file = "incoming/*.csv" } is meant'
JOB = [
    (
        "late_after = '1h'",
        "jobs.x.late_after: it counts from fire times, and there is no `schedule`; give one, or leave it out",
    ),
    ("retry = 3", f"jobs.x.retry: 3 is a number; {RETRY} is meant"),
    (
        'retry = { delay = "1s" }',
        "jobs.x.retry: `attempts` is missing; attempts = 3 lets a run be tried three times in all",
    ),
    ("retry = { attempts = 0 }", "jobs.x.retry.attempts: 0 is out of range; a number from 1 to 1000 is meant"),
    ("dst_gap = 'skipp'", 'jobs.x.dst_gap: "skipp" is unknown; did you mean "skip"?'),
    ("dst_overlap = 2", 'jobs.x.dst_overlap: 2 is a number; "first" or "second" or "both" is meant'),
    (
        "except = 2026-12-25T00:00:00",
        f"jobs.x.except: 2026-12-25 00:00:00 is a date or time; {DAYS} is meant",
    ),
    (
        "except = ['2026-12-25', '2026-02-29']",
        f"jobs.x.except[1]: cannot read '2026-02-29' as days to leave out; {LEFT_OUT}",
    ),
    (
        "except = 'calendar: 12:00'",
        "jobs.x.except: cannot leave out '12:00': whole days are meant, without a time; write *-12-25 or Sun",
    ),
    (
        "schedule = '@daily'\nexcept = 'calendar: *-*-*'",
        "jobs.x.schedule: cannot use '@daily': it can never fire, for all of its days are left out",
    ),
    ("timeuot = '3m'", "jobs.x: unknown key `timeuot`; did you mean `timeout`?"),
    ("on = 'any'", f'jobs.x.on: "any" is a string; a table such as {ON}'),
    ("on = { state = 'fatal' }", f"jobs.x.on: `service` is missing; {ON}"),
    ("on = { service = 'db' }", "jobs.x.on.service: there is no service `db`; there is none to choose from"),
    ("cwd = 3", "jobs.x.cwd: 3 is a number; a string is meant"),
    ('cwd = ""', "jobs.x.cwd: it is empty"),
    ('cwd = "a\\u0000b"', "jobs.x.cwd: it holds a NUL character, which no process can be given"),
    ('env = "A=b"', 'jobs.x.env: "A=b" is a string; a table of strings such as { MODE = "fast" } is meant'),
    ("env = { A = [1] }", "jobs.x.env.A: […] is a list; a string is meant"),
    ("env = { A = {} }", "jobs.x.env.A: {} is a table; a string is meant"),
    ("env = { A = 07:00:00 }", "jobs.x.env.A: 07:00:00 is a date or time; a string is meant"),
    (
        'env = { A = "secret:pw" }',
        "jobs.x.env.A: there is no secret `pw`; there is none to choose from",
    ),
    (
        'env = { "A=" = "b" }',
        'jobs.x.env."A=": no variable can have this name; one without = and NUL, not empty, is meant',
    ),
    ('env = { "" = 1 }', 'jobs.x.env."": no variable can have this name; one without = and NUL, not empty, is meant'),
    ("env_file = 3", 'jobs.x.env_file: 3 is a number; a file such as "job.env", or a list of them, is meant'),
    ("env_file = []", 'jobs.x.env_file: the list is empty; a file such as "job.env", or a list of them, is meant'),
    ('env_file = "gone.env"', "jobs.x.env_file: cannot read gone.env: No such file or directory"),
    ('stop = "TERM"', 'jobs.x.stop: "TERM" is a string; a table such as { signal = "TERM", timeout = "10s" } is meant'),
    ('stop = { sig = "TERM" }', "jobs.x.stop: unknown key `sig`; did you mean `signal`?"),
    ('stop = { signal = "TREM" }', 'jobs.x.stop.signal: unknown signal "TREM"; did you mean "TERM"?'),
    (
        "stop = { signal = 0 }",
        'jobs.x.stop.signal: 0 is no signal\'s number; one from 1 to 64, or a name such as "TERM", is meant',
    ),
    ("stop = { signal = true }", 'jobs.x.stop.signal: true is a boolean; a signal such as "TERM" is meant'),
    ("stop = { timeout = 10 }", 'jobs.x.stop.timeout: 10 is a number; a duration such as "10s" is meant'),
    ("schedule = 5", 'jobs.x.schedule: 5 is a number; a schedule such as "0 8 * * *", or a list of them, is meant'),
    (
        "schedule = []",
        'jobs.x.schedule: the list is empty; a schedule such as "0 8 * * *", or a list of them, is meant',
    ),
    ('schedule = ""', "jobs.x.schedule: it is empty"),
    (
        'schedule = ["@daily", "0 24 * * *"]',
        "jobs.x.schedule[1]: hour: cannot use '24': 24 is out of range; hours go from 0 to 23",
    ),
    (
        'schedule = "0 0 30 2 *"',
        "jobs.x.schedule: cannot use '0 0 30 2 *': it can never fire, for no such date exists; correct day or month",
    ),
    (
        'timezone = "Berlin"',
        "jobs.x.timezone: cannot use the time zone 'Berlin': there is no such zone; did you mean Europe/Berlin?",
    ),
    ("after = 3", 'jobs.x.after: 3 is a number; a job\'s name, { job = "…", on = "…" }, or a list of those is meant'),
    (
        'after = ["y", 3]',
        'jobs.x.after[1]: 3 is a number; a job\'s name, { job = "…", on = "…" }, or a list of those is meant',
    ),
    ('after = ["y", "y"]', "jobs.x.after[1]: `y` is named twice; name it once, with a list for `on`"),
    ('after = "z"', "jobs.x.after: there is no job `z`; known here: `y`"),
    ('after = "x"', "jobs.x.after: jobs that wait for each other never run: x → x"),
    ('after = { on = "any" }', 'jobs.x.after: `job` is missing; { job = "…", on = "…" } is meant'),
    ('after = { job = "y", om = "any" }', "jobs.x.after: unknown key `om`; known here: `job`, `on`"),
    (
        'after = { job = "y", on = ["failed", "xy"] }',
        'jobs.x.after.on: "xy" is no outcome; known here: ' + ", ".join(f'"{word}"' for word in OUTCOMES),
    ),
    ("timeout = 30", 'jobs.x.timeout: 30 is a number; a duration such as "30m" is meant'),
    (
        'timeout = "0s"',
        "jobs.x.timeout: cannot use the duration '0s': it must be more than 0 and at most 36500d",
    ),
    ("grace = true", 'jobs.x.grace: true is a boolean; a duration such as "1h" is meant'),
    ('pool = "db"', "jobs.x.pool: there is no pool `db`; there is none to choose from"),
    ('overlap = "skp"', 'jobs.x.overlap: "skp" is unknown; did you mean "skip"?'),
    ("success_codes = 0", "jobs.x.success_codes: 0 is a number; a list of exit codes such as [0] is meant"),
    ("success_codes = []", "jobs.x.success_codes: the list is empty, so no run could succeed; [0] is meant"),
    ("success_codes = [0, 256]", "jobs.x.success_codes: 256 is out of range; an exit code from 0 to 255 is meant"),
    ('catch_up = "first"', 'jobs.x.catch_up: "first" is unknown; known here: "none", "last", "all"'),
    ("priority = 1.0", "jobs.x.priority: 1.0 is a number; a whole number such as 10 is meant"),
    ("shell = 1", "jobs.x.shell: 1 is a number; true or false is meant"),
]


@pytest.mark.parametrize(("line", "message"), JOB)
def test_a_job_s_key_that_cannot_be_is_explained(complain: Complain, line: str, message: str) -> None:
    text = f'[jobs.x]\ncommand = "true"\n{line}\n[jobs.y]\ncommand = "true"\n'
    assert complain(text) == [f"sexton.toml:3: {message}"]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ('""', f"it is empty; {COMMAND}"),
        ('"  "', f"it is empty; {COMMAND}"),
        ("[]", f"it is empty; {COMMAND}"),
        ('["", "x"]', f"it is empty; {COMMAND}"),
        ("3", f"3 is a number; {COMMAND}"),
        ('["x", 3]', "3 is a number; a string is meant"),
        ('"echo \'x"', "no closing quotation; close what is open, or write a list"),
        ("'echo x\\'", "no escaped character; close what is open, or write a list"),
        ('["x"]\nshell = true', "a list is started as it is, without a shell; with shell = true a string is meant"),
        ('""\nshell = true', f"it is empty; {COMMAND}"),
        ('"a\\u0000"', "it holds a NUL character, which no process can be given"),
    ],
)
def test_a_command_that_cannot_be_started_is_explained(complain: Complain, command: str, message: str) -> None:
    assert complain(f"[jobs.x]\ncommand = {command}\n") == [f"sexton.toml:2: jobs.x.command: {message}"]


MISNAMED = "cannot be a job's name; letters, digits and . _ -, the first no sign, 64 at most, are meant"

FILES = [
    ("a = [", "sexton.toml:1: this is not TOML: Invalid value (at the end of the file)"),
    ("\n[x\n", "sexton.toml:2: this is not TOML: Expected ']' at the end of a table declaration (column 3)"),
    ("[jobz.x]\n", "sexton.toml:1: unknown table `jobz`; did you mean `jobs`?"),
    ('relay = "raw"\n', "sexton.toml:1: `relay` stands outside of any table; it belongs into [sexton]"),
    ("sexton = 1\n", "sexton.toml:1: sexton: 1 is a number; a table, [sexton], is meant"),
    ("[[jobs]]\n", "sexton.toml:1: jobs: […] is a list; a table for each job, such as [jobs.web], is meant"),
    ('jobs.x = "true"\n', 'sexton.toml:1: jobs.x: "true" is a string; a table with a command is meant'),
    ("\n[jobs.x]\n", f"sexton.toml:2: jobs.x: `command` is missing; {COMMAND}"),
    (
        '[jobs.12]\ncommand = "x"',
        "sexton.toml:1: jobs.12: a name of digits alone is taken for a run's number; put a letter in",
    ),
    ('[jobs."a b"]\ncommand = "x"', f'sexton.toml:1: jobs."a b": "a b" {MISNAMED}'),
    ('[jobs.-a]\ncommand = "x"', f'sexton.toml:1: jobs.-a: "-a" {MISNAMED}'),
    ('[jobs."a\\n"]\ncommand = "x"', f'sexton.toml:1: jobs."a\\n": "a\\n" {MISNAMED}'),
    ("a = " + "[" * 5000 + "]" * 5000, "sexton.toml: lists or tables nest too deep; put fewer within each other"),
]


@pytest.mark.parametrize(("text", "problem"), FILES)
def test_a_file_that_cannot_be_used_is_explained(complain: Complain, text: str, problem: str) -> None:
    assert complain(text) == [problem]


def test_a_number_beyond_reason_is_no_toml(complain: Complain) -> None:
    (problem,) = complain("a = " + "9" * 5000)
    assert problem.startswith("sexton.toml: this is not TOML: Exceeds the limit")


def test_there_is_nothing_to_suggest_when_a_job_is_alone(complain: Complain) -> None:
    problems = complain('[jobs.x]\ncommand = "x"\nafter = "z"\n')
    assert problems == ["sexton.toml:3: jobs.x.after: there is no job `z`; there is none to choose from"]


def test_a_long_cycle_is_spelled_once(complain: Complain) -> None:
    text = "\n".join(f'[jobs.{name}]\ncommand = "x"\nafter = "{other}"' for name, other in ("ab", "bc", "ca", "da"))
    assert complain(text) == ["sexton.toml:3: jobs.a.after: jobs that wait for each other never run: a → b → c → a"]


def test_no_expanded_value_of_a_command_is_shown(complain: Complain) -> None:
    problems = complain('[jobs.x]\ncommand = "run ${PASSWORD}"\n', {"PASSWORD": "hunter2'"})
    assert problems == ["sexton.toml:2: jobs.x.command: no closing quotation; close what is open, or write a list"]


def test_upstreams_that_never_have_the_same_fire_time_are_refused(complain: Complain) -> None:
    problems = complain(
        """
        [jobs]
        a = { command = "a", schedule = "0 8 * * *" }
        b = { command = "b", schedule = "0 9 * * *" }
        x = { command = "x", after = ["a", "b"] }
        """
    )
    assert problems == [
        (
            "sexton.toml:5: jobs.x.after: `a` and `b` never have the same fire time, so it would never run; "
            "give them schedules that meet, or let the one come after the other"
        )
    ]


def test_upstreams_that_never_meet_are_reported_along_with_everything_else(complain: Complain) -> None:
    problems = complain(
        """
        [jobs]
        a = { command = "a", schedule = "0 8 * * *", timeout = 5 }
        b = { command = "b", schedule = "0 9 * * *" }
        x = { command = "x", after = ["a", "b"] }
        """
    )
    assert [problem.split(":")[1] for problem in problems] == ["3", "5"]
    assert "`a` and `b` never have the same fire time" in problems[1]


@pytest.mark.parametrize(
    "faulty",
    [
        'b = { command = "b", schedule = ["0 9 * * *", 5] }',
        'b = { command = "b", schedule = "0 9 * * *", timezone = "Mars" }',
        'b = { command = "b", schedule = "0 9 * * *", dst_gap = 3 }',
        'b = { command = "b", schedule = "0 9 * * *", after = [5] }',
        'b = { command = "b", after = ["a", "nobody"] }\nc = { command = "c", schedule = "0 9 * * *" }',
        'b = { command = "b", after = "c" }\nc = { command = "c", after = "b" }',
        'b = { command = "b", after = "c" }\nc.command = "c"\nc.after = ["b", "d"]\nd = { command = "d", after = "c" }',
    ],
)
def test_upstreams_are_not_held_to_fire_times_that_are_not_known(complain: Complain, faulty: str) -> None:
    problems = complain(
        f"""
[jobs]
a = {{ command = "a", schedule = "0 8 * * *" }}
x = {{ command = "x", after = ["a", "b"] }}
{faulty}
"""
    )
    assert problems
    assert not any("same fire time" in problem for problem in problems)


def test_upstreams_are_not_held_to_fire_times_in_a_zone_that_is_not_known(complain: Complain) -> None:
    problems = complain(
        """
        [sexton]
        timezone = "Mars"
        [jobs]
        a = { command = "a", schedule = "0 8 * * *" }
        b = { command = "b", schedule = "0 9 * * *", timezone = "UTC" }
        x = { command = "x", after = ["a", "b"] }
        """
    )
    assert len(problems) == 1


def test_each_of_several_schedules_is_explained(complain: Complain) -> None:
    problems = complain(
        """
        [jobs.x]
        command = "x"
        schedule = [
            "0 8 * * *",
            "0 0 31 2 *",
            5,
            ["0 9 * * *"],
            "soon",
        ]
        except = ["2026-12-25", 7, "never"]
        """
    )
    said = [problem.split(":", 3)[1:3] for problem in problems]
    assert said == [
        ["6", " jobs.x.schedule[1]"],
        ["7", " jobs.x.schedule[2]"],
        ["8", " jobs.x.schedule[3]"],
        ["9", " jobs.x.schedule[4]"],
        ["11", " jobs.x.except[1]"],
        ["11", " jobs.x.except[2]"],
    ]
