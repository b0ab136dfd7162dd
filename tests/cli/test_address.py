"""Where the daemon is looked for."""

import os
from pathlib import Path

import pytest

from sexton.cli.address import find_socket
from sexton.config.places import default_socket
from sexton.model.errors import ConfigError


def find(given: str | None = None, **environ: str) -> str:
    return find_socket(given, environ)


def unknown(**environ: str) -> str:
    """What is said when nothing tells where the daemon is."""
    with pytest.raises(ConfigError) as raised:
        find(**environ)
    return str(raised.value)


def write(text: str) -> None:
    Path("sexton.toml").write_text(text, encoding="utf-8")


def test_option_wins_over_environment_and_configuration() -> None:
    write("[sexton]\nsocket = '/c'")
    assert find("/a", SEXTON_SOCKET="/b") == "/a"


def test_environment_wins_over_configuration() -> None:
    write("[sexton]\nsocket = '/c'")
    assert find(SEXTON_SOCKET="/b") == "/b"


def test_configured_socket_is_taken_when_nothing_else_is_said() -> None:
    write("[sexton]\nsocket = '/c'")
    assert find() == "/c"


def test_configured_socket_counts_from_the_files_folder_when_it_is_relative(tmp_path: Path) -> None:
    write("[sexton]\nsocket = 'run/s'")
    assert find() == f"{tmp_path}/run/s"


def test_variables_are_replaced_in_the_configured_socket() -> None:
    write("[sexton]\nsocket = '${PLACE:-/else}/s'")
    assert (find(PLACE="/p"), find()) == ("/p/s", "/else/s")


@pytest.mark.parametrize("text", ["[jobs.x]\ncommand = 'y'", "[sexton]\nsocket = 5", "sexton = 'socket'"])
def test_default_place_is_taken_when_the_configuration_names_no_socket(text: str) -> None:
    write(text)
    assert find() == default_socket({}, os.geteuid())


@pytest.mark.parametrize("text", ["[jobs.x", "[sexton\n"])
def test_default_place_is_taken_when_a_broken_configuration_has_no_word_of_a_socket(text: str) -> None:
    write(text)
    assert find() == default_socket({}, os.geteuid())


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[sexton]\nsocket = '/c'\n[jobs.x\n", 3, "this is not TOML: "),
        ("[jobs.x]\ncommand = 'y'\n\n[sexton]\nsocket = '${UNSET}'", 5, "sexton.socket: "),
    ],
)
def test_broken_configuration_is_refused_by_its_line_when_only_it_could_tell(text: str, line: int, what: str) -> None:
    write(text)
    assert unknown().startswith(f"./sexton.toml:{line}: {what}")
    assert unknown().endswith("so it cannot say where Sexton listens; mend it, or say it with --socket")


def test_too_deep_a_configuration_is_refused_when_only_it_could_tell() -> None:
    write(f"[sexton]\nsocket = '/c'\n[jobs.x]\ncommand = {'[' * 5000}{']' * 5000}")
    assert unknown().startswith("./sexton.toml: lists or tables nest too deep; ")


def test_broken_configuration_does_not_matter_when_the_place_is_said() -> None:
    write("[sexton\nsocket = '/c'")
    assert (find("/a"), find(SEXTON_SOCKET="/b")) == ("/a", "/b")


def test_configuration_that_cannot_be_opened_is_refused_and_not_passed_over() -> None:
    os.symlink("nowhere", "sexton.toml")
    assert unknown().startswith("./sexton.toml: cannot read it: No such file or directory; ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must distrust other people's files")
def test_root_takes_no_directions_from_a_file_that_anyone_may_write() -> None:
    write("[sexton]\nsocket = '/evil'")
    os.chmod("sexton.toml", 0o666)
    assert unknown().startswith("./sexton.toml: cannot read it: ")
