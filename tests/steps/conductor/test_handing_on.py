"""What one step hands to the next."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from sexton.steps.conductor import handed
from sexton.steps.errors import StepError
from tests.steps.conducting import conduct, shell
from tests.steps.doing import written


def test_a_path_alone_is_made_a_whole_entry_when_a_command_writes_its_manifest(tmp_path: Path) -> None:
    write = """echo three > a.csv; echo '{"files": [{"path": "a.csv"}]}' > "$SEXTON_STEP_OUTPUT" """
    done = conduct(tmp_path, shell("write", write), shell("look", 'cp "$SEXTON_STEP_INPUT" seen.json'))
    assert done.code == 0, done.output
    entry = {"path": str(tmp_path / "a.csv"), "name": "a.csv", "size": 6, "sha256": sha256(b"three\n").hexdigest()}
    assert json.loads((tmp_path / "seen.json").read_text())["files"] == [{**entry, "rows": None}]


def test_what_a_command_was_given_is_handed_on_when_it_writes_nothing(tmp_path: Path) -> None:
    write = """echo x > a; echo '{"files": [{"path": "a", "rows": 3}]}' > "$SEXTON_STEP_OUTPUT" """
    done = conduct(tmp_path, shell("write", write), shell("pass", "true"), shell("look", 'cat "$SEXTON_STEP_INPUT"'))
    assert done.code == 0, done.output
    assert f'"path": "{tmp_path}/a"' in done.output
    assert done.last["look"].input is not None
    assert done.last["look"].input._asdict() == {"files": 1, "bytes": 2, "rows": 3}


def test_a_command_fails_when_its_manifest_is_none(tmp_path: Path) -> None:
    for text in ("nonsense", '{"files": [{"path": "is-not-there"}]}', '{"files": [{"path": "/", "name": "../x"}]}'):
        done = conduct(tmp_path, shell("write", f"echo '{text}' > \"$SEXTON_STEP_OUTPUT\""), run=str(len(text)))
        assert (done.code, done.states) == (1, {"write": "failed"})
        assert "manifest" in done.last["write"].reason


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "no list of files"),
        ('{"files": ["a"]}', 'no file: "a"; {"path": "/data/a.csv"} is meant'),
        ('{"files": [{"path": "/is/not/there"}]}', r"No such file or directory \(/is/not/there\)"),
    ],
)
def test_it_is_said_in_words_what_is_wrong_with_a_commands_manifest(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(StepError, match=f"^cannot take the manifest that it wrote: {said}"):
        handed.take(str(written(tmp_path / "m", text)), str(tmp_path / "taken"), "/")


def test_the_first_command_has_no_input(tmp_path: Path) -> None:
    done = conduct(tmp_path, shell("look", 'echo "<${SEXTON_STEP_INPUT-none}>"'))
    assert "<none>" in done.output


def test_commands_find_what_their_job_says_of_python(tmp_path: Path) -> None:
    look = shell("look", 'echo "<$PYTHONPATH>"')
    done = conduct(tmp_path, look, {**look, "name": "own", "env": {"PYTHONPATH": "own"}}, python={"PYTHONPATH": "app"})
    assert "<app>" in done.output
    assert "<own>" in done.output


def test_a_hundred_thousand_files_are_handed_on(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    empty = sha256(b"").hexdigest()
    files = [{"path": str(tmp_path / "x"), "name": f"n/{n}", "size": 0, "sha256": empty} for n in range(100_000)]
    (tmp_path / "many.json").write_text(json.dumps({"files": files}))
    done = conduct(tmp_path, shell("many", 'cp many.json "$SEXTON_STEP_OUTPUT"'), shell("pass", "true"))
    assert done.code == 0, done.output
    assert done.last["pass"].output is not None
    assert done.last["pass"].output.files == 100_000


def test_a_pipe_in_the_place_of_a_manifest_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    done = conduct(tmp_path, shell("write", 'mkfifo "$SEXTON_STEP_OUTPUT"', timeout=20_000_000))
    assert (done.code, done.states) == (1, {"write": "failed"})
    assert "not a regular file" in done.last["write"].reason


def test_a_folder_in_the_place_of_a_manifest_keeps_no_further_attempt_from_saying_so(tmp_path: Path) -> None:
    write = shell("write", 'mkdir -p "$SEXTON_STEP_OUTPUT"')
    reasons = {conduct(tmp_path, write, attempt=number).last["write"].reason for number in (1, 2)}
    assert len(reasons) == 1
    assert "not a regular file" in reasons.pop()


def test_a_manifest_that_is_nested_without_end_is_refused_in_words(tmp_path: Path) -> None:
    done = conduct(tmp_path, shell("write", "head -c 3000000 /dev/zero | tr '\\0' '[' > \"$SEXTON_STEP_OUTPUT\""))
    assert (done.code, done.states) == (1, {"write": "failed"})
    assert "nested too deep" in done.last["write"].reason
    assert "Traceback" not in done.output


def test_a_manifest_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    done = conduct(tmp_path, shell("write", 'truncate -s 600M "$SEXTON_STEP_OUTPUT"'))
    assert (done.code, done.states) == (1, {"write": "failed"})
    assert "more than 512,000,000 bytes" in done.last["write"].reason


def test_the_timeout_is_for_the_files_too_that_a_command_hands_on(tmp_path: Path) -> None:
    write = """truncate -s 4T a; echo '{"files": [{"path": "a"}]}' > "$SEXTON_STEP_OUTPUT" """
    done = conduct(tmp_path, shell("write", write, timeout=500_000))
    assert (done.code, done.states) == (75, {"write": "timeout"})
