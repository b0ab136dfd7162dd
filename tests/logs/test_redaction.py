"""Known secrets reach neither a file, nor a tail, nor our own output; everything else does, and in time."""

import json
import os
from pathlib import Path

import pytest

from sexton.logs.keeper import LogKeeper
from sexton.logs.pump import RunLog
from sexton.logs.relay import Journal, Relay
from sexton.model.log import Log
from sexton.model.log import Relay as Mode
from sexton.wire.redact import Redactor
from tests.fakes import FakeLoop
from tests.logs.test_relay import Written

KNOWN = Redactor([b"hunter2!"])


class Kept:
    """The log of a run or a service, with a pipe for what it says and one for its errors."""

    def __init__(self, folder: Path, log: Log, *, service: bool = False) -> None:
        self.loop = FakeLoop()
        self.stdout = Written()
        journal = Journal(Written(), self.loop.clock, "text", 8)
        keeper = LogKeeper(self.loop, str(folder), Relay(self.stdout, self.loop.clock, Mode.RAW, 8), journal)
        keeper.redactor = KNOWN
        self.writers: list[int] = []
        output, errors = self._pipe(), self._pipe() if log.stderr else None
        self.log: RunLog = (
            keeper.open_service("s", log, output, errors) if service else keeper.open("x", "1", output, log, errors)
        )

    def _pipe(self) -> int:
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        self.writers.append(writer)
        return reader

    def say(self, data: bytes, stream: int = 0) -> bytes:
        """What the file has once `data` was said."""
        os.write(self.writers[stream], data)
        self.loop.turn()
        return Path(self.log.path).read_bytes()

    def end(self) -> None:
        self.log.finish()
        for writer in self.writers:
            os.close(writer)
        self.loop.turn()


@pytest.fixture(params=[False, True], ids=["run", "service"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    return Kept(tmp_path, Log(stderr=str(tmp_path / "errors")), service=request.param)


def test_a_value_in_pieces_is_in_neither_the_file_nor_the_tail_nor_the_relayed_copy(kept: Kept) -> None:
    assert kept.say(b"it is hunt") == b"it is "
    assert kept.say(b"er2!\nnot hunt") == b"it is ***\nnot "
    kept.end()
    assert Path(kept.log.path).read_bytes() == kept.stdout.said[:-1] == b"it is ***\nnot hunt"
    assert kept.log.tail() == "it is ***\nnot hunt"
    assert kept.log.size == len(b"it is ***\nnot hunt")


def test_errors_in_a_file_of_their_own_are_redacted_by_themselves(kept: Kept, tmp_path: Path) -> None:
    kept.say(b"hunt")
    kept.say(b"er2! hunter2!\n", stream=1)
    kept.end()
    assert (tmp_path / "errors").read_bytes() == b"er2! ***\n"
    assert Path(kept.log.path).read_bytes() == b"hunt"


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_our_own_log_has_no_value_in_message_or_fields(log_format: str) -> None:
    out = Written()
    journal = Journal(out, FakeLoop().clock, log_format, 8)
    journal.redactor = KNOWN
    journal.say("info", "said hunter2!", job="hunter2!", run=7)
    assert b"hunter2!" not in out.said
    if log_format == "json":
        said = json.loads(out.said)
        assert (said["message"], said["job"], said["run"]) == ("said ***", "***", 7)
    else:
        assert out.said.endswith(b"said ***\n")
