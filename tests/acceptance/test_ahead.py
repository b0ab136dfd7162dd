"""Looking ahead with a real daemon: its own plan, and why a run was."""

import json
from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import FAR_OFF, job

JOBS = job("tick", "true", schedule="@every 1s") + job("yearly", "true", schedule=FAR_OFF)


def test_a_running_sexton_says_what_will_fire_and_why_a_run_was(make: Callable[..., Daemon]) -> None:
    with make(JOBS).start() as daemon:
        slot = daemon.ended("tick")["slot"]
        view = daemon.ask("why", "tick", "--at", slot)
        assert (view["fires"], view["at"], view["standing"]["word"]) == (True, slot, "has_run")
        assert view["standing"]["run"]["outcome"] == "succeeded"
        plan = daemon.ask("plan", "--live", "-n", "2")
        assert [one["job"] for one in plan["fire_times"]] == ["tick", "tick"]
        assert list(plan["others"]) == ["yearly"]
        daemon.stop()
        offline = daemon.cli("why", "tick", "--at", slot, str(daemon.home / "sexton.toml"), "--json")
        assert json.loads(offline.stdout)["standing"] is None
