"""What `sexton run` refuses before it becomes the daemon."""

import pytest

from sexton.cli.main import main


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--socket", "/s"), "--socket is not for `run`"),
        (("--json",), "--json is not for `run`"),
        (("--format", "yaml"), "there is no format 'yaml'"),
        (("--twice",), "there is no option --twice"),
    ],
)
def test_options_that_would_be_ignored_are_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    assert (main(["run", *words]), message in capsys.readouterr().err) == (2, True)
