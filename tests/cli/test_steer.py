"""Starting, stopping, restarting and signalling services."""

import json

import pytest

from tests.cli import views
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, refusal, reply

BASE = "/api/v1/services"
ALL = [views.service("db"), views.service("web", group="front"), views.service("proxy", group="front")]


@pytest.fixture
def serving(daemon: FakeDaemon) -> FakeDaemon:
    daemon.answers[f"GET {BASE}"] = reply(200, {"services": ALL})
    return daemon


def answers(daemon: FakeDaemon, name: str, wish: str, *services: object) -> None:
    daemon.answers[f"POST {BASE}/{name}/{wish}"] = reply(200, {"services": list(services)})


@pytest.mark.parametrize("wish", ["start", "restart"])
def test_service_that_runs_exits_0(serving: FakeDaemon, sexton: Sexton, wish: str) -> None:
    answers(serving, "web", wish, views.service())
    assert sexton(wish, "web") == (0, "web is running, pid 812\n", "")


def test_service_that_is_stopped_exits_0(serving: FakeDaemon, sexton: Sexton) -> None:
    answers(serving, "web", "stop", views.down(signal="SIGTERM"))
    assert sexton("stop", "web") == (0, "web is stopped\n", "")


def test_violence_is_told_when_a_stop_needed_it(serving: FakeDaemon, sexton: Sexton) -> None:
    answers(serving, "web", "stop", views.down(signal="SIGKILL"))
    assert sexton("stop", "web") == (0, "web is stopped; it had to be killed\n", "")


def test_no_violence_is_told_when_the_service_had_fallen_before_the_stop(serving: FakeDaemon, sexton: Sexton) -> None:
    answers(serving, "web", "stop", views.down(signal="SIGKILL", reason="killed by SIGKILL"))
    assert sexton("stop", "web") == (0, "web is stopped\n", "")


@pytest.mark.parametrize(
    ("service", "said"),
    [
        (views.down("web", "backoff", reason="exit code 3"), "web did not stay up: exit code 3; it is tried again"),
        (views.down("web", "fatal", reason="SIGSEGV"), "web is fatal: SIGSEGV; its budget of restarts is spent"),
        (views.down("web", "exited", exit_code=0), "web has ended: exit code 0"),
        (views.down("web", "stopped"), "web is stopped"),
        (views.service("web", state="weird"), "web is weird"),
    ],
)
@pytest.mark.parametrize("wish", ["start", "restart"])
def test_anything_but_running_exits_1_and_points_at_the_log(
    serving: FakeDaemon, sexton: Sexton, wish: str, service: object, said: str
) -> None:
    answers(serving, "web", wish, service)
    assert sexton(wish, "web") == (1, f"{said}\nits log: sexton logs web\n", "")


def test_service_that_was_started_again_meanwhile_exits_1_when_it_was_stopped(
    serving: FakeDaemon, sexton: Sexton
) -> None:
    answers(serving, "web", "stop", views.service())
    assert sexton("stop", "web")[0] == 1


def test_several_names_and_groups_are_asked_for_at_once_each_named_once(serving: FakeDaemon, sexton: Sexton) -> None:
    answers(serving, "db,front", "stop", *(views.down(name) for name in ("db", "web", "proxy")))
    out = "db is stopped\nweb is stopped\nproxy is stopped\n"
    assert sexton("stop", "db", "front", "db") == (0, out, "")
    assert serving.asked == [f"GET {BASE}", f"POST {BASE}/db,front/stop"]


@pytest.mark.parametrize("words", [("start", "db", "wbe"), ("signal", "db", "wbe", "HUP")])
def test_nothing_is_done_when_a_name_is_unknown(serving: FakeDaemon, sexton: Sexton, words: tuple[str, ...]) -> None:
    assert sexton(*words) == (1, "", "sexton: there is no service or group 'wbe'; did you mean web?\n")
    assert serving.asked == [f"GET {BASE}"]


def test_refusal_has_its_exit_code(serving: FakeDaemon, sexton: Sexton) -> None:
    serving.answers[f"POST {BASE}/db/start"] = refusal(503, "unavailable", "Sexton is stopping")
    assert sexton("start", "db") == (75, "", "sexton: Sexton is stopping\n")


def test_service_is_waited_for_when_it_takes_longer_than_one_answer(serving: FakeDaemon, sexton: Sexton) -> None:
    answers(serving, "web", "restart", views.service(state="killing"))
    serving.answers[f"GET {BASE}/web?wait=1"] = [
        reply(200, views.service(state=state)) for state in ("lingering", "starting", "running")
    ]
    assert sexton("restart", "web") == (0, "web is running, pid 812\n", "")


def test_what_a_service_waits_for_is_named_when_that_does_not_run(serving: FakeDaemon, sexton: Sexton) -> None:
    answers(serving, "web", "start", views.down("web", "waiting", depends_on=["proxy", "db"]))
    down = views.down("db", "fatal", reason="exit code 3")
    serving.answers[f"GET {BASE}"] = [reply(200, {"services": ALL}), reply(200, {"services": [down, *ALL[1:]]})]
    assert sexton("start", "web") == (1, "web waits for db (fatal)\n", "")


def test_a_service_is_asked_for_again_when_it_waits_for_what_is_about_to_run(
    serving: FakeDaemon, sexton: Sexton
) -> None:
    answers(serving, "web", "start", views.down("web", "waiting", depends_on=["db"], settled=False))
    serving.answers[f"GET {BASE}/web?wait=1"] = reply(200, views.service())
    assert sexton("start", "web") == (0, "web is running, pid 812\n", "")


def test_json_is_one_document(serving: FakeDaemon, sexton: Sexton) -> None:
    answers(serving, "db,web", "start", ALL[0], views.down("web", "fatal"))
    code, out, _ = sexton("start", "db", "web", "--json")
    assert (code, json.loads(out)) == (1, {"services": [ALL[0], views.down("web", "fatal")]})


def test_signal_is_told_with_whom_it_reached(serving: FakeDaemon, sexton: Sexton) -> None:
    answers(serving, "front", "signal?signal=HUP", ALL[1], views.down("proxy", "exited"))
    assert sexton("signal", "front", "HUP") == (
        0,
        "HUP sent to web, pid 812\nproxy is exited, it has no process\n",
        "",
    )


def test_json_of_a_signal_is_the_apis_own(serving: FakeDaemon, sexton: Sexton) -> None:
    answers(serving, "web", "signal?signal=1", ALL[1])
    assert json.loads(sexton("signal", "web", "1", "--json")[1]) == {"services": [ALL[1]]}


@pytest.mark.parametrize("signal", ["HOP", "0", "65", "web", "²"])
def test_what_is_no_signal_is_refused_before_the_daemon_is_asked(
    daemon: FakeDaemon, sexton: Sexton, signal: str
) -> None:
    code, _, err = sexton("signal", "web", signal)
    assert (code, f"there is no signal '{signal}'" in err, daemon.asked) == (2, True, [])


@pytest.mark.parametrize("words", [("start",), ("stop",), ("restart",), ("signal", "web")])
def test_names_are_required(sexton: Sexton, words: tuple[str, ...]) -> None:
    assert sexton(*words)[0] == 2
