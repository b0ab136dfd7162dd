"""Which files are read, how they include each other, and that all problems of all files come at once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sexton.config import load as load_module
from sexton.config.load import load_plan
from sexton.model.errors import ConfigError
from sexton.model.plan import Plan

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]

COMMAND = 'a string such as "./job.sh --all" or a list such as ["./job.sh", "--all"] is meant'
JOB = '[jobs.{0}]\ncommand = "{0}"\n'


def failure(*paths: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_plan(paths, {})
    return str(caught.value).split("\n")


def test_the_file_of_the_working_directory_is_read_when_none_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = folder / "system.toml"
    monkeypatch.setattr(load_module, "CONFIG_FILES", ("./sexton.toml", str(system)))
    assert failure() == [f"./sexton.toml: there is no such file, and no {system} either; write one, or name one"]
    system.write_text(JOB.format("system"))
    assert list(load_plan([], {}).jobs) == ["system"]
    (folder / "sexton.toml").write_text(JOB.format("here"))
    plan = load_plan([], {})
    assert (list(plan.jobs), plan.files) == (["here"], (f"{folder}/sexton.toml",))


def test_problems_have_the_name_that_the_file_was_found_by(folder: Path) -> None:
    (folder / "sexton.toml").write_text("x = 1")
    assert failure()[0].startswith("./sexton.toml:1: ")
    assert failure(f"{folder}/sexton.toml")[0].startswith(f"{folder}/sexton.toml:1: ")


def test_several_files_make_one_plan_in_their_order(folder: Path) -> None:
    for name in ("b", "a"):
        (folder / f"{name}.toml").write_text(JOB.format(name))
    plan = load_plan(["b.toml", "a.toml", "./b.toml"], {})
    assert list(plan.jobs) == ["b", "a"]
    assert plan.files == (f"{folder}/b.toml", f"{folder}/a.toml")


def test_includes_count_from_their_file_and_follow_it(load: Load, folder: Path) -> None:
    (folder / "d" / "e").mkdir(parents=True)
    (folder / "d" / "one.toml").write_text('[sexton]\ninclude = ["e/two.toml", "../three.toml"]\n' + JOB.format("one"))
    (folder / "d" / "e" / "two.toml").write_text(JOB.format("two"))
    main = '[sexton]\ninclude = ["${DIR}/one.toml", "three.toml"]\n' + JOB.format("main")
    plan = load(main, {"DIR": "d"}, three=JOB.format("three"))
    assert list(plan.jobs) == ["main", "one", "two", "three"]
    files = [os.path.relpath(file) for file in plan.files]
    assert files == ["sexton.toml", "d/one.toml", "d/e/two.toml", "three.toml"]


def test_a_cycle_of_includes_is_spelled(complain: Complain) -> None:
    one = '[sexton]\ninclude = [\n"b.toml"]'
    two = '[sexton]\ninclude = ["./sexton.toml"]'
    knot = "sexton.toml → b.toml → ./sexton.toml"
    assert complain(one, b=two) == [
        f"b.toml:2: sexton.include[0]: cannot include ./sexton.toml: files that include each other: {knot}"
    ]


def test_includes_go_so_deep_and_no_deeper(complain: Complain) -> None:
    chain = {f"f{depth}": f'sexton.include = ["f{depth + 1}.toml"]' for depth in range(30)}
    assert complain('sexton.include = ["f0.toml"]', **chain) == [
        "f15.toml:1: sexton.include[0]: cannot include f16.toml: more than 16 includes within includes"
    ]


def test_a_job_s_name_is_taken_once_over_all_files(complain: Complain) -> None:
    assert complain('[sexton]\ninclude = ["b.toml"]\n' + JOB.format("x"), b="\n" + JOB.format("x")) == [
        "b.toml:2: jobs.x: a job of this name is at sexton.toml:3 already; give one another name"
    ]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("gone.toml", "gone.toml: cannot read it: No such file or directory"),
        ("etc", "etc: its name does not tell its format; name it NAME.toml or NAME.crontab, or give --format toml"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(folder: Path, name: str, problem: str) -> None:
    assert failure(name)[0].endswith(problem)


def test_an_include_that_cannot_be_read_is_a_problem_of_its_line(complain: Complain) -> None:
    unknown = "its name does not tell its format; name it NAME.toml or NAME.crontab, or give --format toml"
    assert complain('[sexton]\ninclude = [\n  "gone.toml",\n  3, "a.txt" ]\n') == [
        "sexton.toml:3: sexton.include[0]: cannot include gone.toml: cannot read it: No such file or directory",
        "sexton.toml:4: sexton.include[1]: 3 is a number; a string is meant",
        f"sexton.toml:4: sexton.include[2]: cannot include a.txt: {unknown}",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root distrusts files")
def test_root_refuses_a_file_that_anyone_may_write(folder: Path) -> None:
    file = folder / "sexton.toml"
    file.write_text(JOB.format("x"))
    file.chmod(0o666)
    assert failure("sexton.toml") == [
        "sexton.toml: cannot read it: anyone may write it, and Sexton runs as root; chmod o-w it"
    ]


def test_a_file_is_read_whatever_its_name_when_its_format_is_given(folder: Path) -> None:
    (folder / "plan.txt").write_text(JOB.format("x"))
    assert list(load_plan(["plan.txt"], {"TZ": "UTC", "HOME": "/root"}, form="toml").jobs) == ["x"]


def test_a_folder_that_has_gone_is_a_problem_and_no_defect(folder: Path) -> None:
    (folder / "gone").mkdir()
    os.chdir(folder / "gone")
    (folder / "gone").rmdir()
    assert failure("sexton.toml") == ["sexton.toml: [Errno 2] No such file or directory"]


def test_a_tz_that_is_no_zone_stops_the_start(load: Load) -> None:
    with pytest.raises(ConfigError, match=r"^sexton.toml: sexton.timezone: there is no default for it here: TZ: "):
        load(JOB.format("x"), {"TZ": "CET-1CEST"})


def test_all_problems_of_all_files_come_at_once_by_file_and_line(complain: Complain) -> None:
    main = """\
