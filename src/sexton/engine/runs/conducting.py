"""Runs of jobs that have steps: what their conductor is told, and what is told of them. Loaded for such jobs alone."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from sexton.core.outcomes import is_final
from sexton.core.slots import rerun_of
from sexton.engine.runs.step_reports import StepReports
from sexton.model.handover import CLOSED
from sexton.model.run import Outcome
from sexton.model.step import StepRecord, StepState
from sexton.model.units import SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sexton.engine.tables import RunEntry, World
    from sexton.model.job import Job
    from sexton.model.ledger import Row
    from sexton.ports import Child

PAUSE = 10 * SECOND  # between two events of a step's progress
_ENDS = {
    Outcome.TIMEOUT: StepState.TIMEOUT,
    Outcome.CANCELLED: StepState.CANCELLED,
    Outcome.LOST: StepState.LOST,
}


def conduct(world: World, entry: RunEntry, env: Mapping[str, str]) -> Child:
    """Start the conductor. Raises SpawnError."""
    process = entry.job.process
    named = {name for step in entry.job.steps for name in step.secrets}
    named |= {use.secret for use in process.secrets if not use.as_file}  # which it has, and keeps out of its records
    own, python = _apart(world.environ, env)
    child = world.conduct(process, own, {**_order(world, entry), "python": python}, sorted(named))
    listen(world, entry, CLOSED if child.report is None else child.report)
    return child


def _apart(ours: Mapping[str, str], env: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What the conductor finds, and what only commands do: a job may lead its own programs to other modules
    (PYTHONPATH, PYTHONHOME …), but not Sexton's, which go by what Sexton itself found."""
    python = {name: value for name, value in env.items() if name.startswith("PYTHON")}
    own = {name: value for name, value in ours.items() if name.startswith("PYTHON")}
    return {name: value for name, value in env.items() if name not in python} | own, python


def listen(world: World, entry: RunEntry, pipe: int) -> StepReports:
    """Hear what the conductor reports on `pipe`."""
    told_at = 0

    def told(before: StepRecord | None, record: StepRecord) -> None:
        nonlocal told_at
        world.wake(entry.run.id)
        if before is None or before.state is not record.state:
            _tell(world, entry, record)
        elif record.progress is not None and world.now() - told_at >= PAUSE:
            told_at = world.now()
            _tell_progress(world, entry, record)

    entry.steps = StepReports(world.loop, pipe, len(entry.job.steps), world.spawner.redacted, told)
    return entry.steps


def _order(world: World, entry: RunEntry) -> dict[str, Any]:
    run, job = entry.run, entry.job
    return {
        "place": os.path.join(world.steps_folder, run.job),
        "steps": [json.loads(step.definition) for step in job.steps],
        "job": run.job,
        "run": str(run.id),
        "attempt": run.attempt,
        "fence": run.fence,
        "fire_time": entry.created if run.fire_time is None else run.fire_time,
        "zone": job.schedule.zone if job.schedule else world.plan.settings.timezone,
        "instance": world.identity.state_id,
        "resumes": str(rerun_of(run.slot) or ""),
        "stop": job.process.stop.timeout,
    }


def end(entry: RunEntry) -> None:
    """The run, or this attempt of it, has ended: so has the step that went on, and its reason is the run's."""
    reports, run = entry.steps, entry.run
    if reports is None or run.outcome is None:
        return
    reports.finish()
    last = reports.last
    if last is None or last.attempt != run.attempt:
        return
    if last.state in (StepState.RUNNING, StepState.CANCELLED):
        ended = last.ended or run.ended
        last = last._replace(state=_ENDS.get(run.outcome, StepState.FAILED), ended=ended, progress=None)
        reports.records[last.number] = last
    if run.outcome is Outcome.FAILED and last.state is not StepState.SUCCEEDED:
        said = f"step {last.name}: {last.reason or run.reason}"
        in_vain = is_final(run, entry.job) and run.attempt < entry.job.retry.attempts
        entry.run = run._replace(reason=f"{said}; another attempt would not help" if in_vain else said)


def lost_steps(world: World, job: Job, row: Row) -> tuple[StepRecord, ...]:
    """The steps of a run that an earlier Sexton has left claimed, as far as they had come."""
    folder = os.path.join(world.steps_folder, row.job, f"run-{row.id}")
    owner = f"{world.identity.state_id}\n{row.id}\n"
    found = world.spawner.steps_done(folder, owner, [step.name for step in job.steps])
    return tuple(
        step._replace(attempt=row.attempt, ended=world.now()) if step.state is StepState.LOST else step
        for step in found
    )


def prune(world: World) -> None:
    """Let go of what the steps of runs have left that are out of history, or nearly."""
    resting = [(name, run) for name, job in world.jobs.items() for run in job.resting]
    going = [(entry.run.job, entry.run.id) for entry in world.runs]
    before = world.now() - world.plan.settings.keep.runs
    world.spawner.prune_steps(world.steps_folder, before, [f"{job}/run-{run}" for job, run in (*resting, *going)])


def _tell(world: World, entry: RunEntry, record: StepRecord) -> None:
    """A step that has begun or ended; not those that an earlier attempt has done."""
    run = entry.run
    if record.attempt != run.attempt:
        return
    which = f"{run.job}: run {run.id}: step {record.name} ({record.number} of {len(entry.job.steps)})"
    about = {"job": run.job, "run": run.id, "step": record.name, "attempt": record.attempt}
    if record.state is StepState.RUNNING:
        world.logs.say("info", f"{which} started", event="step_started", **about)
        return
    level = "info" if record.state is StepState.SUCCEEDED else "warning"
    counts = ", ".join(f"{number} {name}" for name, number in record.counts.items())
    why = f": {record.reason or counts}" if record.reason or counts else ""
    world.logs.say(level, f"{which} {record.state}{why}", event="step_ended", outcome=str(record.state), **about)


def _tell_progress(world: World, entry: RunEntry, record: StepRecord) -> None:
    """Among the events alone: Sexton's own log is for what has happened."""
    progress, run = record.progress, entry.run
    if progress is None:
        return
    of = "" if progress.total is None else f" of {progress.total}"
    said = f"{run.job}: run {run.id}: step {record.name}: {progress.done}{of} {progress.unit}"
    about: dict[str, Any] = {"event": "step_progress", "job": run.job, "run": run.id, "step": record.name}
    world.logs.note(said, **about, progress=progress._asdict())
