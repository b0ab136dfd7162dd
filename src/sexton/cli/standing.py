"""A service in words: the same state, reason and colour wherever a verb shows one.

Takes the API's ServiceView; knows neither tables nor verbs.
"""

from __future__ import annotations

from collections.abc import Iterable

from sexton.cli import human
from sexton.model.views import ServiceView

RUNNING, STOPPED, WAITING, EXITED = "running", "stopped", "waiting", "exited"
_PLAIN_STATES = {"lingering": "stopping", "killing": "stopping"}
_STYLES = {
    "running": "green",
    "starting": "yellow",
    "stopping": "yellow",
    "backoff": "yellow",
    "waiting": "yellow",
    "fatal": "red",
}


def word(service: ServiceView) -> str:
    """The state that the service is in; what it takes to end one is `stopping` altogether."""
    state = _PLAIN_STATES.get(service["state"], service["state"])
    return "disabled" if state == STOPPED and not service["enabled"] else state


def style(service: ServiceView) -> str:
    return _STYLES.get(word(service), "")


def uptime(service: ServiceView) -> str:
    return "" if service["uptime_seconds"] is None else human.rough(service["uptime_seconds"])


def lacking(service: ServiceView, everyone: Iterable[ServiceView]) -> str:
    """What a service waits for, and how that stands, where `everyone` tells."""
    states = {each["name"]: word(each) for each in everyone}
    missing = [name for name in service["depends_on"] if states.get(name) != RUNNING]
    named = [f"{name} ({states[name]})" if name in states else name for name in missing]
    return f"waits for {', '.join(named or service['depends_on'])}"


def ended(service: ServiceView) -> str:
    """How its last process ended, or why there was none."""
    if service["reason"] or service["signal"]:
        return service["reason"] or service["signal"] or ""
    return "" if service["exit_code"] is None else f"exit code {service['exit_code']}"


def reason(service: ServiceView, everyone: Iterable[ServiceView], now: float) -> str:
    """Why it does not run, where that was nobody's wish; of a listener, that it makes no sense."""
    state = word(service)
    if service["listener"] == "unknown":
        return "does not keep to the listener protocol; it is being ended"
    if state == WAITING:
        return lacking(service, everyone)
    if state not in ("backoff", "fatal", EXITED) or not ended(service):
        return ""
    ago = human.past(service["ended"], now)
    return f"{ended(service)}, {ago}" if ago else ended(service)


def sentence(service: ServiceView, everyone: Iterable[ServiceView] = ()) -> str:
    """`web is running, pid 812`, `web is fatal: exit code 3`: what has become of it."""
    name, how = service["name"], ended(service)
    why = f": {how}" if how else ""
    match word(service):
        case "running":
            return f"{name} is running, pid {service['pid']}"
        case "waiting":
            return f"{name} {lacking(service, everyone)}"
        case "backoff":
            return f"{name} did not stay up{why}; it is tried again"
        case "fatal":
            return f"{name} is fatal{why}; its budget of restarts is spent"
        case "exited":
            return f"{name} has ended{why}"
        case "stopped" if service["signal"] == "SIGKILL" and not service["reason"]:  # a reason is of an end before
            return f"{name} is stopped; it had to be killed"
    return f"{name} is {word(service)}"
