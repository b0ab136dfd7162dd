"""Colour by wish and by terminal, width, JSON."""

import json

import pytest

from sexton.cli.console import wants_colour
from tests.cli.terminals import paper, terminal


@pytest.mark.parametrize(
    ("environ", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "", "NO_COLOR": "1"}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, True),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_colour_follows_the_wishes_in_their_order(environ: dict[str, str], on_terminal: bool, in_pipe: bool) -> None:
    assert (wants_colour(environ, True), wants_colour(environ, False)) == (on_terminal, in_pipe)


def test_width_is_the_terminals_and_paper_has_none() -> None:
    with terminal(97) as console:
        assert (console.width, paper().width) == (97, None)


def test_width_is_the_usual_one_when_the_terminal_does_not_know_its_own() -> None:
    with terminal(0) as console:
        assert console.width == 80


def test_styles_are_combined() -> None:
    assert paper(FORCE_COLOR="1").paint("x", "bold red") == "\x1b[1;31mx\x1b[0m"


def test_nothing_is_painted_when_colour_is_not_wanted() -> None:
    assert paper().paint("x", "red") == "x"


def test_json_is_pretty_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    from sexton.cli.console import Console

    Console(sys.stdout, sys.stderr, {}).json({"name": "Zürich\x9b2J"})
    out = capsys.readouterr().out
    assert out == '{\n  "name": "Z\\u00fcrich\\u009b2J"\n}\n'
    assert json.loads(out) == {"name": "Zürich\x9b2J"}
