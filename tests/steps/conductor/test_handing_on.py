"""What one step hands to the next."""

import json
from hashlib import sha256
from pathlib import Path

from tests.steps.conducting import conduct, shell


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
    for written in ("nonsense", '{"files": [{"path": "is-not-there"}]}', '{"files": [{"path": "/", "name": "../x"}]}'):
        done = conduct(tmp_path, shell("write", f"echo '{written}' > \"$SEXTON_STEP_OUTPUT\""), run=str(len(written)))
        assert (done.code, done.states) == (1, {"write": "failed"})
        assert "manifest" in done.last["write"].reason


def test_the_first_command_has_no_input(tmp_path: Path) -> None:
    done = conduct(tmp_path, shell("look", 'echo "<${SEXTON_STEP_INPUT-none}>"'))
    assert "<none>" in done.output


def test_a_hundred_thousand_files_are_handed_on(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    empty = sha256(b"").hexdigest()
    files = [{"path": str(tmp_path / "x"), "name": f"n/{n}", "size": 0, "sha256": empty} for n in range(100_000)]
    (tmp_path / "many.json").write_text(json.dumps({"files": files}))
    done = conduct(tmp_path, shell("many", 'cp many.json "$SEXTON_STEP_OUTPUT"'), shell("pass", "true"))
    assert done.code == 0, done.output
    assert done.last["pass"].output is not None
    assert done.last["pass"].output.files == 100_000
