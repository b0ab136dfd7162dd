"""What happens to jobs and services reaches those that are to be told, once."""

from typing import Any

from sexton.model.errors import ConfigError, Problem
from sexton.model.job import Retry
from sexton.model.notice import Quiet
from sexton.model.service import Restart
from sexton.model.units import DAY, HOUR, MINUTE, SECOND
from tests.engine.stage import Stage, job, service
from tests.engine.told import orders, rule, stage_with, told

ENDED = 1_795_334_461 * SECOND  # 2026-11-22 08:01:01


def minutely(stage: Stage, code: int, minutes: int = 1) -> None:
    """Let a job that runs each minute end so for a while, half a minute past a fire time at the end."""
    stage.pass_time((30 * SECOND - stage.clock.wall) % MINUTE)
    stage.live("ingest", lasts=SECOND, code=code)
    stage.pass_time(minutes * MINUTE)


def ingest(**keys: Any) -> Stage:
    stage = stage_with(job("ingest", "* * * * *"), rules=(rule(**keys),))
    stage.start()
    return stage


def test_a_job_that_fails_each_minute_is_told_once_and_its_recovery_once() -> None:
    stage = ingest()
    minutely(stage, 3, 5)
    assert told(stage) == [("ops", "ingest failed: exit code 3")]
    minutely(stage, 0, 5)
    assert told(stage)[1:] == [("ops", "ingest recovered")]


def test_a_notice_has_the_facts_of_its_run() -> None:
    stage = ingest()
    minutely(stage, 3)
    (order,) = orders(stage)
    notice = order["notice"]
    assert (order["sink"], order["kind"], order["options"]) == ("ops", "command", {"argv": ["./tell"]})
    assert (order["attempt"], order["deadline"], order["id"]) == (1, 60, f"state-1-{ENDED}")
    assert (notice["kind"], notice["outcome"], notice["job"], notice["run"]) == ("run", "failed", "ingest", 1)
    assert (notice["fire_time"], notice["duration"]) == ("2026-11-22T08:01:00+00:00", 1.0)
    assert (notice["exit_code"], notice["signal"], notice["attempts"]) == (3, None, 1)
    assert notice["tail"] == "last line of /logs/ingest/20261122T080100Z-1"
    assert {"host", "instance", "version", "since", "log", "slot", "reason"} <= notice.keys()


def test_what_was_told_is_remembered_over_a_restart() -> None:
    stage = ingest()
    minutely(stage, 3, 2)
    stage.stop()
    stage.start()
    minutely(stage, 3, 2)
    assert len(told(stage)) == 1
    minutely(stage, 0, 2)
    assert told(stage)[1:] == [("ops", "ingest recovered")]


def test_a_failed_attempt_that_another_one_follows_is_not_told() -> None:
    tried = job("ingest", "0 * * * *", retry=Retry(2, 10 * SECOND))
    stage = stage_with(tried, rules=(rule("ops", "failed", "succeeded"),))
    stage.start()
    stage.live("ingest", lasts=SECOND, code=3)
    stage.pass_time(HOUR + 5 * SECOND)
    assert told(stage) == []
    stage.pass_time(MINUTE)
    (order,) = orders(stage)
    assert (order["notice"]["attempt"], order["notice"]["attempts"]) == (2, 2)
    stage.live("ingest", lasts=SECOND, code=3, good_from=2)
    stage.pass_time(HOUR)
    assert [title for _, title in told(stage)] == ["ingest failed: exit code 3", "ingest succeeded"]


def test_a_run_that_a_crash_has_cut_off_is_told_at_the_next_start() -> None:
    stage = stage_with(job("ingest", "@every 1h"), rules=(rule(),))
    stage.start()
    stage.live("ingest")
    stage.pass_time(HOUR)
    stage.start()
    stage.pass_time(MINUTE)
    ((sink, title),) = told(stage)
    assert (sink, title.startswith("ingest was lost: Sexton ended while it was going")) == ("ops", True)


def test_an_incident_that_lasts_is_told_again_when_the_rule_repeats() -> None:
    stage = ingest(repeat=HOUR)
    minutely(stage, 3, 150)
    words = ["ingest failed: exit code 3"] + ["ingest still failed: exit code 3"] * 2
    assert [title for _, title in told(stage)] == words


def test_a_notice_of_a_quiet_time_is_told_after_it() -> None:
    stage = stage_with(job("ingest", "* * * * *"), rules=(rule(quiet=(Quiet(8 * HOUR, 9 * HOUR),)),))
    stage.start()
    minutely(stage, 3, 59)
    assert told(stage) == []
    stage.pass_time(MINUTE)
    assert told(stage) == [("ops", "ingest failed: exit code 3")]


