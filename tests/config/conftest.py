"""A folder of one's own to write configuration files in, and a loader that reads them by their short names."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.model.errors import ConfigError
from sexton.model.plan import Plan

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def load(folder: Path) -> Load:
    """Write a text to sexton.toml (and others by name) and load it."""

    def write_and_load(
        text: str, environ: Mapping[str, str] | None = None, *, for_run: bool = True, **others: str
    ) -> Plan:
        for name, content in {"sexton": text, **others}.items():
            (folder / f"{name}.toml").write_text(content)
        return load_plan(["sexton.toml"], environ or {}, for_run=for_run)

    return write_and_load


@pytest.fixture
def complain(load: Load) -> Complain:
    """As `load`, for a configuration that cannot be used: the problems as a person sees them."""

    def write_and_fail(text: str, *arguments: object, **others: object) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(text, *arguments, **others)
        return str(caught.value).split("\n")

    return write_and_fail
