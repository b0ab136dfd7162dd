"""All jobs as JSON, made anew only where something has changed: most answers show what the one before showed.

Rests on the engine giving the same view again as long as it says the same (engine/answers/job_views.py). Invariant: at
most one encoding of each job of the last answer is kept, and that answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.model.views import JobView


class EncodedJobs:
    """The last answer's views, each with its encoding, and the whole."""

    __slots__ = ("_body", "_each", "_views")

    def __init__(self) -> None:
        self._views: list[JobView] = []
        self._each: dict[str, tuple[JobView, bytes]] = {}
        self._body = b'{"jobs":[]}'

    def body(self, jobs: list[JobView], encode: Callable[[JobView], bytes]) -> bytes:
        """`{"jobs": [...]}`; `encode` makes JSON of one view."""
        if jobs != self._views:  # lists compare what is the same object without looking into it
            self._each = {job["name"]: self._kept(job) or (job, encode(job)) for job in jobs}
            self._body = b'{"jobs":[' + b",".join([said for _, said in self._each.values()]) + b"]}"
            self._views = list(jobs)
        return self._body

    def _kept(self, job: JobView) -> tuple[JobView, bytes] | None:
        known = self._each.get(job["name"])
        return known if known is not None and known[0] is job else None
