"""What is started, where, and how its end is judged."""

from collections.abc import Callable

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import at_start
from tests.acceptance.ledger import outcomes, output, rows


def test_a_string_is_split_into_words_without_a_shell(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("words", command="printf '%s|' 'a b' $HOME * a;b >x"))
    assert daemon.once().returncode == 0
    assert output(rows(daemon.home)[0]) == b"a b|$HOME|*|a;b|>x|"


def test_a_shell_has_the_last_word_when_shell_is_true(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("words", "printf '%s|' $GREETING; exit 0 | false"))
    assert daemon.once(GREETING="two words").returncode == 1
    assert output(rows(daemon.home)[0]) == b"two|words|"


def test_a_job_starts_in_its_folder_or_else_in_sextons(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("inner", command="pwd", cwd="inner") + at_start("outer", command="pwd"))
    (daemon.home / "inner").mkdir()
    assert daemon.once().returncode == 0
    where = {row["job"]: output(row).decode().strip() for row in rows(daemon.home)}
    assert where == {"inner": f"{daemon.home}/inner", "outer": str(daemon.home)}


def test_success_codes_decide_which_exit_is_a_success(make: Callable[..., Daemon]) -> None:
    daemon = make(
        at_start("three", "exit 3", success_codes=[3, 4])
        + at_start("zero", "exit 0", success_codes=[3])
        + at_start("shot", "kill -USR1 $$", success_codes=[10, 138])
    )
    assert daemon.once().returncode == 1
    found = {row["job"]: (row["outcome"], row["exit_code"], row["signal"], row["reason"]) for row in rows(daemon.home)}
    assert found == {
        "three": ("succeeded", 3, None, ""),
        "zero": ("failed", 0, None, "exit code 0"),
        "shot": ("failed", None, 10, "killed by SIGUSR1"),
    }


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"command": "no-such-program"}, "cannot start 'no-such-program': No such file or directory"),
        ({"command": "./data"}, "cannot start './data': Permission denied"),
        ({"command": "true", "cwd": "nowhere"}, "cannot enter 'nowhere' (cwd): No such file or directory"),
    ],
)
def test_a_run_fails_with_the_reason_when_it_cannot_be_started(
    make: Callable[..., Daemon], keys: dict[str, str], reason: str
) -> None:
    daemon = make(at_start("broken", **keys) + at_start("whole", command="true"))
    (daemon.home / "data").write_text("no program\n")
    done = daemon.once()
    assert done.returncode == 1
    assert f"broken: run 1 failed: {reason}" in done.stderr
    assert sorted(outcomes(daemon.home)) == [("broken", "failed"), ("whole", "succeeded")]
    (row,) = rows(daemon.home, "broken")
    assert row["reason"].startswith(reason)
    assert (row["exit_code"], row["started"], row["log"]) == (None, None, None)
