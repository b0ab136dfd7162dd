"""A plan for the daemon: read from its files at the start and at each reload, and then the readers are let go.

What only reading needs, `sexton.config` and tomllib, an idle daemon would keep for a reload that may never come; the
next reading imports it anew (docs/adr/0017-readers-go.md). Invariant: no object of a plan keeps a reader alive, and in
the daemon nobody else imports one while it may be let go.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import sexton
from sexton.model.errors import ConfigError

if TYPE_CHECKING:
    from sexton.model.errors import Problem
    from sexton.model.plan import Plan
    from sexton.model.secret import Secret
    from sexton.spawn.keyring import Keyring

MANY = 1_000  # jobs; the collector looks at each, for the quarter of a megabyte that the readers' classes take
NO_KEYS: Mapping[str, str] = MappingProxyType({})
_READERS = ("sexton.config", "tomllib")


def read_plan(
    files: Sequence[str], environ: Mapping[str, str], form: str | None, main: Mapping[str, str] = NO_KEYS
) -> Plan:
    """The plan in `files`, as `load_plan` has it. Raises ConfigError with all problems."""
    return _reading(lambda: _read(files, environ, form, main))


class Loader(NamedTuple):
    """Loads the plan anew, from `environ` as it was at the start. Of `secrets`, those that were not read then cannot
    come, and what is wrong is said without the values of those that were."""

    files: Sequence[str]
    environ: Mapping[str, str]
    form: str | None
    secrets: Mapping[str, Secret]
    keyring: Keyring | None
    main: Mapping[str, str] = NO_KEYS  # keys of [supervisord] that the command line sets

    def load(self) -> Plan:
        """Raises ConfigError."""
        try:
            return _reading(self._load)
        except ConfigError as error:
            if self.keyring is None:
                raise
            hide = self.keyring.redactor.text
            raise ConfigError([each._replace(message=hide(each.message)) for each in error.problems]) from None

    def _load(self) -> Plan:
        fresh = _read(self.files, self.environ, self.form, self.main)
        if not fresh.secrets:
            return fresh
        from sexton.config.secrets import verify_unchanged
        from sexton.spawn.tokens import with_values

        verify_unchanged(self.secrets, fresh.secrets)
        return with_values(fresh, self.keyring.values if self.keyring else {})


def _read(files: Sequence[str], environ: Mapping[str, str], form: str | None, main: Mapping[str, str]) -> Plan:
    from sexton.config.load import load_plan

    return load_plan(files, environ, form=form, now=time.time_ns() // 1000, main=main)


def _reading(read: Callable[[], Plan]) -> Plan:
    """What `read` gives or says is wrong; thereafter the readers are gone."""
    plan: Plan | None = None
    problems: Sequence[Problem] = ()
    try:
        plan = read()
    except ConfigError as error:
        problems = error.problems  # and nothing else of it: its traceback holds the readers
    finally:
        _let_go()
    if plan is None or len(plan.jobs) < MANY:
        gc.collect()
    if plan is None:
        raise ConfigError(problems)
    return plan


def _let_go() -> None:
    """Forget the readers. A module and its functions hold each other, so each is emptied; their classes are left to the
    collector, which cannot find them without a look at every job of the plan."""
    readers = [sys.modules.pop(name) for name in list(sys.modules) if name.startswith(_READERS)]
    vars(sexton).pop("config", None)
    for reader in readers:
        vars(reader).clear()
