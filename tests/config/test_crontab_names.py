"""How the jobs of crontabs are called."""

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.config.crontab_names import Names, base_name
from sexton.config.named import _NAME


@pytest.mark.parametrize(
    ("command", "base"),
    [
        ("/usr/bin/backup.sh --all", "backup.sh"),
        ("./x>log", "x"),
        ("  cd / && run", "cd"),
        ("A=1 B='x y' C=\"z z\"\t/opt/run.sh", "run.sh"),
        ("'/opt/my tool' x", "my"),
        ("[ -x /y ] && y", "job"),
        ("(sleep 1; y)", "sleep"),
        ("/bin/cat%line 1%line 2", "cat"),
        ("ünïcode", "ncode"),
        ("A=1", "A1"),
        ("", "job"),
    ],
)
def test_a_job_is_called_after_its_program(command: str, base: str) -> None:
    assert base_name(command) == base


def test_a_name_tells_user_and_command_by_their_checksum() -> None:
    names = Names()
    nobody, root = (crc32(text) for text in (b"\0x 1", b"root\0x 1"))
    assert names.give("", "x 1") == f"x-{nobody:08x}"
    assert names.give("root", "x 1") == f"x-{root:08x}"


def test_twins_are_numbered() -> None:
    names = Names()
    first, second, third = (names.give("", "x") for _ in range(3))
    assert (second, third) == (f"{first}-2", f"{first}-3")


@given(st.text(), st.text())
def test_every_command_gives_a_legal_name(user: str, command: str) -> None:
    assert _NAME.fullmatch(Names().give(user, command))
