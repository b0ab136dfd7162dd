"""`notify`: who is told of what, for a job, a service, and the whole plan."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.model.notice import Quiet, Rule, SinkKind
from sexton.model.plan import Plan
from sexton.model.reference import SecretReference
from sexton.model.units import HOUR, MINUTE

SINKS = '[sinks.ops]\nmail = { to = "a@b" }\n[sinks.hc]\nping = { url = "https://x/1" }\n'
FAILED = frozenset({"failed", "timeout", "lost"})
DEFAULT = FAILED | {"recovered", "late"}


def rules(load: Callable[..., Plan], notify: str, table: str = "jobs.a") -> tuple[Rule, ...]:
    command = 'command = "x"\n' if table != "sexton" else ""
    plan = load(f"{SINKS}[{table}]\n{command}notify = {notify}\n")
    subject = table if table == "sexton" else table.replace("s.", ":")
    return plan.notify.get(subject, ())


def test_failures_recoveries_and_lateness_are_told_when_nothing_else_is_said(load: Callable[..., Plan]) -> None:
    assert rules(load, '"ops"') == rules(load, '[{ sink = "ops" }]') == (Rule("ops", DEFAULT),)
    assert rules(load, '"ops"', "services.a") == (Rule("ops", frozenset({"fatal", "exited", "recovered"})),)


def test_failed_means_every_way_to_fail(load: Callable[..., Plan]) -> None:
    assert rules(load, '{ sink = "ops", on = "failed" }') == (Rule("ops", FAILED),)
    assert rules(load, '{ sink = "ops", on = ["timeout"] }') == (Rule("ops", frozenset({"timeout"})),)


def test_a_rule_may_repeat_be_quiet_or_wait_for_a_digest(load: Callable[..., Plan]) -> None:
    one, other = rules(
        load,
        '[{ sink = "ops", repeat = "6h", quiet = ["22:00-07:00", "12:00-13:00"] },'
        ' { sink = "ops", digest = "daily at 18:00" }]',
    )
    assert (one.repeat, one.quiet) == (6 * HOUR, (Quiet(22 * HOUR, 7 * HOUR), Quiet(12 * HOUR, 13 * HOUR)))
    assert (other.digest, other.route) == (18 * HOUR, "ops digest")


def test_a_ping_is_told_of_every_start_and_end(load: Callable[..., Plan]) -> None:
    (rule,) = rules(load, '["hc"]')
    assert rule == Rule("hc", FAILED | {"started", "succeeded", "cancelled"}, each=True)


def test_the_plan_has_rules_for_everyone_who_has_none(load: Callable[..., Plan]) -> None:
    plan = load(
        f'{SINKS}[sexton]\nnotify = "ops"\n[jobs.a]\ncommand = "a"\n[jobs.b]\ncommand = "b"\nnotify = []\n'
        '[services.s]\ncommand = "s"\ninstances = 2\nnotify = { sink = "ops", on = "unhealthy" }\n'
        '[services.t]\ncommand = "t"\n'
    )
    assert plan.notify["job:a"] == plan.notify["service:t"] == plan.notify["sexton"]
    assert "job:b" not in plan.notify
    assert plan.notify["service:s-1"] == plan.notify["service:s-2"] == (Rule("ops", frozenset({"unhealthy"})),)


def test_signs_of_life_come_every_five_minutes_or_as_said(load: Callable[..., Plan]) -> None:
    (rule,) = rules(load, '{ sink = "hc", on = "alive" }', "sexton")
    assert (rule.every, rule.on) == (5 * MINUTE, frozenset({"alive"}))
    (rule,) = rules(load, '{ sink = "hc", on = "alive", every = "1h" }', "sexton")
    assert rule.every == HOUR


def test_mailto_is_mailed_to_this_machine_when_there_is_no_sink_of_that_name(load: Callable[..., Plan]) -> None:
    plan = load('[jobs.a]\ncommand = "a"\nmailto = ["x@y"]\nmailfrom = "cron@y"\n')
    sink = plan.sinks["mailto"]
    assert (sink.kind, sink.options["host"], sink.options["port"], sink.options["tls"]) == (
        SinkKind.MAIL, "localhost", 25, "none",
    )  # fmt: skip
    (rule,) = plan.notify["job:a"]
    assert (rule.sink, rule.each, rule.to, rule.sender) == ("mailto", True, ("x@y",), "cron@y")
    assert "succeeded" in rule.on


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('mailto = ["ops@example.com", "not valid"]', '3: jobs.a.mailto: "not valid" is no address'),
        ('mailto = "x@y"\nmailfrom = "cron daemon"', '4: jobs.a.mailfrom: "cron daemon" is no address'),
    ],
)
def test_an_address_that_is_none_is_a_problem(complain: Callable[..., list[str]], keys: str, said: str) -> None:
    (problem,) = complain(f'[jobs.a]\ncommand = "a"\n{keys}\n')
    assert problem.startswith(f"sexton.toml:{said}")


def test_mailto_needs_its_sink_to_be_mail(complain: Callable[..., list[str]]) -> None:
    (problem,) = complain('[sinks.mailto]\ncommand = ["x"]\n[jobs.a]\ncommand = "a"\nmailto = "x@y"\n')
    said = "mail goes by the sink `mailto`, which is a command; give that another name"
    assert problem == f"sexton.toml:5: jobs.a.mailto: {said}"


def test_a_mailto_is_nothing_to_be_warned_of(folder: Path) -> None:
    (folder / "crontab").write_text("MAILTO=a@b\n@daily x\n")
    assert load_plan(["crontab"], {}).warnings == ()


def test_an_address_that_is_none_in_a_crontab_is_warned_of_and_the_others_are_kept(folder: Path) -> None:
    (folder / "crontab").write_text("MAILTO=ops@example.com, not valid\nMAILFROM=cron daemon\n@daily true\n")
    plan = load_plan(["crontab"], {})
    (job,) = plan.jobs.values()
    assert (job.mailto, job.mailfrom) == (("ops@example.com",), None)
    assert job.process.env["MAILTO"] == "ops@example.com, not valid"
    meant = "is no address; ops@example.com or Name <ops@example.com> is meant; left out"
    assert f'crontab:1: MAILTO: "not valid" {meant}' in plan.warnings
    assert f'crontab:2: MAILFROM: "cron daemon" {meant}' in plan.warnings


def test_mailto_uses_the_sink_of_that_name_and_comes_besides_other_rules(load: Callable[..., Plan]) -> None:
    plan = load(
        '[sinks.mailto]\nmail = { to = "z@z", host = "smtp" }\n[sexton]\nnotify = "mailto"\n'
        '[jobs.a]\ncommand = "a"\nmailto = "x@y"\n'
    )
    assert plan.sinks["mailto"].options["host"] == "smtp"
    assert [rule.to for rule in plan.notify["job:a"]] == [(), ("x@y",)]


def test_a_crontabs_directive_and_mailto_say_who_is_told(folder: Path) -> None:
    (folder / "sexton.toml").write_text(f'{SINKS}[sexton]\ninclude = ["crontab"]\n')
    (folder / "crontab").write_text(
        "MAILTO=a@b,c@d\n# sexton: name=x notify=ops\n@daily true\nMAILTO=\n@hourly false\n"
    )
    plan = load_plan(["sexton.toml"], {})
    own, mailto = plan.notify["job:x"]
    assert (own.sink, mailto.sink, mailto.to) == ("ops", "mailto", ("a@b", "c@d"))
    assert [subject for subject in plan.notify if subject != "job:x"] == []


def test_a_secret_may_stand_anywhere_in_a_sink(load: Callable[..., Plan]) -> None:
    plan = load(
        '[secrets]\npw = { env = "PW" }\n[sinks.a]\nmail = { to = "a@b", user = "u", password = "secret:pw" }\n'
        '[sinks.b]\napprise = ["secret:pw"]\n'
    )
    assert isinstance(plan.sinks["a"].options["password"], SecretReference)
    assert isinstance(plan.sinks["b"].options["urls"][0], SecretReference)


@pytest.mark.parametrize(
    ("notify", "problem"),
    [
        ('"op"', "jobs.a.notify: there is no sink `op`; did you mean `ops`?"),
        ('["ops", "op"]', "jobs.a.notify[1]: there is no sink `op`; did you mean `ops`?"),
        ('{ sink = "op" }', "jobs.a.notify.sink: there is no sink `op`; did you mean `ops`?"),
        ("{}", "jobs.a.notify: `sink` is missing;"),
        ("3", "jobs.a.notify: 3 is a number; a sink's name"),
        ('["ops", "ops"]', "jobs.a.notify[1]: `ops` is named twice; name it once, with a list for `on`"),
        ('{ sink = "ops", on = "fatal" }', 'jobs.a.notify.on: "fatal" is nothing that can be told here;'),
        ('{ sink = "ops", on = "alive" }', 'jobs.a.notify.on: "alive" is nothing that can be told here;'),
        ('{ sink = "ops", on = "recovered" }', "jobs.a.notify.on: only what was told to fail is told to recover;"),
        ('{ sink = "ops", repeat = 3 }', 'jobs.a.notify.repeat: 3 is a number; a duration such as "6h"'),
        ('{ sink = "ops", quiet = "22-7" }', 'jobs.a.notify.quiet: "22-7" is no time of the day; "22:00-07:00"'),
        ('{ sink = "ops", digest = "18:00" }', 'jobs.a.notify.digest: "18:00" is no time for a digest; "daily at'),
        ('{ sink = "ops", every = "5m" }', "jobs.a.notify.every: it is the pause between signs of life;"),
        ('{ sink = "ops", onn = "failed" }', "jobs.a.notify: unknown key `onn`; did you mean `on`?"),
        (
            '{ sink = "ops", quiet = "22:00-07:00", digest = "daily at 18:00" }',
            "jobs.a.notify.quiet: a digest comes at its time;",
        ),
    ],
)
def test_what_is_wrong_is_said(complain: Callable[..., list[str]], notify: str, problem: str) -> None:
    said = complain(f'{SINKS}[jobs.a]\ncommand = "a"\nnotify = {notify}\n')
    assert [line.startswith(f"sexton.toml:7: {problem}") for line in said] == [True], said


NO_RUNS = "it is a ping, which follows runs, and a service has none, so it would never be told anything;"


@pytest.mark.parametrize(
    ("notify", "problem"),
    [
        ('"hc"', f"services.a.notify: {NO_RUNS} name a mail, webhook or command sink"),
        ('["ops", "hc"]', f"services.a.notify[1]: {NO_RUNS}"),
        ('{ sink = "hc" }', f"services.a.notify.sink: {NO_RUNS}"),
        ('{ sink = "ops", on = "recovered" }', "services.a.notify.on: only what was told to fail is told to recover;"),
    ],
)
def test_a_rule_by_which_a_service_is_never_told_of_is_refused(
    complain: Callable[..., list[str]], notify: str, problem: str
) -> None:
    said = complain(f'{SINKS}[services.a]\ncommand = "a"\ninstances = 2\nnotify = {notify}\n')
    assert [line.startswith(f"sexton.toml:8: {problem}") for line in said] == [True], said


def test_a_ping_may_be_told_that_a_service_fails(load: Callable[..., Plan]) -> None:
    assert rules(load, '{ sink = "hc", on = "fatal" }', "services.a") == (Rule("hc", frozenset({"fatal"}), each=True),)


def test_a_ping_for_everything_counts_for_jobs(load: Callable[..., Plan]) -> None:
    plan = load(f'{SINKS}[sexton]\nnotify = "hc"\n[jobs.a]\ncommand = "a"\n[services.s]\ncommand = "s"\n')
    assert "succeeded" in plan.notify["job:a"][0].on
    assert not plan.notify["service:s"][0].on & {"fatal", "unhealthy", "recovered"}


def test_a_secret_that_is_not_there_is_reported_where_it_is_named(complain: Callable[..., list[str]]) -> None:
    said = complain('[secrets]\npw = { env = "PW" }\n[sinks.b]\napprise = ["secret:pv"]\n')
    assert said == ["sexton.toml:4: sinks.b.apprise: there is no secret `pv`; known here: `pw`"]


def test_a_secret_cannot_be_an_argument(complain: Callable[..., list[str]]) -> None:
    said = complain('[secrets]\npw = { env = "PW" }\n[sinks.b]\ncommand = ["x", "secret:pw"]\n')
    why = "no secret can stand here, for everyone can see arguments; let the command read it"
    assert said == [f"sexton.toml:4: sinks.b.command.argv: {why}"]
