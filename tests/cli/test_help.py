"""What `sexton --help` shows."""

from sexton.cli.verbs import BY_NAME
from tests.cli.conftest import Sexton


def test_every_verb_has_its_line_within_eighty_columns(sexton: Sexton) -> None:
    code, out, err = sexton("--help")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    for verb in BY_NAME.values():
        (line,) = (line for line in lines if line.startswith(f"  {verb.name} "))
        asked, does = line[2:].split("  ", 1)
        assert (asked, does.lstrip()) == (f"{verb.name} {verb.takes}".rstrip(), verb.does)
    assert max(map(len, lines)) < 80
