"""Which keys a server may show."""

import subprocess
from pathlib import Path

import asyncssh
import pytest

from sexton.steps.errors import Misconfigured, NotPermitted
from sexton.steps.sftp.address import parse
from sexton.steps.sftp.hostkeys import host_keys

ONE, OTHER = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
KEY, OTHER_KEY = (key.export_public_key().decode().strip() for key in (ONE, OTHER))
HERE = parse("sftp://u@files.example:2222/in")


@pytest.mark.parametrize(
    "line",
    [
        f"[files.example]:2222 {KEY}",
        f"a,[files.example]:2222 {KEY} note",
        f"[*.example]:2222 {KEY}",
        KEY,
        f"# x\n{KEY}\n",
    ],
)
def test_the_key_of_the_host_counts_however_its_line_is_written(line: str) -> None:
    assert [key.get_fingerprint() for key in host_keys(HERE, None, line).keys] == [ONE.get_fingerprint()]


def test_hashed_names_count(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(f"[files.example]:2222 {KEY}\n")
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", str(file)], check=True, capture_output=True)

    assert "files.example" not in file.read_text()
    assert host_keys(HERE, str(file), "").keys


def test_file_and_text_both_count(tmp_path: Path) -> None:
    (tmp_path / "known").write_text(f"[files.example]:2222 {OTHER_KEY}\n")

    assert len(host_keys(HERE, str(tmp_path / "known"), KEY).keys) == 2


def test_ssh_s_own_files_count_where_none_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/known_hosts").write_text(f"[files.example]:2222 {KEY}\n")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert host_keys(HERE, None, "\n").keys
    with pytest.raises(NotPermitted):
        host_keys(HERE, None, f"elsewhere {KEY}")


def test_an_unknown_host_is_refused_saying_how_its_key_is_seen_and_checked() -> None:
    with pytest.raises(NotPermitted, match=r"`ssh-keyscan -p 2222 files.example`.*fingerprint"):
        host_keys(HERE, None, f"files.example.org {KEY}")


def test_what_is_known_of_an_address_says_nothing_of_a_name() -> None:
    with pytest.raises(NotPermitted):
        host_keys(parse("sftp://u@localhost/"), None, f"127.0.0.1 {KEY}")


def test_revoked_keys_are_told_apart() -> None:
    found = host_keys(HERE, None, f"{KEY}\n@revoked [files.example]:2222 {OTHER_KEY}")

    assert [key.get_fingerprint() for key in found.revoked] == [OTHER.get_fingerprint()]
    assert len(found.keys) == 1


def test_a_line_that_is_none_is_refused_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "known").write_text(f"[files.example]:2222 {KEY}\nnonsense\n")

    with pytest.raises(Misconfigured, match=r"line 2 .*known"):
        host_keys(HERE, str(tmp_path / "known"), "")


def test_a_file_that_is_missing_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"No such file.*/nowhere"):
        host_keys(HERE, "/nowhere", "")
