"""What a run's steps leave on the disk, and how far they have come.

    <place>/home/                 the job's own, kept over runs
    <place>/run-42/of             which state's run 42 this is
    <place>/run-42/01-fetch/      the step's own folder
    <place>/run-42/01-fetch.manifest    what it handed on
    <place>/run-42/01-fetch.done  its record: written last, so that a step is done if this is there
    <place>/run-42/01-fetch.settled     it was told that all have succeeded

Invariant: what is done stays done; whatever dies, a step is done whole or is begun anew.
"""

import json
import os
import re
import shutil
from contextlib import suppress
from hashlib import sha256
from typing import NamedTuple

from sexton.model.step import StepRecord
from sexton.steps import durable
from sexton.steps.order import Order, StepOrder
from sexton.wire import step_record

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


class Place(NamedTuple):
    """The paths of one step in the run's folder; `definition` is what it is told to do, as a digest."""

    folder: str
    definition: str

    @property
    def manifest(self) -> str:
        return self.folder + ".manifest"

    @property
    def written(self) -> str:
        """Where a person's own command may leave its manifest."""
        return self.folder + ".written"

    @property
    def done(self) -> str:
        return self.folder + ".done"

    @property
    def settled(self) -> str:
        return self.folder + ".settled"

    @property
    def begun(self) -> bool:
        """Whether an attempt has begun it."""
        return os.path.isdir(self.folder)

    def begin(self) -> None:
        with suppress(FileExistsError):
            os.mkdir(self.folder, 0o700)

    def finished(self) -> StepRecord | None:
        """Its record when it is done, and was told then what it is told now."""
        try:
            with open(self.done, encoding="utf-8") as file:
                definition, record = file.read().split("\n", 1)
            return step_record.meant(record) if definition == self.definition else None
        except (FileNotFoundError, ValueError):
            return None

    def finish(self, record: StepRecord) -> None:
        durable.write(self.done, f"{self.definition}\n{step_record.spelled(record)}")

    def forget(self) -> None:
        """Be begun anew. Its folder stays: what lies in there may be nowhere else."""
        for path in (self.done, self.settled, self.manifest, self.written):
            with suppress(FileNotFoundError, IsADirectoryError):
                os.unlink(path)


class RunFolder:
    """The folder of the run of `order`, made or found again. Raises OSError."""

    def __init__(self, order: Order) -> None:
        self.path = os.path.join(order.place, f"run-{order.run}")
        self.home = os.path.join(order.place, "home")
        os.makedirs(self.home, mode=0o700, exist_ok=True)
        self._take_over(order)
        self._claim(f"{order.instance}\n{order.run}\n")
        self.steps = tuple(
            Place(os.path.join(self.path, f"{number:02}-{_UNFIT.sub('_', step.name)}"), _digest(step))
            for number, step in enumerate(order.steps, 1)
        )

    def _take_over(self, order: Order) -> None:
        """Go on with what the run that this one stands in for has finished."""
        before = os.path.join(order.place, f"run-{order.resumes}")
        if order.resumes and not os.path.exists(self.path) and _owner(before) == f"{order.instance}\n{order.resumes}\n":
            durable.write(os.path.join(before, "of"), f"{order.instance}\n{order.run}\n")
            os.rename(before, self.path)
            durable.sync_folder(order.place)

    def _claim(self, owner: str) -> None:
        """Make it ours; what another state's run of the same number left there goes."""
        if _owner(self.path) == owner:
            return
        shutil.rmtree(self.path, ignore_errors=True)
        os.makedirs(self.path, mode=0o700)
        durable.write(os.path.join(self.path, "of"), owner)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _owner(folder: str) -> str:
    try:
        with open(os.path.join(folder, "of"), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def _digest(step: StepOrder) -> str:
    """What it does; how long it may take is no part of that."""
    step = step._replace(timeout=None)
    return sha256(json.dumps(step.as_table, sort_keys=True).encode(errors="surrogateescape")).hexdigest()
