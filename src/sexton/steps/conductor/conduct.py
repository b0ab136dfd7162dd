"""From the first step that is not done to the last, one at a time; then those that settle.

The exit code is 0, or that of the step that failed (128+n for a signal n, 75 for a timeout). 77 and 78 are those of
built-in steps alone, for they say that another attempt would not help; of a command they become 1. Invariant: a step
begins when all before it are done, and what they handed on is what it was.
"""

import json
import os
import signal
import sys
import time
from typing import Any, NamedTuple

from sexton.config.steps.catalogue import STEPS
from sexton.model.errors import EXIT_CONFIG, EXIT_FAILED, EXIT_NOPERM, EXIT_OK, EXIT_TEMPFAIL
from sexton.model.step import StepRecord, StepState
from sexton.steps.conductor import handed, process
from sexton.steps.conductor.folder import Place, RunFolder
from sexton.steps.conductor.late import Late, within
from sexton.steps.conductor.tally import Tally
from sexton.steps.conductor.telling import Telling
from sexton.steps.durable import write
from sexton.steps.errors import StepError
from sexton.steps.manifest import Manifest, as_json
from sexton.steps.order import Order, StepOrder, of_json, resolved
from sexton.wire.redact import Redactor

_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_OF_THE_RUN = ("fire_time", "zone", "job", "run", "attempt", "fence", "instance")  # what each step is told of it
INPUT, OUTPUT = "SEXTON_STEP_INPUT", "SEXTON_STEP_OUTPUT"


def main() -> int:
    """Do the job of steps that standard input describes; the exit code."""
    try:
        order = of_json(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))
        folder = RunFolder(order)
        process.become_subreaper()
    except (ValueError, TypeError, KeyError) as error:
        print(f"cannot read the order: {error!r}; this is for Sexton itself, see sexton step --help", file=sys.stderr)
        return EXIT_CONFIG
    except OSError as error:
        print(f"cannot begin the steps: {error}", file=sys.stderr)
        return EXIT_TEMPFAIL
    try:
        return Conductor(order, folder).conduct()
    except OSError as error:  # no step's: such as a full disk when all are done
        print(f"cannot keep what the steps have done: {error}", file=sys.stderr)
        return EXIT_TEMPFAIL


class _Ended(NamedTuple):
    code: int  # of the process, minus the signal that ended it
    late: bool


