"""A process under observation is heard, and is gone afterwards."""

import os
import sys
from pathlib import Path

import pytest

from benchmarks.process import Observed

PATIENT = "import signal; print('up', 'and', 'waiting', sep='\\n', flush=True); signal.pause()"


def test_lines_are_heard_one_by_one_and_the_process_ends_with_the_block(tmp_path: Path) -> None:
    with Observed([sys.executable, "-c", PATIENT], tmp_path) as process:
        assert process.line() == "up"
        assert process.until("wait") == "waiting"
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_a_killed_process_leaves_what_nobody_has_read(tmp_path: Path) -> None:
    with Observed([sys.executable, "-c", PATIENT], tmp_path) as process:
        assert process.until("up") == "up"
        assert process.kill() == "and\nwaiting\n"


def test_what_a_process_said_is_shown_when_it_ends_too_early(tmp_path: Path) -> None:
    with (
        Observed(["/bin/echo", "cannot start"], tmp_path) as process,
        pytest.raises(RuntimeError, match="said no more; it had said:\ncannot start"),
    ):
        process.until("ready")
