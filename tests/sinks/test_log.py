"""The end of a log comes from where there is more of it."""

from pathlib import Path
from typing import Any

from sexton.sinks.log import end_of_log


def end(path: Path | None, brought: str = "last\n", lines: int = 300, limit: int = 1000) -> str:
    notice: dict[str, Any] = {"tail": brought, "log": str(path) if path else None}
    return end_of_log(notice, lines, limit)


def test_the_file_has_more_than_the_notice(tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    log.write_text("".join(f"line {number}\n\n" for number in range(50)) + "last\n")
    assert end(log, lines=3) == "line 48\nline 49\nlast"
    assert end(log).count("\n") == 50


def test_the_notice_has_more_when_the_file_was_rotated_or_is_gone(tmp_path: Path) -> None:
    (tmp_path / "rotated.log").write_text("")
    for path in (tmp_path / "rotated.log", tmp_path / "none.log", tmp_path, None):
        assert end(path, "one\nlast\n") == "one\nlast"


def test_a_line_that_was_cut_by_the_bound_is_left_out(tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    log.write_text("\x1b[0m" * 2000 + "first\n" + "\n" * 20 + "last\n")
    assert end(log, "", limit=20) == "last"
