"""HTTP on TCP: the server at a door of tcpdoor.py.

What may be done through it is access.py's. Invariant: it answers no one but by TcpRule, and keeps some connections for
the probes, so that no number of other clients makes Sexton look dead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.api.doors.access import TcpRule, probes_only
from sexton.api.doors.server import Server
from sexton.api.doors.throttle import Throttle
from sexton.api.encoded import EncodedJobs
from sexton.api.limits import LIMITS, Limits, spare_limits
from sexton.api.site import Site

if TYPE_CHECKING:
    from sexton.api.doors.tcpdoor import TcpDoor
    from sexton.model.http import Http
    from sexton.ports import Clock, Control, Loop


def make_rule(http: Http, clock: Clock, report: Callable[[str], None]) -> TcpRule:
    """Who may do what; one for all doors that there are one after the other."""
    return TcpRule(http, Throttle(clock, report))


def serve_tcp(
    loop: Loop,
    control: Control,
    door: TcpDoor,
    rule: TcpRule,
    *,
    report: Callable[[str], None],
    limits: Limits = LIMITS,
) -> Server:
    """Answer HTTP at `door` until `close`. `report` hears of defects and troubles, a line each."""
    site = Site(loop, control, rule, report, limits, EncodedJobs(), half_open=False)
    return Server(door, site, site._replace(access=probes_only, limits=spare_limits(limits)))