def test_a_digest_tells_all_that_happened_at_its_time() -> None:
    stage = stage_with(job("ingest", "0 * * * *"), rules=(rule("ops", "failed", "succeeded", digest=18 * HOUR),))
    stage.start()
    stage.live("ingest", lasts=SECOND)
    stage.pass_time(10 * HOUR - SECOND)
    assert told(stage) == []
    stage.pass_time(DAY)
    assert told(stage) == [("ops", "9 notices"), ("ops", "24 notices")][: len(told(stage))]
    assert {item["outcome"] for item in orders(stage)[0]["notice"]["items"]} == {"succeeded"}


def test_a_late_job_is_told_and_its_first_success_too() -> None:
    stage = stage_with(job("ingest", "0 * * * *", late_after=10 * MINUTE), rules=(rule("ops", "late", "recovered"),))
    stage.start()
    stage.live("ingest", lasts=SECOND, code=1)
    stage.pass_time(90 * MINUTE)
    stage.live("ingest", lasts=SECOND)
    stage.pass_time(HOUR)
    reason = "no run has succeeded within 10m after 2026-11-22T09:00:00Z"
    assert told(stage) == [("ops", f"ingest is late: {reason}"), ("ops", "ingest recovered")]


def late(stage: Stage) -> list[str]:
    """Of what was told, when the job was late."""
    return [order["notice"]["fire_time"][11:16] for order in orders(stage) if order["notice"]["outcome"] == "late"]


def test_a_job_that_is_late_again_after_a_pause_is_told_again() -> None:
    stage = stage_with(job("ingest", "0 * * * *", late_after=10 * MINUTE), rules=(rule(),))
    stage.start()
    stage.live("ingest", lasts=SECOND, code=1)
    stage.pass_time(75 * MINUTE)
    assert late(stage) == ["09:00"]
    stage.start()
    for off in (True, False):
        stage.control.pause("ingest", off, lambda answer: None)
        stage.pass_time(SECOND)
    stage.pass_time(3 * HOUR)
    assert late(stage) == ["09:00", "10:00"]
    assert len([title for _, title in told(stage) if "failed" in title]) == 1


def test_a_job_that_is_late_by_another_schedule_is_told_again() -> None:
    named = job("ingest", "0 * * * *", late_after=10 * MINUTE)
    stage = stage_with(named, rules=(rule("ops", "late"),))
    stage.start()
    stage.live("ingest", lasts=SECOND, code=1)
    stage.pass_time(75 * MINUTE)
    stage.reload(job("ingest", "30 * * * *", late_after=10 * MINUTE))
    stage.pass_time(2 * HOUR)
    assert late(stage) == ["09:00", "09:30"]


def test_an_incident_that_was_told_is_reminded_of_when_a_reload_says_so() -> None:
    stage = ingest()
    minutely(stage, 3)
    stage.plan = stage.plan._replace(notify={"job:ingest": (rule(repeat=HOUR),)})
    stage.reload(job("ingest", "* * * * *"))
    stage.pass_time(HOUR + MINUTE)
    assert [title for _, title in told(stage)] == ["ingest failed: exit code 3", "ingest still failed: exit code 3"]


def test_a_night_of_reminders_is_one_in_the_morning() -> None:
    night = (Quiet(8 * HOUR, 18 * HOUR),)
    stage = ingest(repeat=5 * MINUTE, quiet=night)
    minutely(stage, 3, 600)
    assert [title for _, title in told(stage)] == ["ingest failed: exit code 3", "ingest still failed: exit code 3"]


def test_a_service_that_is_down_for_good_is_told_and_that_it_runs_again() -> None:
    stage = stage_with(services=(service("db"),), rules=(rule(),))
    stage.live("db", lasts=0, code=1)
    stage.start()
    stage.pass_time(HOUR)
    assert stage.states() == {"db": "fatal"}
    stage.live("db")
    stage.steer("db", "start")
    stage.pass_time(MINUTE)
    assert [title for _, title in told(stage)] == ["db is down for good: exit code 1", "db recovered"]


def test_a_service_that_ends_badly_and_stays_down_is_told_and_that_it_runs_again() -> None:
    stage = stage_with(services=(service("db", restart=Restart.NEVER),), rules=(rule("ops", "exited", "recovered"),))
    stage.live("db", lasts=MINUTE, code=3)
    stage.start()
    stage.pass_time(2 * MINUTE)
    assert stage.states() == {"db": "exited"}
    stage.steer("db", "start")
    stage.pass_time(SECOND)
    assert [title for _, title in told(stage)] == ["db has ended and stays down: exit code 3", "db recovered"]


