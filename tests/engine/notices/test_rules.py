"""Who is told of a run whose job has left the plan, and for how long a sink of before counts."""

from sexton.model.job import Job, Retry
from sexton.model.notice import Rule
from sexton.model.units import DAY, HOUR, MINUTE, SECOND
from tests.engine.stage import Stage, job
from tests.engine.told import orders, rule, stage_with, told

OWN, PLANS = rule("own"), rule("ops")


def going(named: Job, *own: Rule) -> Stage:
    """A stage on which a run goes that fails after eight seconds."""
    rules = {"sexton": (PLANS,), "job:spare": (OWN,)} | ({f"job:{named.name}": own} if own else {})
    stage = stage_with(named, rules=rules)
    stage.start()
    stage.live(named.name, lasts=8 * SECOND, code=3)
    stage.trigger(named.name)
    return stage


def without_job(stage: Stage) -> None:
    """Take the job out of the plan, and its rules with it."""
    stage.plan = stage.plan._replace(notify={"sexton": (PLANS,)})
    stage.reload()


def test_a_run_that_outlives_its_job_is_told_as_its_job_was() -> None:
    stage = going(job("ingest"), OWN)
    without_job(stage)
    stage.pass_time(MINUTE)
    assert told(stage) == [("own", "ingest failed: exit code 3")]


def test_a_run_that_outlives_its_job_is_told_to_nobody_when_its_job_was_not_to_be() -> None:
    stage = going(job("ingest"))
    without_job(stage)
    stage.pass_time(MINUTE)
    assert told(stage) == []


def test_a_run_that_outlives_the_sink_of_its_job_too_is_told_as_the_plan_says() -> None:
    stage = going(job("ingest"), OWN)
    stage.plan = stage.plan._replace(sinks={"ops": stage.plan.sinks["ops"]})
    without_job(stage)
    stage.pass_time(MINUTE)
    assert told(stage) == [("ops", "ingest failed: exit code 3")]


def test_a_run_that_was_lost_is_told_as_the_plan_says_when_its_job_has_gone_meanwhile() -> None:
    stage = going(job("ingest"), OWN)
    stage.plan = stage.plan._replace(jobs={}, notify={"sexton": (PLANS,)})
    stage.start()
    stage.pass_time(MINUTE)
    ((sink, title),) = told(stage)
    assert (sink, title.startswith("ingest was lost: ")) == ("ops", True)


def test_an_attempt_that_fails_is_told_as_the_last_one_when_its_job_has_gone() -> None:
    stage = going(job("ingest", retry=Retry(3, 10 * SECOND)), OWN)
    without_job(stage)
    stage.pass_time(MINUTE)
    assert told(stage) == [("own", "ingest failed: exit code 3")]
    assert stage.outcomes("ingest") == ["failed"]


def test_a_run_that_outlives_its_job_and_a_reexec_is_told_as_its_job_was() -> None:
    stage = going(job("ingest"), OWN)
    without_job(stage)
    stage.reexec()
    stage.end("ingest", code=3)
    stage.pass_time(SECOND)
    assert told(stage) == [("own", "ingest failed: exit code 3")]


def test_nothing_is_reminded_of_what_can_never_be_well_again() -> None:
    stage = going(job("ingest"), OWN._replace(repeat=HOUR))
    without_job(stage)
    stage.pass_time(DAY)
    assert len(orders(stage)) == 1


def test_a_run_whose_job_is_back_is_told_as_the_job_is_now() -> None:
    stage = going(job("ingest"), OWN)
    without_job(stage)
    stage.plan = stage.plan._replace(notify={"job:ingest": (PLANS,)})
    stage.reload(job("ingest"))
    stage.pass_time(MINUTE)
    assert [sink for sink, _ in told(stage)] == ["ops"]
