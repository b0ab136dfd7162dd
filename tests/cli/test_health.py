"""`sexton health`: a word, what does not pass, and a code that container runtimes understand."""

import json

import pytest

from sexton.cli.main import main
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, Raw, refusal, reply

PASS = {"status": "pass", "checks": {"store": [{"componentType": "store", "status": "pass"}]}}
FAIL = {
    "status": "fail",
    "checks": {
        "store": [{"componentType": "store", "status": "warn", "output": "in memory"}],
        "job:a": [{"componentType": "job", "status": "fail", "output": "run 4 \x1b[2Jfailed"}],
        "job:b": [{"componentType": "job", "status": "pass"}],
    },
}


def test_it_is_0_when_all_is_well(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /health"] = reply(200, PASS)
    assert sexton("health") == (0, "pass\n", "")


def test_it_is_0_with_warnings(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /health"] = reply(200, {**FAIL, "status": "warn"})
    assert sexton("health")[0] == 0


def test_it_is_1_and_lists_what_does_not_pass_when_something_fails(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /health"] = reply(503, FAIL)
    assert sexton("health") == (1, "fail\nwarn  store: in memory\nfail  job:a: run 4 failed\n", "")


def test_json_is_the_report(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /health"] = reply(503, FAIL)
    code, out, _ = sexton("health", "--json")
    assert (code, json.loads(out)) == (1, FAIL)


def test_it_is_1_when_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--socket", "nowhere", "health"]) == 1
    assert "cannot reach Sexton at nowhere" in capsys.readouterr().err


@pytest.mark.parametrize(
    "answer",
    [Raw([b"garbage\r\n\r\n"]), reply(200, []), reply(503, {"error": {}}), refusal(500, "internal", "a mistake")],
)
def test_it_is_not_0_when_the_answer_is_no_report(daemon: FakeDaemon, sexton: Sexton, answer: Raw) -> None:
    daemon.answers["GET /health"] = answer
    assert sexton("health")[0] != 0


@pytest.mark.parametrize(("status", "code", "word"), [(200, 0, "pass"), (503, 1, "fail")])
def test_up_or_down_is_enough_where_the_report_needs_a_token(
    daemon: FakeDaemon, sexton: Sexton, status: int, code: int, word: str
) -> None:
    daemon.answers["GET /health"] = refusal(401, "unauthorized", "a token is needed")
    daemon.answers["GET /healthz"] = reply(status, "")
    assert sexton("health") == (code, f"{word}\n", "")
