"""Reading whole files: limits, encodings, and whom root trusts."""

import os
import stat
from pathlib import Path

import pytest

from sexton.config.files import Unreadable, read_text, why_distrusted, why_doubtful

ROOT, CALLER, STRANGER = 0, 1000, 1001


def status(mode: int, owner: int) -> os.stat_result:
    return os.stat_result((mode, 1, 1, 1, owner, 0, 10, 0, 0, 0))


@pytest.mark.parametrize("owner", [ROOT, CALLER])
def test_root_trusts_its_own_files_and_the_caller_s(owner: int) -> None:
    mine = status(stat.S_IFREG | 0o664, owner)
    assert why_distrusted(mine, ROOT) is None
    assert why_doubtful(mine, ROOT, CALLER) is None


def test_root_refuses_a_file_that_anyone_may_write() -> None:
    why = why_distrusted(status(stat.S_IFREG | 0o646, ROOT), ROOT)
    assert why == "anyone may write it, and Sexton runs as root; chmod o-w it"


def test_root_is_told_of_a_stranger_s_file() -> None:
    why = why_doubtful(status(stat.S_IFREG | 0o600, STRANGER), ROOT, CALLER)
    assert why == "this file belongs to user 1001, who so commands what Sexton runs as root"


def test_others_trust_what_they_can_read() -> None:
    anyones = status(stat.S_IFREG | 0o666, STRANGER)
    assert why_distrusted(anyones, CALLER) is None
    assert why_doubtful(anyones, CALLER, CALLER) is None


def test_newlines_are_kept_and_a_byte_order_mark_is_not(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"\xef\xbb\xbfa\r\n\xc3\xa4")
    assert read_text(str(file), 10) == "a\r\nä"


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"12345678901", "it is larger than 10 bytes"), (b"\n\nx\xff", r"it is not UTF-8 text \(line 3\)")],
)
def test_a_file_that_is_no_small_text_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "f"
    file.write_bytes(content)
    with pytest.raises(Unreadable, match=why):
        read_text(str(file), 10)


def test_the_system_s_reason_is_given_when_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"^No such file or directory$"):
        read_text(str(tmp_path / "gone"), 10)
    with pytest.raises(Unreadable, match=r"^Is a directory$"):
        read_text(str(tmp_path), 10)
