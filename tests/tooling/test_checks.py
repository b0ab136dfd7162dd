"""`./test`: its checks, and the Debian packages that it asks for."""

import subprocess
from pathlib import Path

import pytest

from tools import checks, debian
from tools.debian import Need


@pytest.fixture
def tools_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for the tools of `.venv` that say their name and arguments; the environment counts as ready."""
    monkeypatch.setattr(checks, "BIN", tmp_path)
    monkeypatch.setattr(checks, "prepare", lambda *extras, install_venv: None)
    for tool in ("ruff", "mypy", "lint-imports", "pytest"):
        stand_in(tmp_path / tool, 0)
    return tmp_path


def stand_in(path: Path, code: int) -> None:
    path.write_text(f'#!/bin/sh\necho {path.name} "$@"\nexit {code}\n')
    path.chmod(0o755)


def test_every_check_runs_and_pytest_ends_the_output_when_all_is_well(
    tools_of: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert checks.main(["-k", "cron"]) == 0
    output, errors = capfd.readouterr()
    said = [line for line in output.splitlines() if line.startswith(("ruff", "mypy", "lint-imports", "pytest"))]
    files = ". run test"
    assert said == [
        f"ruff format --check {files}",
        f"ruff check {files}",
        "mypy",
        "lint-imports --no-logo",
        "pytest -k cron",
    ]
    assert output.endswith("pytest -k cron\n")
    assert errors == ""


@pytest.mark.parametrize(
    ("broken", "named"),
    [("ruff", "format, lint"), ("mypy", "types"), ("lint-imports", "import rings"), ("pytest", "tests")],
)
def test_all_the_others_still_run_when_one_fails(
    tools_of: Path, capfd: pytest.CaptureFixture[str], broken: str, named: str
) -> None:
    stand_in(tools_of / broken, 3)
    assert checks.main([]) == 1
    output, errors = capfd.readouterr()
    assert output.count("== ") == 5
    assert errors == f"Failed: {named}\n"


def test_nothing_is_installed_when_every_need_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "quietly", lambda *_: pytest.fail("installed something"))
    debian.require([Need("dash", "sh", "scripts"), Need("base-files", "/etc", "a file system")])


def test_an_ordinary_user_is_told_the_packages_when_some_are_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    needs = [Need("dash", "sh", "scripts"), Need("one", "/no/such", "x"), Need("two", "no-such-command", "y")]
    with pytest.raises(SystemExit, match="69"):
        debian.require(needs)
    assert "apt-get install one two" in capsys.readouterr().err


def test_root_gets_the_missing_packages_in_one_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda command: "/usr/bin/apt-get" if command == "apt-get" else None)
    monkeypatch.setattr(debian, "quietly", lambda argv, env: called.append([env["DEBIAN_FRONTEND"], *argv]))
    debian.require([Need("one", "/no/such", "x"), Need("two", "no-such-command", "y")])
    assert called == [
        ["noninteractive", "apt-get", "update"],
        ["noninteractive", "apt-get", "install", "--yes", "--no-install-recommends", "one", "two"],
    ]


def test_ci_does_what_a_person_does(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    script = tmp_path / ".ci" / "run"
    script.write_bytes((Path(__file__).parents[2] / ".ci" / "run").read_bytes())
    stand_in(tmp_path / "test", 5)
    done = subprocess.run(["bash", script, "-x"], cwd="/", capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout, done.returncode) == ("test -x\n", 5)