def test_a_service_that_has_ended_well_or_was_stopped_is_told_to_nobody() -> None:
    stage = stage_with(services=(service("db", restart=Restart.NEVER),), rules=(rule("ops", "exited"),))
    stage.live("db", lasts=MINUTE)
    stage.start()
    stage.pass_time(2 * MINUTE)
    stage.live("db", code=3)
    stage.steer("db", "start")
    stage.steer("db", "stop")
    stage.pass_time(MINUTE)
    assert (stage.states(), told(stage)) == ({"db": "stopped"}, [])


def test_skipped_and_missed_fire_times_are_told_when_that_is_asked_for() -> None:
    stage = stage_with(job("ingest", "* * * * *", catch_up="none"), rules=(rule("ops", "skipped", "missed"),))
    stage.start()
    stage.live("ingest")
    stage.pass_time(2 * MINUTE)
    assert told(stage) == [("ops", "ingest skipped: run 1 was still going")]


def test_a_reload_that_has_changed_nothing_is_told() -> None:
    stage = ingest()
    stage.read = ConfigError([Problem("sexton.toml", 3, "it is wrong")])
    stage.control.reload(lambda said: None)
    stage.pass_time(SECOND)
    assert told(stage) == [("ops", "Sexton reload failed: sexton.toml:3: it is wrong")]


def test_the_start_and_every_end_are_told_when_the_rule_says_each() -> None:
    stage = ingest_pinged()
    minutely(stage, 0)
    minutely(stage, 3)
    minutely(stage, 3)
    words = [order["notice"]["outcome"] for order in orders(stage)]
    assert words == ["started", "succeeded", "started", "failed", "started", "failed"]


def ingest_pinged() -> Stage:
    stage = stage_with(job("ingest", "* * * * *"), rules=(rule("hc", "started", "succeeded", "failed", each=True),))
    stage.start()
    return stage


def test_signs_of_life_come_as_often_as_the_rule_says() -> None:
    stage = stage_with(rules={"sexton": (rule("hc", "alive", each=True, every=5 * MINUTE),)})
    stage.start()
    stage.pass_time(10 * MINUTE)
    assert [order["notice"]["kind"] for order in orders(stage)] == ["alive"] * 3


def test_mail_goes_to_whom_a_crontab_names_and_a_silent_success_to_nobody() -> None:
    stage = ingest(each=True, to=("x@y",), sender="cron@y")
    minutely(stage, 3)
    (order,) = orders(stage)
    assert (order["options"]["to"], order["options"]["from"]) == (["x@y"], "cron@y")
    assert "mailto" not in order["notice"]
    assert order["options"]["mailto"]
    assert order["notice"]["command"]


def test_nothing_is_loaded_when_there_are_no_sinks() -> None:
    stage = Stage(job("ingest", "* * * * *"))
    stage.start()
    assert stage.world.notices is None


def test_sinks_that_a_reload_brings_are_told_from_then_on() -> None:
    stage = stage_with(job("ingest", "* * * * *"), rules=(rule(),))
    plan = stage.plan
    stage.plan = plan._replace(sinks={}, notify={})
    stage.start()
    minutely(stage, 3)
    assert told(stage) == []
    stage.read = plan
    stage.control.reload(lambda said: None)
    minutely(stage, 3)
    assert told(stage) == [("ops", "ingest failed: exit code 3")]


def test_health_that_begins_to_fail_is_told_and_that_it_is_over() -> None:
    stage = stage_with(job("ingest", "* * * * *"), rules={"sexton": (rule("ops", "health"),)})
    stage.start()
    minutely(stage, 3, 3)
    minutely(stage, 0, 3)
    (first, second) = told(stage)
    assert first[1].startswith("Sexton is not well: job:ingest: run")
    assert second[1] == "Sexton recovered"


def test_a_store_that_cannot_write_is_told_while_it_cannot() -> None:
    stage = stage_with(job("ingest", "* * * * *"), rules={"sexton": (rule("ops", "store"),)})
    stage.start()
    stage.store.failing = lambda change: type(change).__name__ == "Claim"
    stage.pass_time(90 * SECOND)
    stage.store.failing = lambda change: False
    stage.pass_time(2 * MINUTE)
    assert [title for _, title in told(stage)] == [
        "Sexton cannot write its database",
        "Sexton can write its database again",
    ]
