"""Text to plan: find the files, read every table, cross-check, and hand out a Plan or every problem there is."""

import os
from collections.abc import Mapping, Sequence

from sexton.config import later
from sexton.config.expand import Expander
from sexton.config.jobs import job_tables, read_job
from sexton.config.native import read_files
from sexton.config.places import CONFIG_FILES
from sexton.config.report import Report
from sexton.config.settings import SETTINGS_KEYS, read_settings
from sexton.config.verify import verify_acyclic, verify_known
from sexton.model.errors import ConfigError, Problem
from sexton.model.plan import Plan

_ROOT = later.TABLES | {key: f"`{key}` stands outside of any table; it belongs into [sexton]" for key in SETTINGS_KEYS}


def load_plan(paths: Sequence[str], environ: Mapping[str, str], *, for_run: bool = True) -> Plan:
    """The plan in the files `paths` (none given: the first of CONFIG_FILES that exists) and what they include.

    Variables come from `environ`. Without `for_run` the plan is only looked at: variables and files that the
    running Sexton would need may be missing, which becomes a warning. Raises ConfigError with all problems.
    """
    report = Report()
    roots, all_files = read_files(paths or [_default_file()], Expander(environ, for_run=for_run), report)
    if not roots:
        report.raise_problems()
    for root in roots:
        root.only(("sexton", "jobs"), _ROOT, "table")
    sections = [root.below("sexton", "a table, [sexton],") for root in roots]
    settings = read_settings([section for section in sections if section], environ, roots[0], os.geteuid())
    tables = job_tables(roots)
    zone = settings.timezone or "UTC"  # empty: it was wrong; the schedules are still read, to find what else is
    jobs = {name: read_job(table, zone, for_run=for_run) for name, table in tables.items()}
    if all_files:  # a job that is not there may stand in a file that could not be read
        verify_known(jobs, tables)
    verify_acyclic(jobs, tables)
    report.raise_problems()
    files = tuple(os.path.abspath(root.file) for root in roots)
    return Plan(settings=settings, jobs=jobs, files=files, warnings=report.warnings())


def _default_file() -> str:
    for file in CONFIG_FILES:
        if os.path.lexists(file):
            return file
    here, system = CONFIG_FILES
    raise ConfigError([Problem(here, 0, f"there is no such file, and no {system} either; write one, or name one")])
