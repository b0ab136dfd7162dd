"""Sinks that nothing tells, and checks that several jobs ping."""

import pytest

from tests.config.conftest import Load

JOBS = '[jobs.a]\ncommand = "x"\nnotify = "hc"\n[jobs."a.b"]\ncommand = "x"\nnotify = "hc"\n'


def warnings(load: Load, text: str, **keys: bool) -> list[str]:
    return [*load(text, **keys).warnings]


def pinged(load: Load, url: str, jobs: str) -> list[str]:
    return warnings(load, f'[sinks.hc]\nping = {{ url = "{url}" }}\n{jobs}')


def test_a_sink_that_nothing_tells_is_warned_of(load: Load) -> None:
    sink = '[sinks.ops]\nmail = { to = "a@b" }\n'
    said = 'sexton.toml:1: sinks.ops: nothing tells it; add notify = "ops" to [sexton], a job or a service'
    assert warnings(load, sink) == [said]
    assert warnings(load, f'{sink}[jobs.a]\ncommand = "x"\nnotify = []\n') == [said]
    assert warnings(load, f'[sexton]\nnotify = "ops"\n{sink}') == []
    assert warnings(load, f'{sink}[services.a]\ncommand = "x"\nnotify = {{ sink = "ops" }}\n') == []


def test_the_sink_of_mailto_is_nothing_to_warn_of(load: Load) -> None:
    assert warnings(load, '[sinks.mailto]\nmail = { to = "a@b" }\n') == []


def test_what_a_variable_decides_is_nothing_to_warn_of(load: Load) -> None:
    text = '[sinks.ops]\nmail = { to = "a@b" }\n[sexton]\nnotify = [{ sink = "${OPS}" }]\n'
    assert [said for said in warnings(load, text, for_run=False) if "nothing tells it" in said] == []


def test_jobs_whose_names_become_one_in_a_url_are_warned_of(load: Load) -> None:
    jobs = JOBS.replace("jobs.a]", "jobs.a-b]")
    (said,) = pinged(load, "https://hc-ping.com/key/{{ job }}", jobs)
    assert said.startswith(
        "sexton.toml:2: sinks.hc.ping.url: the jobs `a-b`, `a.b` ping one check, so that the success of"
    )
    assert said.endswith("rename one, or give it a sink of its own")


def test_jobs_that_ping_one_address_are_warned_of(load: Load) -> None:
    (said,) = pinged(load, "https://hc-ping.com/uuid", JOBS)
    assert said.endswith("put {{ job }} into it, or give each job a sink of its own")


@pytest.mark.parametrize("url", ["https://hc-ping.com/key/{{ job }}", "https://x/{{name}}"])
def test_jobs_with_a_check_each_are_nothing_to_warn_of(load: Load, url: str) -> None:
    assert pinged(load, url, JOBS) == []


def test_what_is_told_of_failures_alone_hides_none(load: Load) -> None:
    assert pinged(load, "https://x/1", JOBS.replace('"hc"', '{ sink = "hc", on = "failed" }')) == []
