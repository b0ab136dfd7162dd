"""The order of a start as supervisord has it: read, become the user, raise limits, go into the background, run.

Everything that can be wrong is found before the caller is let go, also when what runs is in the background by then.
A restart of everything (HUP) is a new image with the same words, so that nothing of the old start is left. Invariant:
one process has the pid that was written, from the start to the stop.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import partial
from typing import NamedTuple

from sexton.loading import Loader, read_plan
from sexton.model.errors import EXIT_OK
from sexton.model.plan import Plan
from sexton.model.supervisord import Supervisord
from sexton.premises import keep_standard_descriptors
from sexton.supervise.standing import become, ensure_folder, other, raise_limits

_SERIAL = "SEXTON_SERIAL"


class Words(NamedTuple):
    """What was said on the command line: `file` is absolute, `keys` are those of [supervisord] that it sets, and `argv`
    sets the same again."""

    file: str
    keys: Mapping[str, str]
    argv: Sequence[str]


class Anew(NamedTuple):
    """A new start: `look` gives the plan that it would go by, or raises SextonError, `start` is it, when everything has
    stopped, and hears the serial number of the last event. That of this start goes on after `serial`."""

    look: Callable[[], Plan]
    start: Callable[[int], None]
    serial: int


def be_supervisord(words: Words, environ: MutableMapping[str, str]) -> int:
    """Be supervisord until stopped; the exit code. Raises SextonError before anything is started."""
    serial = int(environ.pop(_SERIAL, "-1"))
    given = dict(environ)
    keep_standard_descriptors()
    load = Loader([words.file], environ, "supervisord", {}, None, words.keys)
    plan = read_plan(load.files, environ, load.form, words.keys)
    main = plan.supervisord or Supervisord()
    load = load._replace(main={**words.keys, **_places(main)})
    raise_limits(main)  # which root may do
    if main.user is not None:
        load = load._replace(main={**load.main, "user": main.user})
        plan = read_plan(load.files, environ, load.form, load.main)  # the places are that user's
        become(main.user)
    start = partial(_start_anew, words, given, background=not main.nodaemon)
    anew = Anew(partial(_look, words, given), start, serial)
    if main.nodaemon:
        return _run(plan, load, lambda: None, anew)
    from sexton.supervise.background import go_into_the_background

    parent = go_into_the_background(main)
    if parent is None:
        return EXIT_OK
    with parent:
        plan = read_plan(load.files, environ, load.form, load.main)  # paths count from where we are now
        return _run(plan, load, parent.release, anew)


def _run(plan: Plan, load: Loader, ready: Callable[[], None], anew: Anew) -> int:
    ensure_folder(plan.settings.log_dir)
    gc.collect()
    from sexton.app import keep_plan
    from sexton.supervise.daemon import Supervised

    made = partial(Supervised, ready=ready, anew=anew)
    return keep_plan(plan, load._replace(secrets=plan.secrets), once=False, daemon=made)


def _look(words: Words, environ: Mapping[str, str]) -> Plan:
    """What a new start would go by. Raises SextonError for all that would keep it from coming so far."""
    plan = read_plan([words.file], environ, "supervisord", words.keys)
    main = plan.supervisord or Supervisord()
    other(main.user)
    raise_limits(main)
    return plan


def _places(main: Supervisord) -> dict[str, str]:
    """The files that count from where we are started, wherever we go from there."""
    named = {"logfile": main.logfile, "pidfile": main.pidfile}
    return {key: path for key, path in named.items() if path is not None}


def _start_anew(words: Words, environ: Mapping[str, str], serial: int, *, background: bool) -> None:
    """The same words once more in this process; who is in the background already stays there, and who counts events
    goes on with `serial`."""
    stay = [word for word in ("--nodaemon", "--silent") if background and word not in words.argv]
    again = [*words.argv, "-c", words.file, *stay]
    env = {**environ, _SERIAL: str(serial)}
    os.execve(sys.executable, [sys.executable, "-m", "sexton", "supervisord", *again], env)
