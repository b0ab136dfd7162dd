"""The world around one run, as small as it can be: what the disk still owes an answer to, and which processes live.

`possible` says what can happen next, in reality, not according to the table; `happen` lets it happen. That a table cell
exists for each of these, and that no other cell does, is for tests/core/test_runs.py to show.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sexton.core.runs import decide_run
from sexton.model.job import Job, Retry
from sexton.model.process import Process, Stop
from sexton.model.run import Exit, Happening, Run, RunEffect, RunEvent, RunState
from sexton.model.units import SECOND, Elapsed, Moment

JOB = Job("ingest", Process(("./ingest.sh",), stop=Stop(timeout=10 * SECOND)), timeout=60 * SECOND)
RETRYING = JOB._replace(retry=Retry(attempts=2, delay=30 * SECOND))
RUN = Run("ingest", "2026-11-22T08:00:00Z", "token")
WALL = 1_795_334_400_000_000
H, E = Happening, RunEffect


class RunWorld(NamedTuple):
    """`group` is the state of the process group: `none`, `alive`, `left` (its leader has ended), `gone`."""

    run: Run = RUN
    deadline: Elapsed | None = None
    claiming: bool = True  # the claim has no answer yet
    spawning: bool = False
    ending: bool = False  # the end has no answer yet
    group: str = "none"
    now: Elapsed = 0
    job: Job = JOB

    def possible(self) -> Iterator[Happening]:
        """What can happen now. A person may cancel at any time."""
        yield H.CANCEL
        if self.claiming:
            yield from (H.CLAIMED, H.CLAIM_REFUSED, H.CLAIM_FAILED)
        if self.spawning:
            yield from (H.SPAWNED, H.SPAWN_FAILED)
        if self.group == "alive":
            yield from (H.EXITED, H.EXITED_LEAVING)
        if self.group == "left":
            yield H.GROUP_GONE
        if self.deadline is not None:
            yield H.DEADLINE
        if self.ending:
            yield H.END_RECORDED if self.run.again is None else H.ATTEMPT_RECORDED
            yield from (H.END_REFUSED, H.END_FAILED)

    def happen(self, event: RunEvent, passed: int = 0) -> tuple["RunWorld", tuple[RunEffect, ...]]:
        """The world after `event`, `passed` microseconds later (a deadline comes no earlier than it says)."""
        now = self.now + passed
        deadline = self.deadline
        if event.kind is H.DEADLINE:
            now, deadline = max(now, deadline or 0), None
        run, effects, later = decide_run(self.run, self.job, event, Moment(WALL + now, now), deadline)
        world = self._answered(event.kind)._replace(run=run, deadline=later, now=now)
        return world._performed(effects), effects

    def _answered(self, kind: Happening) -> "RunWorld":
        match kind:
            case H.CLAIMED | H.CLAIM_REFUSED | H.CLAIM_FAILED:
                return self._replace(claiming=False)
            case H.SPAWNED:
                return self._replace(spawning=False, group="alive")
            case H.SPAWN_FAILED:
                return self._replace(spawning=False)
            case H.EXITED | H.GROUP_GONE:
                return self._replace(group="gone")
            case H.EXITED_LEAVING:
                return self._replace(group="left")
            case H.END_RECORDED | H.ATTEMPT_RECORDED | H.END_REFUSED | H.END_FAILED:
                return self._replace(ending=False)
        return self

    def _performed(self, effects: tuple[RunEffect, ...]) -> "RunWorld":
        return self._replace(
            spawning=self.spawning or E.SPAWN in effects, ending=self.ending or E.RECORD_END in effects
        )

    def answer_to_come(self) -> bool:
        """Whether something will move the run on even if no person does anything: disk, process or deadline."""
        return any((self.claiming, self.spawning, self.ending, self.group == "alive", self.deadline is not None))


def event_of(kind: Happening, *, code: int | None = 0, within: int | None = None) -> RunEvent:
    """An event with what belongs to it; `code` None: killed."""
    match kind:
        case H.CLAIMED:
            return RunEvent(kind, run_id=41, fence=7)
        case H.SPAWNED:
            return RunEvent(kind, pid=1234)
        case H.EXITED | H.EXITED_LEAVING:
            return RunEvent(kind, exit=Exit(code, 9 if code is None else None, 1000, 4096))
        case H.SPAWN_FAILED:
            return RunEvent(kind, reason="no such file")
        case H.CANCEL:
            return RunEvent(kind, reason="shutdown", within=within)
    return RunEvent(kind)


def after(*kinds: Happening, job: Job = JOB, passed: int = 0) -> RunWorld:
    """The world after these happenings, `passed` apart."""
    world = RunWorld(job=job)
    for kind in kinds:
        world, _ = world.happen(event_of(kind), passed)
    return world


def explore() -> set[tuple[RunState, Happening]]:
    """Every (state, happening) that reality can bring about."""
    seen: set[tuple[object, ...]] = set()
    pairs: set[tuple[RunState, Happening]] = set()
    frontier = [RunWorld(), RunWorld(job=RETRYING)]
    while frontier:
        world = frontier.pop()
        for kind in world.possible():
            pairs.add((world.run.state, kind))
            later, _ = world.happen(event_of(kind))
            key = (later.run.state, later.deadline is None, later.run.asked, later.run.again is None, *later[2:6])
            if key not in seen:
                seen.add(key)
                frontier.append(later)
    return pairs
