"""A real conductor with steps that are commands: what it is told, how it ended, and what it said."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sexton.model.step import StepRecord
from sexton.steps.channel import VARIABLE
from sexton.wire.step_record import meant

CONDUCTOR = (sys.executable, "-P", "-m", "sexton.steps")


def shell(name: str, script: str, **more: Any) -> dict[str, Any]:
    """A step that is a script of the shell."""
    return {"name": name, "command": ["/bin/sh", "-euc", script], **more}


class Conducted(NamedTuple):
    code: int
    output: str
    told: list[StepRecord]

    @property
    def last(self) -> dict[str, StepRecord]:
        """What was told last of each step."""
        return {record.name: record for record in self.told}

    @property
    def states(self) -> dict[str, str]:
        return {name: str(record.state) for name, record in self.last.items()}


class Started(NamedTuple):
    """A conductor that goes, and the pipe on which it reports."""

    process: "subprocess.Popen[str]"
    report: int

    def end(self) -> Conducted:
        """What became of it; its reports are read to their end first, and what it may have left is ended."""
        with open(self.report, encoding="utf-8") as report:
            told = [meant(line) for line in report]
        self.process.wait()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        output, _ = self.process.communicate()
        return Conducted(self.process.returncode, output, told)


def start(place: Path, *steps: dict[str, Any], **order: Any) -> Started:
    """Start a conductor; its order is in its standard input whole."""
    told = {"place": str(place), "job": "job", "run": "1", "instance": "here", "steps": steps, **order}
    reader, writer = os.pipe()
    with open(os.memfd_create("order"), "w+", encoding="utf-8") as stdin:
        json.dump(told, stdin)
        stdin.seek(0)
        process = subprocess.Popen(
            CONDUCTOR,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, VARIABLE: str(writer)},
            pass_fds=(writer,),
            cwd=place,
            text=True,
            start_new_session=True,
        )
    os.close(writer)
    return Started(process, reader)


def conduct(place: Path, *steps: dict[str, Any], **order: Any) -> Conducted:
    """Do a job of steps to its end. The reports are read at the end: no more than a pipe holds."""
    return start(place, *steps, **order).end()
