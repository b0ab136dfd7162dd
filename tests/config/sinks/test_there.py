"""What a sink needs and this machine lacks is warned of, since it may come."""

from pathlib import Path

import pytest

from tests.config.conftest import Load


def warnings(load: Load, sink: str) -> list[str]:
    return [*load(f'[sinks.ops]\n{sink}\n[sexton]\nnotify = "ops"\n').warnings]


def test_a_command_that_is_not_there_is_warned_of_where_it_stands(load: Load) -> None:
    said = "sexton.toml:2: sinks.ops.command.argv: there is no {} here; until that is mended, its notices wait"
    assert warnings(load, 'command = ["./tell.sh"]') == [said.format("./tell.sh")]
    assert warnings(load, 'command = ["no-such-program"]') == [said.format("no-such-program")]


def test_a_command_that_cannot_be_executed_is_warned_of(load: Load, folder: Path) -> None:
    (folder / "tell.sh").touch(0o644)
    assert "./tell.sh cannot be executed" in warnings(load, 'command = ["./tell.sh"]')[0]


def test_a_command_that_is_there_is_nothing_to_warn_of(load: Load, folder: Path) -> None:
    (folder / "tell.sh").touch(0o755)
    assert warnings(load, 'command = ["./tell.sh"]') == warnings(load, 'command = ["sh", "-c", "true"]') == []


@pytest.mark.parametrize("sink", ['mail = { to = "a@b", ca = "X" }', 'webhook = { url = "https://x", ca = "X" }'])
def test_a_file_of_certificates_that_is_not_there_is_warned_of(load: Load, folder: Path, sink: str) -> None:
    assert "there is no file X here" in warnings(load, sink)[0]
    (folder / "X").touch()
    assert warnings(load, sink) == []
