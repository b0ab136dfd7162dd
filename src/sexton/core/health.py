"""How facts are judged: one function for each kind of check, and the roll-up of them all.

Pure. A job is judged by its last run that really ran; one that never ran, or was cancelled, is not unwell.
"""

from __future__ import annotations

from collections.abc import Iterable

from sexton.model.health import Check, Level
from sexton.model.log import Lost
from sexton.model.run import Outcome
from sexton.model.service import ServiceState

_UNWELL = {Outcome.FAILED: "failed", Outcome.TIMEOUT: "timed out", Outcome.LOST: "was lost"}
_COMING = (ServiceState.WAITING, ServiceState.STARTING, ServiceState.BACKOFF, ServiceState.FATAL)
_RANK = (Level.PASS, Level.WARN, Level.FAIL)


def overall(checks: Iterable[Check]) -> Level:
    """The worst of them; no checks pass."""
    return max((check.level for check in checks), key=_RANK.index, default=Level.PASS)


def of_job(
    name: str, run_id: int, outcome: str | None, reason: str, ended: str | None, late: str | None = None
) -> Check:
    """By the job's last run (`outcome` None: there is none), and whether it is late since the fire time `late`."""
    said = _UNWELL.get(Outcome(outcome)) if outcome else None
    why = f": {reason}" if reason else ""
    troubles = [f"run {run_id} {said}{why}"] if said else []
    if late is not None:
        troubles.append(f"late: no run has succeeded in time since {late}")
    if not troubles:
        return Check(f"job:{name}", "job", at=ended)
    return Check(f"job:{name}", "job", Level.FAIL, "; ".join(troubles), ended)


def of_service(name: str, state: ServiceState, reason: str, at: str | None) -> Check:
    """A service that Sexton has given up fails; one that ended and waits for its next process is a warning."""
    level = {ServiceState.FATAL: Level.FAIL, ServiceState.BACKOFF: Level.WARN}.get(state, Level.PASS)
    if level is Level.PASS:
        return Check(f"service:{name}", "service", at=at)
    return Check(f"service:{name}", "service", level, f"{state}: {reason}" if reason else str(state), at)


def of_listener(name: str, trouble: str, buried: int, dropped: int) -> Check:
    """`trouble`: why its last process was ended, when no event was accepted since; `buried` events were given up, and
    `dropped` ones never delivered."""
    if trouble:
        return Check(f"listener:{name}", "listener", Level.FAIL, trouble)
    lost = [f"{count} events {how}" for count, how in ((buried, "given up"), (dropped, "dropped")) if count]
    if lost:
        return Check(f"listener:{name}", "listener", Level.WARN, " and ".join(lost))
    return Check(f"listener:{name}", "listener")


def of_sink(name: str, error: str, since: str | None, pending: int, given_up: int) -> Check:
    """`since`: when it began to fail, while its last delivery failed; without it, `error` says which recipients it was
    not accepted for. `given_up`: how many notices in the last day, a
    person's to know even when it is well again, or gone."""
    troubles = [error] if error else []
    if since is not None:
        troubles = [f"{error}; {_notices(pending, 'is', 'are')} waiting"]
    if given_up:
        troubles.append(f"{_notices(given_up, 'was', 'were')} given up in the last day; see: sexton outbox --all")
    if not troubles:
        return Check(f"sink:{name}", "sink")
    return Check(f"sink:{name}", "sink", Level.WARN, "; ".join(troubles), since)


def _notices(count: int, one: str, several: str) -> str:
    return f"1 notice {one}" if count == 1 else f"{count} notices {several}"


def keeps_waiting(autostart: bool, state: ServiceState) -> bool:
    """Whether Sexton is not ready because of this service: it shall start by itself, and does not run."""
    return autostart and state in _COMING


def of_history(hold: str | None) -> Check:
    """`hold`: why nothing starts by itself."""
    if hold is None:
        return Check("history", "store")
    return Check("history", "store", Level.FAIL, f"no scheduled run starts: {hold}")


def of_store(address: str, trouble: str | None) -> Check:
    """`trouble`: why nothing could be written of late."""
    if trouble is not None:
        return Check("store", "store", Level.FAIL, trouble)
    if address == ":memory:":
        return Check("store", "store", Level.WARN, "the history is in memory alone, and gone when Sexton ends")
    return Check("store", "store")


def of_relay(dropped: int) -> Check:
    """`dropped`: bytes that standard output did not take in time."""
    if not dropped:
        return Check("relay", "system")
    return Check(
        "relay", "system", Level.WARN, f"{dropped} bytes did not reach standard output; the log files have them"
    )


def of_log(owner: str, lost: Lost, last: str) -> Check:
    """What of the output of a service or job is in no log; `last`: when that was."""
    now = f"cannot be written: {lost.reason}" if lost.reason else "is written again"
    output = f"{lost.size} bytes of the output of {owner} are lost; its log {now}"
    return Check(f"log:{owner}", "system", Level.WARN, output, last)


def of_limits(trouble: str) -> Check:
    """`trouble`: why the memory and number of processes are not limited as the plan says."""
    return Check("limits", "system", Level.WARN, trouble)


def of_step(name: str, done: bool, missing: str) -> Check:
    """One of the things that have to be done before Sexton is ready; `missing` says what is not."""
    return Check(name, "system") if done else Check(name, "system", Level.FAIL, missing)
