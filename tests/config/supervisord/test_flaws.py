"""What keeps one program alone from starting: said as a warning by file and line, and no other program stays down."""

from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.model.errors import ConfigError
from sexton.model.plan import Plan

GOOD = "[program:good]\ncommand=sleep 1\n"
OPEN = "close what is open (a `;` after a blank begins a comment, in quotes too)"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(text: str, main: str = "") -> Plan:
    Path("x.conf").write_text(f"[supervisord]\n{main}{GOOD}{text}")
    return load_plan(["x.conf"], {"TZ": "UTC", "TMPDIR": "/tmp"}, for_run=True)


@pytest.mark.parametrize(
    ("command", "flaw", "advice"),
    [
        ('sh -c "echo a ; sleep 3"', "can't parse command 'sh -c \"echo a': No closing quotation", OPEN),
        ("sh -c 'x", "can't parse command \"sh -c 'x\": No closing quotation", OPEN),
        ("x \\", "can't parse command 'x \\\\': No escaped character", OPEN),
        ("", "command is empty", "write what to start"),
    ],
)
def test_a_command_that_cannot_be_parsed_stops_no_other_program(command: str, flaw: str, advice: str) -> None:
    plan = read(f"[program:bad]\ncommand={command}\n")
    assert plan.services["bad"].process.flaw == flaw
    assert plan.services["good"].process.flaw == ""
    assert list(plan.warnings) == [f"x.conf:5: [program:bad] command: {flaw}; so this alone cannot start: {advice}"]


def test_an_empty_folder_stops_no_other_program() -> None:
    plan = read("[program:bad]\ncommand=x\ndirectory=\n")
    assert plan.services["bad"].process.cwd == ""
    said = "it is empty; so this alone cannot start: name a folder, or leave the key out"
    assert list(plan.warnings) == [f"x.conf:6: [program:bad] directory: {said}"]


def test_a_job_whose_command_cannot_be_parsed_is_a_problem() -> None:
    with pytest.raises(ConfigError, match="no closing quotation"):
        read("[job:bad]\nschedule=@daily\ncommand=sh -c 'x\n")


@pytest.mark.parametrize("name", ["my id", "my $id", "${HOME}", "", "ä"])
def test_any_line_may_identify_us_to_listeners(name: str) -> None:
    plan = read("[eventlistener:ear]\ncommand=x\nevents=TICK_60\n", f"identifier={name}\n")
    assert plan.listeners["ear"].server == name
    assert plan.supervisord is not None
    assert plan.supervisord.identifier == name


def test_an_identifier_that_few_listeners_can_read_is_a_warning() -> None:
    said = "most listeners take the first line of an event apart at blanks, and cannot read it; use one word"
    ear = "[eventlistener:ear]\ncommand=x\nevents=TICK_60\n"
    assert list(read(ear, "identifier=my id\n").warnings) == [f"x.conf:2: [supervisord] identifier: {said}"]
    assert not read("", "identifier=my id\n").warnings
    assert not read(ear, "identifier=mine\n").warnings


def test_an_identifier_of_two_lines_is_a_problem_of_that_key() -> None:
    with pytest.raises(ConfigError) as caught:
        read("[eventlistener:ear]\ncommand=x\nevents=TICK_60\n", "identifier=my\n  id\n")
    said = "it is part of the first line of each event; one line of printable signs is meant"
    assert str(caught.value) == f"x.conf:2: [supervisord] identifier: {said}"
