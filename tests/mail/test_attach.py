"""Attachments are bounded, and what is not attached is said."""

import os
from pathlib import Path

from sexton.mail.attach import collect


def test_files_are_attached_within_the_bound(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"12345")
    (tmp_path / "b.log").write_bytes(b"first\nlast\n")
    attached = collect([(str(tmp_path / name), name) for name in ("a.csv", "b.log")], 10)
    assert [(file.name, file.data) for file in attached.files] == [("a.csv", b"12345"), ("b.log", b"last\n")]
    assert attached.remarks == ["Of b.log only the last 5 of 11 bytes are attached."]


def test_half_a_table_is_not_attached(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"12345")
    attached = collect([(str(tmp_path / "a.csv"), "a.csv")], 4)
    assert attached.files == []
    assert attached.remarks == ["Not attached: a.csv has 5 bytes, and there is room for 4."]


def test_what_cannot_be_read_is_said_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.log")
    attached = collect([(str(tmp_path / name), name) for name in ("none.log", "fifo.log")], 100)
    assert attached.files == []
    assert attached.remarks == [
        "Not attached: none.log cannot be read (No such file or directory).",
        "Not attached: fifo.log cannot be read (it is no regular file).",
    ]
