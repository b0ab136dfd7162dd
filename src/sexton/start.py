"""The first part of a start: the plan is read before anything is loaded that keeps it.

So the engine and all else that app.py knows find room where the readers were, which are let go (loading.py). Stops at
the plan. Invariant: what is wrong with a configuration is said before anything is opened or started.
"""

from collections.abc import Mapping, Sequence

from sexton.loading import Loader, read_plan
from sexton.premises import check_places, keep_standard_descriptors


def run_daemon(files: Sequence[str], *, once: bool, environ: Mapping[str, str], form: str | None = None) -> int:
    """Be Sexton until stopped; the exit code. Raises ConfigError before anything is started."""
    keep_standard_descriptors()
    plan = read_plan(files, environ, form)
    check_places(plan)
    from sexton.app import keep_plan

    return keep_plan(plan, Loader(files, environ, form, plan.secrets, None), once=once)
