"""Views as the daemon gives them, each key at a value that a test may override."""

from typing import Any

INFO: dict[str, Any] = {
    "version": "1.2.3",
    "pid": 7,
    "started": "2026-03-01T06:00:00Z",
    "uptime_seconds": 266400.0,
    "now": "2026-03-04T08:00:00Z",
    "timezone": "Europe/Berlin",
    "files": ["/etc/sexton/sexton.toml"],
    "state": "/var/lib/sexton/state.db",
    "log_dir": "/var/log/sexton",
    "socket": "/run/sexton/sexton.sock",
    "http": "http://127.0.0.1:8470",
    "jobs": 2,
    "running": 0,
    "waiting": 0,
    "max_parallel": 64,
    "pools": {},
    "services": 0,
    "services_running": 0,
    "hold": None,
    "draining": False,
    "relay_dropped_bytes": 0,
    "warnings": [],
}
NOW = 1772611200.0  # INFO's now


def info(**changes: Any) -> Any:
    return INFO | changes


PASSING = ("starting", "stopping", "lingering", "killing")


def service(name: str = "web", **changes: Any) -> Any:
    """A service that has run for two minutes."""
    return {
        "name": name,
        "group": None,
        "state": "running",
        "reason": "",
        "pid": 812,
        "started": "2026-03-04T07:57:56Z",
        "ended": None,
        "uptime_seconds": 124.0,
        "exit_code": None,
        "signal": None,
        "command": f"./{name}.sh",
        "depends_on": [],
        "autostart": True,
        "enabled": True,
        "critical": False,
        "listener": None,
        "log": f"/var/log/sexton/services/{name}.log",
        "log_lost_bytes": 0,
        "settled": changes.get("state", "running") not in PASSING,
    } | changes


def down(name: str = "web", state: str = "stopped", **changes: Any) -> Any:
    """A service without a process, whose last one ended half a minute ago."""
    return service(
        name, state=state, **({"pid": None, "uptime_seconds": None, "ended": "2026-03-04T07:59:30Z"} | changes)
    )


def run(number: int = 41, **changes: Any) -> Any:
    """A run of `ingest` that succeeded at 07:00 UTC of INFO's day."""
    return {
        "id": number,
        "job": "ingest",
        "slot": "2026-03-04T07:00:00Z",
        "kind": "schedule",
        "state": "ended",
        "attempt": 1,
        "next_attempt": None,
        "outcome": "succeeded",
        "reason": "",
        "fire_time": "2026-03-04T07:00:00Z",
        "last_fire_time": None,
        "count": 1,
        "created": "2026-03-04T07:00:00Z",
        "started": "2026-03-04T07:00:00.012Z",
        "ended": "2026-03-04T07:00:01.412Z",
        "seconds": 1.4,
        "exit_code": 0,
        "signal": None,
        "cpu_seconds": 0.8,
        "max_rss_bytes": 12_300_000,
        "pid": None,
        "log": "/var/log/sexton/ingest/41.log",
        "log_bytes": 120,
        "log_lost_bytes": 0,
        "tail": ["done"],
        "step": None,
        "steps": [],
    } | changes


def running(number: int = 42, **changes: Any) -> Any:
    live: dict[str, Any] = {
        "state": "running",
        "outcome": None,
        "ended": None,
        "exit_code": None,
        "pid": 812,
        "tail": [],
    }
    usage = {"cpu_seconds": None, "max_rss_bytes": None}
    return run(number, seconds=123.4, **(live | usage | changes))


def failed(number: int = 43, **changes: Any) -> Any:
    return run(
        number, **({"outcome": "failed", "reason": "exit code 2", "exit_code": 2, "tail": ["oh", "no"]} | changes)
    )


def missed(number: int = 40, **changes: Any) -> Any:
    nothing = {"started": None, "seconds": None, "cpu_seconds": None, "max_rss_bytes": None, "log": None}
    span = {"count": 12, "fire_time": "2026-03-03T19:00:00Z", "last_fire_time": "2026-03-04T06:00:00Z"}
    return run(number, outcome="missed", reason="Sexton was not running", **(nothing | span | changes))


def job(name: str = "ingest", **changes: Any) -> Any:
    return {
        "name": name,
        "schedule": ["0 8 * * *"],
        "timezone": "Europe/Berlin",
        "after": [],
        "on": None,
        "command": "./ingest.sh",
        "state": "idle",
        "next": "2026-03-05T07:00:00Z",
        "running": [],
        "last": run(),
        "paused": False,
        "late": None,
    } | changes
