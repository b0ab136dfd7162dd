"""Text to plan: find the files, read every table, cross-check, and hand out a Plan or every problem there is."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sexton.config import later
from sexton.config.expand import NO_KEYS, Expander
from sexton.config.jobs import read_job
from sexton.config.named import named_tables
from sexton.config.page import Page
from sexton.config.places import CONFIG_FILES
from sexton.config.reading import read_files
from sexton.config.report import Report
from sexton.config.settings import SETTINGS_KEYS, read_settings
from sexton.config.table import Table
from sexton.config.verify import verify_acyclic, verify_known, verify_meetings
from sexton.model.errors import ConfigError, Problem
from sexton.model.job import Job, Pool
from sexton.model.plan import Plan
from sexton.model.reference import SecretReference
from sexton.model.service import Service
from sexton.model.units import Instant

if TYPE_CHECKING:
    from sexton.model.listener import Listener
    from sexton.model.notice import Rule, Sink
    from sexton.model.secret import Secret

_ROOT = later.TABLES | {key: f"`{key}` stands outside of any table; it belongs into [sexton]" for key in SETTINGS_KEYS}


class Loaded(NamedTuple):
    """A plan, and of each of its files the root table with references replaced, and the page as it is written."""

    plan: Plan
    roots: list[Table]
    pages: list[Page]


def load_plan(
    paths: Sequence[str],
    environ: Mapping[str, str],
    *,
    for_run: bool = True,
    form: str | None = None,
    now: Instant | None = None,
    main: Mapping[str, str] = NO_KEYS,
) -> Plan:
    """The plan in the files `paths` (none given: the first of CONFIG_FILES that exists) and what they include.

    Variables come from `environ`; `form` is the format of the files, whatever their names say. Without `for_run` the
    plan is only looked at: variables and files that the running Sexton would need may be missing, which becomes a
    warning. With `now`, schedules that are over are warned of, and those that may surprise where the plan is only
    looked at; `main` are keys of a supervisord.conf's main section that its text need not say.

    Raises ConfigError with all problems.
    """
    return load(paths, environ, for_run=for_run, form=form, now=now, main=main).plan


def load(
    paths: Sequence[str],
    environ: Mapping[str, str],
    *,
    for_run: bool,
    form: str | None,
    now: Instant | None = None,
    main: Mapping[str, str] = NO_KEYS,
) -> Loaded:
    """The plan as `load_plan` has it, with the files that say so."""
    report = Report()
    expander = Expander(environ, for_run=for_run, main=main)
    roots, pages, all_files = read_files(paths or [_default_file()], expander, report, form)
    if not roots:
        report.raise_problems()
    for root in roots:
        root.only(("sexton", "secrets", "jobs", "services", "groups", "listeners", "pools", "sinks"), _ROOT, "table")
    sections = [root.below("sexton", "a table, [sexton],") for root in roots]
    tables_of_sexton = [section for section in sections if section]
    settings = read_settings(tables_of_sexton, environ, roots[0], os.geteuid(), for_run=for_run)
    tables = named_tables(roots, "jobs", "job")
    zone = settings.timezone or "UTC"  # empty: it was wrong; the schedules are still read, to find what else is
    jobs = {name: read_job(table, zone, for_run=for_run) for name, table in tables.items()}
    if all_files:  # a job that is not there may stand in a file that could not be read
        verify_known(jobs, tables)
    verify_acyclic(jobs, tables)
    pools = _read_pools(roots, jobs, tables, all_files=all_files)
    services = _read_services(roots, jobs, for_run=for_run, all_files=all_files)
    listeners = _read_listeners(roots, services)
    uses = any(job.process.secrets or any(step.secrets for step in job.steps) for job in jobs.values())
    uses = uses or any(service.process.secrets for service in services.values())
    uses = uses or any(isinstance(token, SecretReference) for token in settings.http.tokens)
    sinks, notify = _read_notices(roots, tables_of_sexton, jobs, services, all_files=all_files)
    uses = uses or bool(sinks)
    secrets = _read_secrets(roots, tables_of_sexton, expander.used, uses=uses, all_files=all_files)
    if all_files and any(job.on for job in jobs.values()):
        from sexton.config.on import verify_on

        verify_on(jobs, tables, services)
    if settings.timezone:
        verify_meetings(jobs, tables, report)
    report.raise_problems()
    if now is not None:
        _warn_of_schedules(jobs, tables, now, for_run=for_run)
    files = tuple(os.path.abspath(root.file) for root in roots)
    files += tuple(file for page in pages for file in page.files)
    supervisord = next((page.supervisord for page in pages if page.supervisord), None)
    plan = Plan(
        settings, jobs, services, secrets, pools, listeners, files, report.warnings(), supervisord, sinks, notify
    )
    return Loaded(plan, roots, pages)


def _warn_of_schedules(jobs: Mapping[str, Job], tables: Mapping[str, Table], now: Instant, *, for_run: bool) -> None:
    from sexton.config.ended import warn_of_ended

    warn_of_ended(jobs, tables, now)
    if not for_run:
        from sexton.config.advice import advise

        advise(jobs, tables, now)


def _read_pools(
    roots: Sequence[Table], jobs: Mapping[str, Job], tables: Mapping[str, Table], *, all_files: bool
) -> Mapping[str, Pool]:
    if not any("pools" in root for root in roots) and not any(job.pool for job in jobs.values()):
        return {}
    from sexton.config.pools import read_pools, verify_pools

    pools = read_pools(roots)
    if all_files:
        verify_pools(pools, jobs, tables)
    return pools


def _read_services(
    roots: Sequence[Table], jobs: Mapping[str, Job], *, for_run: bool, all_files: bool
) -> Mapping[str, Service]:
    if not any(section in root for root in roots for section in ("services", "groups", "listeners")):
        return {}
    from sexton.config.services import read_services

    tables, groups = named_tables(roots, "services", "service"), named_tables(roots, "groups", "group")
    listeners = named_tables(roots, "listeners", "listener")
    return read_services(tables, groups, jobs, listeners, for_run=for_run, all_files=all_files)


def _read_listeners(roots: Sequence[Table], services: Mapping[str, Service]) -> Mapping[str, Listener]:
    if not any("listeners" in root for root in roots):
        return {}
    from sexton.config.listeners import read_listeners

    return read_listeners(named_tables(roots, "listeners", "listener"), services)


def _read_notices(
    roots: Sequence[Table],
    sections: Sequence[Table],
    jobs: Mapping[str, Job],
    services: Mapping[str, Service],
    *,
    all_files: bool,
) -> tuple[Mapping[str, Sink], Mapping[str, tuple[Rule, ...]]]:
    """The sinks, and who is told what; nothing of it is loaded where nobody is."""
    named = {name: named_tables(roots, f"{name}s", name) for name in ("job", "service")}
    tables = (*sections, *named["job"].values(), *named["service"].values())
    asked = any("sinks" in root for root in roots) or any("notify" in table for table in tables)
    if not asked and not any(job.mailto for job in jobs.values()):
        return {}, {}
    from sexton.config.notify import read_rules, with_mailto
    from sexton.config.sinks.read import read_sinks

    sinks = with_mailto(read_sinks(roots), jobs)
    of_jobs = {name: (job, named["job"][name]) for name, job in jobs.items()}
    rules = read_rules(sections, of_jobs, services, named["service"], sinks, all_files=all_files)
    if all_files and any("sinks" in root for root in roots):
        from sexton.config.sinks.use import warn_of_use

        asking = [table.data.get("notify") for table in tables]
        warn_of_use(named_tables(roots, "sinks", "sink"), sinks, rules, asking)
    return sinks, rules


def _read_secrets(
    roots: Sequence[Table], sections: Sequence[Table], expanded: Container[str], *, uses: bool, all_files: bool
) -> Mapping[str, Secret]:
    if not uses and not any("secrets" in root for root in roots):
        return {}
    from sexton.config.secrets import read_secrets, verify_secrets

    secrets = read_secrets(roots, expanded)
    if all_files:  # a secret that is not there may stand in a file that could not be read
        jobs, services = named_tables(roots, "jobs", "job"), named_tables(roots, "services", "service")
        listeners = named_tables(roots, "listeners", "listener")
        verify_secrets((*sections, *jobs.values(), *services.values(), *listeners.values()), secrets)
        if any("sinks" in root for root in roots):
            from sexton.config.notify import mentioned

            verify_secrets(mentioned([*named_tables(roots, "sinks", "sink").values()]), secrets)
    return secrets


def _default_file() -> str:
    for file in CONFIG_FILES:
        try:
            os.lstat(file)
        except FileNotFoundError:
            continue
        except OSError:  # it may be there: reading it will say why that cannot be
            return file
        return file
    here, system = CONFIG_FILES
    raise ConfigError([Problem(here, 0, f"there is no such file, and no {system} either; write one, or name one")])
