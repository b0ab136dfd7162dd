"""The steps of a job: what a plan makes of them, and what it refuses, by line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.config.steps.address import bears_password
from sexton.config.steps.catalogue import STEPS, options_module
from sexton.config.steps.read import CONDUCTOR, STEP_KEYS
from sexton.model.errors import ConfigError
from sexton.model.units import MINUTE
from tests.config.conftest import Complain, Load

SECRETS = '[secrets]\npw = { env = "PW" }\n'
GOOD = (
    SECRETS
    + """
[jobs.x]
cwd = "/srv"
[[jobs.x.steps]]
command = "./find.sh --new"
cwd = "bin"
env = { PW = "secret:pw", N = 3 }
[[jobs.x.steps]]
step = "archive"
to = "backup/%Y/${WHERE:-here}"
keep = 3
name = "put-away"
timeout = "1m"
"""
)


def test_steps_become_definitions_with_secrets_marked(load: Load) -> None:
    job = load(GOOD).jobs["x"]
    find, archive = job.steps
    assert (job.process.argv, job.process.cwd) == (CONDUCTOR, "/srv")
    assert (find.name, find.kind, find.timeout, find.secrets) == ("find.sh", "", None, ("pw",))
    assert json.loads(find.definition) == {
        "name": "find.sh",
        "command": ["./find.sh", "--new"],
        "env": {"N": "3", "PW": {"$secret": "pw"}},
        "cwd": "bin",
        "timeout": None,
    }
    assert (archive.name, archive.kind, archive.timeout, archive.secrets) == ("put-away", "archive", MINUTE, ())
    assert json.loads(archive.definition)["options"] == {"to": "backup/%Y/here", "keep": 3}


def test_a_secret_may_stand_for_any_value_of_a_built_in_step(load: Load) -> None:
    text = f'{SECRETS}[jobs.x]\nsteps = [{{ step = "archive", to = "secret:pw" }}]'
    (step,) = load(text).jobs["x"].steps
    assert json.loads(step.definition)["options"] == {"to": {"$secret": "pw"}}
    assert step.secrets == ("pw",)


def test_nothing_of_steps_is_loaded_for_a_plan_without(load: Load) -> None:
    code = (
        "import sys; from sexton.config.load import load_plan; load_plan(['sexton.toml'], {}); "
        "print([name for name in sys.modules if 'step' in name])"
    )
    load('[jobs.x]\ncommand = "true"')
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


ARCHIVE = 'step = "archive"\nto = "b"\n'
NAMES = 'two steps are called archive; give one of them a name = "…" of its own'


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ('step = "archiv"\n', "4: jobs.x.steps[0].step: there is no step `archiv`; did you mean `archive`?"),
        ('to = "b"\n', '3: jobs.x.steps[0]: which step? step = "fetch", say, or command = "./load.sh" is meant'),
        ('step = "archive"\n', "3: jobs.x.steps[0]: `to` is missing: the folder that files are moved to"),
        (ARCHIVE + "kep = 1\n", "6: jobs.x.steps[0]: unknown key `kep`; did you mean `keep`?"),
        (ARCHIVE + 'keep_for = "5x"\n', "6: jobs.x.steps[0].keep_for: cannot read the duration '5x'"),
        ('step = "archive"\nto = "%Q"\n', "5: jobs.x.steps[0].to: %Q stands for no part of a date"),
        ('step = "archive"\nto = "a%"\n', "5: jobs.x.steps[0].to: % stands for no part of a date"),
        (ARCHIVE + "timeout = 3\n", '6: jobs.x.steps[0].timeout: 3 is a number; a duration such as "10m" is meant'),
        (ARCHIVE + 'name = "a b"\n', "6: jobs.x.steps[0].name: letters, digits and . _ - are meant"),
        (ARCHIVE + 'command = "x"\n', "3: jobs.x.steps[0]: a step is a built-in one or a command; take one of them"),
        ('command = "x"\nuser = "y"\n', "5: jobs.x.steps[0]: `user` holds for all steps; write it into the job"),
        ('command = "secret:pw"\n', "4: jobs.x.steps[0].command: a secret cannot stand here"),
        ('command = "x"\nenv = { A = "secret:pv" }\n', "5: jobs.x.steps[0].env: there is no secret `pv`"),
        (ARCHIVE + "[[jobs.x.steps]]\n" + ARCHIVE, f"6: jobs.x.steps[1]: {NAMES}"),
    ],
)
def test_a_mistake_is_said_by_its_line(complain: Complain, step: str, said: str) -> None:
    problems = complain(f"[jobs.x]\ncwd = '/'\n[[jobs.x.steps]]\n{step}\n{SECRETS}")
    assert any(problem.startswith(f"sexton.toml:{said}") for problem in problems), problems


SQL = 'step = "sql", to = "sqlite:///x.db", '
HTTP = 'step = "http", url = "https://h/x", '
LOAD = 'step = "load", to = "sqlite:///x.db", table = "t", '
DELIVER = 'step = "deliver", '
FETCH = 'step = "fetch", into = "in", '
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKmCLO1nHjV3sHGVZTIAqNIcTCExzjGnRoyUHnVYDqzP"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (SQL + "min_rows = 1", ": there is nothing to run"),
        (SQL + 'statement = "x", file = "y"', ".file: `statement` and `file` exclude each other"),
        (SQL + 'statement = "secret:pw", file = "y"', ".file: `statement` and `file` exclude each other"),
        (SQL + 'statement = "x", min_rows = 3, max_rows = 2', ".min_rows: 3 is more than `max_rows`, 2"),
        ('step = "http", url = "ftp://u:pw@x"', ".url: ftp:// is not spoken here"),
        ('step = "http", url = "x"', ".url: it is no address of the web"),
        (HTTP + 'body = "x", file = "y"', ".file: `body` and `file` exclude each other"),
        (HTTP + 'body = "x", method = "GET"', ".method: a GET brings nothing"),
        (HTTP + 'filename = "x"', ".filename: it is what the answer is called in the folder `into`"),
        (HTTP + 'token = "secret:pw", username = "u"', ".token: `token` and `username` exclude each other"),
        (LOAD + "create = true", ".create: there is no `schema`"),
        ('step = "sort", schema = "s", processed = "a/%Y", flagged = "./a/%Y"', ".flagged: processed and flagged are"),
        ('step = "mirror", folder = "x", to = "y", remotes = "z"', ".to: it pushes to a place of its own"),
        (DELIVER + 'to = "sftp://u@h/x", host_key = "garbage"', '.host_key: "garbage" is no key'),
        (DELIVER + 'to = "https://h/x"', ".to: nothing is delivered over http"),
        (DELIVER + 'to = "gopher://h/x"', ".to: nothing reaches gopher://"),
        (FETCH + 'from = "in/*.gz", unpack = true', ".into: `from` reads this very folder"),
        (FETCH + 'from = "?n/*.csv"', ".into: `from` reads this very folder"),
        (FETCH + 'from = ["secret:pw", "file:///raw/*"], backup = "/raw/"', ".backup: `from` reads this very folder"),
        (FETCH + 'from = "x/*", backup = "./in"', ".backup: into and backup are the same folder"),
        (FETCH + 'from = ["x", "sfpt://h/x"]', ".from: nothing reaches sfpt://, neither Sexton nor a package"),
    ],
)
def test_what_can_never_work_is_said_before_it_is_tried(complain: Complain, step: str, said: str) -> None:
    (problem,) = complain(f"{SECRETS}[jobs.x]\nsteps = [{{ {step} }}]")
    assert problem.startswith(f"sexton.toml:4: jobs.x.steps[0]{said}"), problem


@pytest.mark.parametrize(
    "step",
    [
        SQL + 'statement = "secret:pw", min_rows = 2, max_rows = 2',
        HTTP + 'body = "secret:pw", method = "PUT", into = "x", filename = "y"',
        'step = "http", url = "secret:pw"',
        LOAD + 'create = true, schema = "secret:pw"',
        DELIVER + f'to = "secret:pw", host_key = "# of us\\n{KEY}\\n@revoked h {KEY} x y"',
        DELIVER + 'to = "memory://x"',
        FETCH + 'from = ["a/*.csv", "FTP://h/x", "file:///x", "secret:pw"]',
        FETCH + 'from = ["in/%Y/*.csv", "in/a.csv"], backup = "secret:pw"',
        'step = "fetch", into = "secret:pw", from = "secret:pw", backup = "s"',
        'step = "fetch", into = "secret:pw", from = "x"',
    ],
)
def test_what_can_work_is_taken(load: Load, step: str) -> None:
    assert load(f"{SECRETS}[jobs.x]\nsteps = [{{ {step} }}]").warnings == ()


def test_a_package_that_an_address_needs_and_that_is_not_here_is_warned_of(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (warning,) = load('[jobs.x]\nsteps = [{ step = "fetch", into = "in", from = "smb://h/x" }]').warnings
    assert warning.endswith("from: smb:// needs the package smbprotocol, which is not here; pip install smbprotocol")


SORT = '[jobs.x]\ncwd = "in"\nsteps = [{ step = "sort", schema = "s.json", processed = "p", flagged = "f" }]'
LOAD_TOO = '\n[jobs.y]\ncwd = "in"\nsteps = [{ step = "load", to = "sqlite:///x", table = "t", schema = "s.json" }]'


def _schema(text: str) -> None:
    Path("in").mkdir()
    Path("in/s.json").write_text(text)


def test_everything_that_is_wrong_with_a_schema_is_said_once(complain: Complain) -> None:
    _schema(
        '{"fields": [{"name": "a", "type": "geo"}, {"name": "b"}, {"nam": "c"}], "foreignKeys": [], "primaryKey": 3}'
    )
    problems = complain(SORT + LOAD_TOO)
    assert [problem.partition(": ")[0] for problem in problems] == ["in/s.json"] * 4
    for named in ("'foreignKeys'", "'geo'", "field 3 has no name", "primaryKey"):
        assert sum(named in problem for problem in problems) == 1, problems


def test_the_line_is_said_where_a_schema_is_no_json(complain: Complain) -> None:
    _schema('{"fields":\n  [{"name": "a"},]}\n')
    (problem,) = complain(SORT)
    assert problem.startswith("in/s.json:2: no JSON: ")


def test_a_schema_that_is_not_there_is_warned_of(load: Load) -> None:
    (warning,) = load(SORT).warnings
    assert "steps[0].schema: there is no file in/s.json here" in warning


def test_a_schema_that_can_be_kept_is_taken(load: Load) -> None:
    _schema('{"fields": [{"name": "a"}]}')
    assert load(SORT + LOAD_TOO).warnings == ()


@pytest.mark.parametrize(
    "step",
    [
        DELIVER + 'to = "sftp://u:hunter2pw@host/x"',
        FETCH + 'from = ["x", "https://u:hunter2pw@host/x"]',
        'step = "http", url = "https://u:hunter2pw@host/x"',
        'step = "sql", statement = "x", to = "postgresql://u:hunter2pw@h/x"',
        'step = "sql", statement = "x", to = "postgresql://h/x?user=u&password=hunter2pw"',
        'step = "mirror", folder = "x", to = "https://u:hunter2pw@host/x"',
    ],
)
def test_a_password_in_an_address_is_warned_of(load: Load, step: str) -> None:
    (warning,) = load(f"[jobs.x]\nsteps = [{{ {step} }}]").warnings
    assert 'password = "secret:NAME" gives it a way of its own' in warning
    assert "hunter2pw" not in warning


@pytest.mark.parametrize("address", ["sftp://u@host:22/x", "https://host/a:b@c", "postgresql://u@h:5432/x", "a:b@c"])
def test_an_address_without_a_password_is_not_warned_of(address: str) -> None:
    assert not bears_password(address)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ('command = "x"', "a job has a command or steps"),
        ('stdin = "x"', "steps read what is handed on"),
        ("success_codes = [3]", "a step succeeds with code 0"),
    ],
)
def test_what_means_nothing_beside_steps_is_refused(complain: Complain, key: str, said: str) -> None:
    (problem,) = complain(f'[jobs.x]\n{key}\nsteps = [{{ step = "archive", to = "b" }}]')
    assert problem.startswith(f"sexton.toml:2: jobs.x.{key.partition(' ')[0]}: {said}")


@pytest.mark.parametrize("steps", ["[]", '"fetch"', "[3]", "{}"])
def test_steps_have_to_be_a_list_of_tables(complain: Complain, steps: str) -> None:
    (problem,) = complain(f"[jobs.x]\nsteps = {steps}")
    assert problem.endswith("is meant")


def test_a_hundred_steps_are_too_many(complain: Complain) -> None:
    steps = ", ".join(f'{{ command = "true", name = "n{number}" }}' for number in range(100))
    assert "100 steps are more than the 99" in complain(f"[jobs.x]\nsteps = [{steps}]")[0]


@pytest.mark.parametrize("step", STEPS)
def test_no_key_of_a_step_is_one_that_every_step_has(step: str) -> None:
    assert not {key.name for key in options_module(step).KEYS} & {*STEP_KEYS, "command"}


def test_a_list_of_tables_is_taken_from_a_supervisord_conf(load: Load) -> None:
    Path("s.conf").write_text('[supervisord]\n[job:x]\nsteps=[{ step = "archive", to = "b/%%Y" }]\n')
    (step,) = load_plan(["s.conf"], {}).jobs["x"].steps
    assert json.loads(step.definition)["options"] == {"to": "b/%Y"}


def test_a_line_of_a_crontab_has_no_steps(complain: Complain) -> None:
    Path("crontab").write_text('# sexton: steps=[{ step = "archive", to = "b" }]\n0 1 * * * ls\n')
    with pytest.raises(ConfigError, match="a job has a command or steps"):
        load_plan(["crontab"], {})


SAME = """[jobs.x]
[[jobs.x.steps]]
step = "fetch"
from = "{source}"
into = "data/new/%Y"
[[jobs.x.steps]]
step = "archive"
to = "{archive}"
"""


@pytest.mark.parametrize("archive", ["data/new/%Y", "./data//new/%Y/", "file_/../data/new/%Y"])
def test_a_folder_is_warned_of_when_an_earlier_step_has_it_for_something_else(load: Load, archive: str) -> None:
    (warning,) = load(SAME.format(source="in/*", archive=archive)).warnings
    assert ":8: " in warning
    assert "it is the same folder as `into` of the step fetch above; two are meant" in warning


@pytest.mark.parametrize("archive", ["data/new", "data/new/%m", "${UNSET:-x}"])
def test_folders_are_not_warned_of_when_they_differ_or_are_not_known(load: Load, archive: str) -> None:
    assert not any("same folder" in each for each in load(SAME.format(source="in/*", archive=archive)).warnings)


def test_two_archives_in_one_folder_are_warned_of_and_two_that_fetch_into_one_are_not(load: Load) -> None:
    fetch = '{{ step = "fetch", name = "{}", from = "in/*", into = "new" }}'
    archive = '{{ step = "archive", name = "{}", to = "old" }}'
    steps = ", ".join((fetch.format("a"), fetch.format("b"), archive.format("c"), archive.format("d")))
    warnings = load(f"[jobs.x]\nsteps = [{steps}]").warnings
    assert ["same folder as `to` of the step archive" in each for each in warnings] == [True]
