"""Where a step works that runs by hand."""

from pathlib import Path

import pytest

from sexton.cli.step_folders import folders
from sexton.steps.errors import StepError


def test_both_folders_are_gone_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with folders(None) as (own, home):
        assert Path(own).parent.stat().st_mode & 0o777 == 0o700
        for folder in (own, home):
            Path(folder, "below").mkdir()
            Path(folder, "below", "file").write_text("left")
    assert not list(tmp_path.iterdir())


def test_empty_ones_are_gone_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with folders(None) as (own, home):
        assert Path(own).is_dir()
        assert Path(home).is_dir()
    assert not list(tmp_path.iterdir())


def test_a_home_that_is_named_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "absent"))
    with folders(str(tmp_path / "home")) as (own, home):
        Path(home, "memory").write_text("kept")
        assert Path(own).is_dir()
    assert (tmp_path / "home" / "memory").read_text() == "kept"
    assert not Path(own).exists()


def test_no_place_at_all_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "absent"))
    monkeypatch.setattr("sexton.cli.step_folders._PLACES", ("/dev/null/no", "/dev/null/neither"))
    with pytest.raises(StepError, match="cannot make a folder for the step: No such file"), folders(None):
        pass
