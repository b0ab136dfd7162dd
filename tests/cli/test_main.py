"""Finding the verb; help, version and mistakes."""

import pytest

from sexton import __version__
from sexton.cli.main import main
from sexton.cli.verbs import BY_NAME
from sexton.config.steps.catalogue import STEPS
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, refusal


def outcome(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    return main(words), *capsys.readouterr()


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",), ("--json", "--help")])
def test_overview_names_every_verb(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, err = outcome(capsys, *words)
    assert (code, err) == (0, "")
    assert [name for name in BY_NAME if f"\n  {name} " not in out] == []


HELPS = [("--help",), *((name, "--help") for name in BY_NAME), *(("step", name, "--help") for name in STEPS)]


@pytest.mark.parametrize("words", HELPS)
def test_help_fits_eighty_columns_in_ascii(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, _ = outcome(capsys, *words)
    assert (code, out.isascii(), [line for line in out.splitlines() if len(line) > 80]) == (0, True, [])


@pytest.mark.parametrize("words", [("runs", "--help"), ("--help", "runs"), ("help", "runs"), ("runs", "-h")])
def test_help_of_a_verb_shows_its_usage(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert outcome(capsys, *words)[1].startswith("usage: sexton runs [JOB|RUN] [-n N]")


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_is_shown(capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert outcome(capsys, option) == (0, f"sexton {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("stauts",), "sexton: there is no verb 'stauts'; did you mean status?\nsee: sexton --help\n"),
        (("x\x1b[2Jy",), "sexton: there is no verb 'xy'\nsee: sexton --help\n"),
        (("--json",), "sexton: which verb?\nsee: sexton --help\n"),
        (("--jsn",), "sexton: there is no option --jsn; did you mean --json?\nsee: sexton --help\n"),
        (("cancel",), "sexton cancel: something is missing\nusage: sexton cancel RUN; see: sexton cancel --help\n"),
        (
            ("--json", "runs", "--what"),
            "sexton runs: there is no option --what\nusage: sexton runs [JOB]; see: sexton runs --help\n",
        ),
    ],
)
def test_misuse_exits_2_with_a_way_on(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str) -> None:
    assert outcome(capsys, *words) == (2, "", message)


def test_daemon_that_is_not_there_exits_69(capsys: pytest.CaptureFixture[str]) -> None:
    reason = "cannot reach Sexton at /nowhere/s: No such file or directory"
    message = f"sexton: {reason}; is it running? start it with: sexton run\n"
    assert outcome(capsys, "status", "--socket", "/nowhere/s") == (69, "", message)


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, "invalid", 2),
        (403, "forbidden", 77),
        (404, "not_found", 1),
        (409, "conflict", 1),
        (503, "unavailable", 75),
    ],
)
def test_refusal_has_its_exit_code(daemon: FakeDaemon, sexton: Sexton, status: int, kind: str, code: int) -> None:
    daemon.answers["GET /api/v1/info"] = refusal(status, kind, "for a reason")
    assert sexton("status") == (code, "", "sexton: for a reason\n")
