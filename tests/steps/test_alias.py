"""One name of a file, or two: what may be deleted without losing the file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sexton.steps.alias import is_one_name
from tests.steps.doing import written

APART = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("-r",)))


def test_hard_links_are_two_names(tmp_path: Path) -> None:
    one = written(tmp_path / "a", "x")
    os.link(one, tmp_path / "b")
    assert not is_one_name(str(one), str(tmp_path / "b"))
    assert is_one_name(str(one), f"{tmp_path}/./a")


def test_hard_links_of_one_base_name_are_two_names_when_their_folders_are_two(tmp_path: Path) -> None:
    one = written(tmp_path / "in/a", "x")
    (tmp_path / "out").mkdir()
    os.link(one, tmp_path / "out/a")
    assert not is_one_name(str(one), str(tmp_path / "out/a"))


def test_equal_files_are_two_names(tmp_path: Path) -> None:
    assert not is_one_name(str(written(tmp_path / "in/a", "x")), str(written(tmp_path / "out/a", "x")))


def test_a_name_below_the_working_directory_is_the_same_with_and_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_one_name("a", str(written(tmp_path / "a", "x")))


@pytest.mark.parametrize("hard", [False, True])
def test_a_mount_gives_no_second_name_when_it_shows_the_same_folder(tmp_path: Path, hard: bool) -> None:
    one = written(tmp_path / "in/a", "x")
    if hard:
        os.link(one, tmp_path / "in/b")
    (tmp_path / "mounted").mkdir()
    look = "import sys; from sexton.steps.alias import is_one_name; print(is_one_name(*sys.argv[1:]))"
    script = 'mount --bind "$1" "$2" && exec "$3" -c "$4" "$1/a" "$2/a"'
    words = [f"{tmp_path}/in", f"{tmp_path}/mounted", sys.executable, look]
    done = subprocess.run([*APART, "sh", "-c", script, "sh", *words], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


@pytest.mark.parametrize("seen", ["upper", "mounted"])
def test_a_file_that_two_file_systems_show_is_not_archived_onto_itself(tmp_path: Path, seen: str) -> None:
    script = """
        mount -t tmpfs none "$1" && cd "$1" && mkdir lower upper work mounted
        mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work mounted
        echo x >mounted/a
        "$2" -m sexton step archive --to "$3" "$4/a" && cat mounted/a upper/a
    """
    other = {"upper": "mounted", "mounted": "upper"}[seen]
    words = [str(tmp_path), sys.executable, seen, other]
    done = subprocess.run([*APART, "sh", "-c", script, "sh", *words], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-2:] == ["x", "x"], done.stderr
    assert "stayed" in done.stdout + done.stderr