[jobs.ingest]
scedule = "0 8 * * *"
command = "ingest.sh"
timeout = 30
env = { TOKEN = "${TOKEN}", MODE = 7 }
env_file = "job.env"
after = ["mial", "report"]

[sexton]
include = ["b.toml"]
relay = "prefx"
"""
    other = """\
[jobs.report]
command = "report.sh"
after = "ingest"
schedule = "61 8 * * *"
[jobs.mail]
queue = 3
"""
    Path("job.env").write_text("A=1\nB\n")
    assert complain(main, b=other) == [
        "sexton.toml:2: jobs.ingest: unknown key `scedule`; did you mean `schedule`?",
        'sexton.toml:4: jobs.ingest.timeout: 30 is a number; a duration such as "30m" is meant',
        "sexton.toml:5: jobs.ingest.env.TOKEN: ${TOKEN} is not set; set it, or give a default: ${TOKEN:-…}",
        "sexton.toml:7: jobs.ingest.after[0]: there is no job `mial`; did you mean `mail`?",
        "sexton.toml:7: jobs.ingest.after[1]: jobs that wait for each other never run: ingest → report → ingest",
        'sexton.toml:11: sexton.relay: "prefx" is unknown; did you mean "prefix"?',
        "b.toml:4: jobs.report.schedule: minute: cannot use '61': 61 is out of range; minutes go from 0 to 59",
        f"b.toml:5: jobs.mail: `command` is missing; {COMMAND}",
        "b.toml:6: jobs.mail: `queue` is not in this version of Sexton",
        "job.env:2: no `=` in the line; KEY=VALUE or a # comment is meant",
    ]


def test_a_job_is_not_missed_when_its_file_could_not_be_read(complain: Complain) -> None:
    main = '[sexton]\ninclude = ["broken.toml"]\n[jobs.x]\ncommand = "x"\nafter = "y"\ngrace = 1\n'
    assert complain(main, broken=JOB.format("y") + "b =\n") == [
        'sexton.toml:6: jobs.x.grace: 1 is a number; a duration such as "1h" is meant',
        "broken.toml:3: this is not TOML: Invalid value (column 4)",
    ]


def test_a_job_is_not_missed_when_an_include_is_not_expanded(load: Load) -> None:
    main = '[sexton]\ninclude = ["${MORE}.toml"]\n[jobs.x]\ncommand = "x"\nafter = "y"\n'
    plan = load(main, for_run=False)
    said = "${MORE} is not set; set it, or give a default: ${MORE:-…}"
    assert plan.warnings == (f"sexton.toml:2: sexton.include[0]: {said}",)


def test_a_bad_line_is_reported_once_when_two_jobs_share_the_file(complain: Complain) -> None:
    Path("job.env").write_text("A=1\n=2\n")
    job = 'command = "x"\nenv_file = "./job.env"\n'
    (problem,) = complain(f"[jobs.x]\n{job}[jobs.y]\n{job}")
    assert problem.startswith("./job.env:2: no variable's name before `=`")