class Conductor:
    def __init__(self, order: Order, folder: RunFolder) -> None:
        self._order = order
        self._folder = folder
        self._telling = Telling()
        self._hide = Redactor(value.encode("utf-8", "surrogateescape") for value in order.secrets.values()).text
        self._asked = False  # whether somebody wants us to end
        for signum in _STOPS:
            signal.signal(signum, self._on_signal)

    def _on_signal(self, signum: int, frame: object) -> None:
        self._asked = True

    def conduct(self) -> int:
        given: Place | None = None
        done = self._done()
        for number, (step, place) in enumerate(zip(self._order.steps, self._folder.steps, strict=True), 1):
            if number > done:
                code = self._do(number, step, place, given)
                if code != EXIT_OK:
                    return code
            given = place
        code = self._settle()
        if code == EXIT_OK:
            self._folder.remove()
        return code

    def _done(self) -> int:
        """How many steps are done, from the first on; what lies behind one that is to be done anew goes."""
        done = 0
        for step, place in zip(self._order.steps, self._folder.steps, strict=True):
            record = place.finished()
            if record is None:
                break
            self._telling.tell(record)
            print(f"{step.name}: done already, in attempt {record.attempt}", flush=True)
            done += 1
        for place in self._folder.steps[done:]:
            place.forget()
        return done

    def _do(self, number: int, step: StepOrder, place: Place, given: Place | None) -> int:
        """Do one step; the exit code."""
        tally = Tally(StepRecord(number, step.name, self._order.attempt, _now()), self._hide)
        try:
            taken = self._given(number, place, given)
            place.begin()
            tally.record = tally.record._replace(input=handed.total(taken))
            self._telling.tell(tally.record)
            began = time.monotonic()
            ended = self._run(step, place, given, tally)
            if ended != _Ended(0, False):
                return self._failed(step, tally.record, ended)
            with within(step.timeout, began):
                output = self._hand_on(step, place, taken)
            self._finish(place, tally.record._replace(output=handed.total(output)))
        except (StepError, OSError) as error:
            print(f"{step.name}: {error}", file=sys.stderr, flush=True)
            code = error.exit_code if isinstance(error, StepError) else EXIT_TEMPFAIL
            state = StepState.TIMEOUT if isinstance(error, Late) else StepState.FAILED
            record = tally.record._replace(state=state, ended=_now(), exit_code=code, reason=self._hide(str(error)))
            self._telling.tell(record)
            return code
        return EXIT_OK

    def _given(self, number: int, place: Place, given: Place | None) -> Manifest:
        if given is None:
            return Manifest()
        taken = handed.read(given.manifest)
        record = given.finished()
        if record is None or record.attempt != self._order.attempt or place.begun:
            handed.verify(taken, self._order.steps[number - 2].name, begun=place.begun)
        return taken

    def _finish(self, place: Place, record: StepRecord) -> None:
        done = record._replace(state=StepState.SUCCEEDED, ended=_now(), exit_code=0, progress=None)
        place.finish(done)
        self._telling.tell(done)

    def _failed(self, step: StepOrder, record: StepRecord, ended: _Ended) -> int:
        """Say how it failed; the exit code that says so."""
        state = StepState.TIMEOUT if ended.late else StepState.CANCELLED if self._asked else StepState.FAILED
        code = 128 - ended.code if ended.code < 0 else ended.code
        reason = record.reason or ("it took longer than its timeout" if ended.late else "")
        self._telling.tell(
            record._replace(
                state=state,
                ended=_now(),
                exit_code=None if ended.code < 0 else ended.code,
                signal=-ended.code if ended.code < 0 else None,
                reason=reason,
            )
        )
        if not (step.step and record.reason):  # it has said so itself
            print(f"{step.name}: {state}{': ' + reason if reason else ''}", file=sys.stderr, flush=True)
        if ended.late:
            return EXIT_TEMPFAIL
        says_nothing = not step.step and code in (EXIT_NOPERM, EXIT_CONFIG)
        return EXIT_FAILED if says_nothing else code or EXIT_FAILED

    def _hand_on(self, step: StepOrder, place: Place, taken: Manifest) -> Manifest:
        """What the step hands on, in its place: what it wrote, or what it was given."""
        if step.step:
            return handed.read(place.manifest)
        if os.path.exists(place.written):
            return handed.take(place.written, place.manifest, step.cwd or os.getcwd())
        write(place.manifest, as_json(taken))
        return taken

    def _run(self, step: StepOrder, place: Place, given: Place | None, tally: Tally, *, settle: bool = False) -> _Ended:
        if self._asked:
            return _Ended(-signal.SIGTERM, False)

        def said(piece: bytes) -> None:
            if tally.feed(piece):
                self._telling.tell(tally.record)

        hearer = process.Hearer(said, self._telling.rest)
        running = self._start(step, place, given, hearer, settle)
        return _Ended(*running.wait(step.timeout, self._order.stop))

    def _start(
        self, step: StepOrder, place: Place, given: Place | None, hearer: process.Hearer, settle: bool
    ) -> process.Running:
        if step.step:
            argv = [sys.executable, "-P", "-m", "sexton.steps", step.step]
            stdin = json.dumps(self._told(step, place, given, settle)).encode("utf-8", "surrogateescape")
            return process.Running(argv, os.environ, None, stdin, hearer)
        env = os.environ | dict(self._order.python) | resolved(dict(step.env), self._order.secrets)
        env |= {OUTPUT: place.written, "SEXTON_STEP": step.name}
        if given is not None:
            env[INPUT] = given.manifest
        return process.Running(step.command, env, step.cwd, b"", hearer)

    def _told(self, step: StepOrder, place: Place, given: Place | None, settle: bool) -> dict[str, Any]:
        order = self._order
        return {
            "options": resolved(dict(step.options), order.secrets),
            "input": given.manifest if given else None,
            "output": place.manifest,
            "folder": place.folder,
            "home": self._folder.home,
            "settle": settle,
            **{name: getattr(order, name) for name in _OF_THE_RUN},
        }

    def _settle(self) -> int:
        """Tell those that wait for it that all have succeeded; the exit code of the first that cannot."""
        given: Place | None = None
        for number, (step, place) in enumerate(zip(self._order.steps, self._folder.steps, strict=True), 1):
            if step.step and STEPS[step.step].settles and not os.path.exists(place.settled):
                record = place.finished() or StepRecord(number, step.name, self._order.attempt, _now())
                tally = Tally(record, self._hide)
                ended = self._run(step, place, given, tally, settle=True)
                if ended != _Ended(0, False):
                    return self._failed(step, tally.record, ended)
                write(place.settled, "")
            given = place
        return EXIT_OK


def _now() -> int:
    return time.time_ns() // 1000
