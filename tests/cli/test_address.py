"""Where the daemon is looked for."""

import os
from pathlib import Path

import pytest

from sexton.cli.address import find_socket
from sexton.config.places import default_socket


class Warnings(list[str]):
    """Collects what the search warns of."""


def find(given: str | None = None, **environ: str) -> tuple[str, list[str]]:
    warnings = Warnings()
    return find_socket(given, environ, warnings.append), warnings


def write(text: str) -> None:
    Path("sexton.toml").write_text(text, encoding="utf-8")


def test_option_wins_over_environment_and_configuration() -> None:
    write("[sexton]\nsocket = '/c'")
    assert find("/a", SEXTON_SOCKET="/b") == ("/a", [])


def test_environment_wins_over_configuration() -> None:
    write("[sexton]\nsocket = '/c'")
    assert find(SEXTON_SOCKET="/b") == ("/b", [])


def test_configured_socket_is_taken_when_nothing_else_is_said() -> None:
    write("[sexton]\nsocket = '/c'")
    assert find() == ("/c", [])


def test_configured_socket_counts_from_the_files_folder_when_it_is_relative(tmp_path: Path) -> None:
    write("[sexton]\nsocket = 'run/s'")
    assert find() == (f"{tmp_path}/run/s", [])


def test_variables_are_replaced_in_the_configured_socket() -> None:
    write("[sexton]\nsocket = '${PLACE:-/else}/s'")
    assert (find(PLACE="/p")[0], find()[0]) == ("/p/s", "/else/s")


@pytest.mark.parametrize("text", ["[jobs.x]\ncommand = 'y'", "[sexton]\nsocket = 5", "sexton = 'socket'"])
def test_default_place_is_taken_when_the_configuration_names_no_socket(text: str) -> None:
    write(text)
    assert find() == (default_socket({}, os.geteuid()), [])


@pytest.mark.parametrize("text", ["[sexton\nsocket = '/c'", "[sexton]\nsocket = '${UNSET}'"])
def test_default_place_is_taken_with_a_warning_when_the_configuration_is_broken(text: str) -> None:
    write(text)
    socket, warnings = find()
    assert socket == default_socket({}, os.geteuid())
    assert [line.startswith("warning: cannot look for `socket` in ./sexton.toml: ") for line in warnings] == [True]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must distrust other people's files")
def test_root_takes_no_directions_from_a_file_that_anyone_may_write() -> None:
    write("[sexton]\nsocket = '/evil'")
    os.chmod("sexton.toml", 0o666)
    socket, warnings = find()
    assert (socket, len(warnings)) == (default_socket({}, 0), 1)
