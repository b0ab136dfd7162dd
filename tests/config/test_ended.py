"""Schedules that are over: a warning at the line of each expression, at the start too, and never a refusal."""

import subprocess
import sys
from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.model.units import DAY, SECOND, Instant

_2026: Instant = 1_767_225_600 * SECOND  # its first moment in UTC
_SAID = "it has no fire time any more: the last year of '{}' is {}; write a later one, or leave it out"


def warnings(folder: Path, schedule: str, now: Instant, *, for_run: bool = True) -> tuple[str, ...]:
    text = f"[jobs.x]\ncommand = 'true'\nschedule = {schedule}\n"
    (folder / "sexton.toml").write_text(text, encoding="utf-8")
    return load_plan(["sexton.toml"], {"TZ": "UTC"}, for_run=for_run, now=now).warnings


@pytest.mark.parametrize("for_run", [True, False])
@pytest.mark.parametrize(("text", "year"), [("0 0 0 1 1 * 2020", 2020), ("calendar: 2020-01-01", 2020)])
def test_expression_is_warned_of_when_its_years_are_over(folder: Path, text: str, year: int, *, for_run: bool) -> None:
    said = _SAID.format(text, year)
    assert warnings(folder, f"'{text}'", _2026, for_run=for_run) == (f"sexton.toml:3: jobs.x.schedule: {said}",)


def test_expression_is_warned_of_from_its_last_fire_time_on(folder: Path) -> None:
    assert warnings(folder, "'calendar: 2026-01-02'", _2026) == ()
    assert warnings(folder, "'calendar: 2026-01-02'", _2026 + DAY - 1) == ()
    assert len(warnings(folder, "'calendar: 2026-01-02'", _2026 + DAY)) == 1


def test_only_the_expression_that_is_over_is_warned_of_among_several(folder: Path) -> None:
    found = warnings(folder, "['@daily',\n '0 0 0 1 1 * 2020',\n '0 0 0 1 1 * 2040', '@every 5m', '@reboot']", _2026)
    assert found == ("sexton.toml:4: jobs.x.schedule[1]: " + _SAID.format("0 0 0 1 1 * 2020", 2020),)


def test_daemon_is_told_when_it_reads_its_plan(folder: Path) -> None:
    text = "[jobs.x]\ncommand = 'true'\nschedule = '0 0 0 1 1 * 1999'\n"
    (folder / "sexton.toml").write_text(text, encoding="utf-8")
    code = "from sexton.loading import read_plan; print(*read_plan(['sexton.toml'], {}, None).warnings)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("sexton.toml:3: jobs.x.schedule: it has no fire time any more")
