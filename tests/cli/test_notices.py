"""`sexton sinks` and `sexton outbox`."""

import json
from typing import Any

from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, refusal, reply

SINK = {
    "name": "ops", "kind": "mail", "state": "failing", "pending": 3, "delivered": 12, "given_up": 0, "dropped": 0,
    "last_delivered": "2026-01-01T08:00:00Z", "failing_since": "2026-01-01T09:00:00Z", "error": "nobody there",
}  # fmt: skip
HEAD = ["SINK", "KIND", "STATE", "PENDING", "DELIVERED", "GIVEN", "UP", "LAST", "ERROR"]
NOTICE = {
    "id": 7, "sink": "ops", "state": "pending", "title": "ingest failed", "outcome": "failed",
    "created": "2026-01-01T08:00:00Z", "not_before": "2026-01-01T08:00:05Z", "attempts": 2, "error": "no\x1b[2J one",
    "ended": None,
}  # fmt: skip


def a_test(**answer: Any) -> Any:
    return reply(200, {"sink": "ops", "delivered": True, "error": "", "seconds": 0.123, "note": ""} | answer)


def test_sinks_are_shown_with_what_waits_and_why(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/sinks"] = reply(200, {"sinks": [SINK]})
    code, out, _ = sexton("sinks")
    head, row = out.splitlines()
    assert (code, head.split()) == (
        0,
        ["SINK", "KIND", "STATE", "PENDING", "DELIVERED", "GIVEN", "UP", "LAST", "ERROR"],
    )
    assert row.split()[:6] == ["ops", "mail", "failing", "3", "12", "0"]
    assert "nobody there (since" in row


def test_it_is_said_when_there_is_none(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/sinks"] = reply(200, {"sinks": []})
    daemon.answers["GET /api/v1/outbox?limit=1000&state=pending"] = reply(200, {"notices": []})
    daemon.answers["GET /api/v1/outbox?limit=1000&state=given_up"] = reply(200, {"notices": []})
    assert sexton("sinks") == (0, "there are no sinks; [sinks.NAME] makes one\n", "")
    assert sexton("outbox") == (0, "nothing is waiting to be told\n", "")


def test_a_test_that_was_accepted_exits_0(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/sinks/ops/test"] = a_test()
    assert sexton("sinks", "test", "ops") == (0, "ops has accepted it, in 0.12 s\n", "")


def test_a_test_says_what_it_did(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/sinks/ops/test"] = a_test(note="it went to a@x.org")
    assert sexton("sinks", "test", "ops") == (0, "ops has accepted it, in 0.12 s; it went to a@x.org\n", "")


def test_a_test_that_was_not_accepted_exits_1_and_says_why(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/sinks/ops/test"] = a_test(delivered=False, error="no such user")
    assert sexton("sinks", "test", "ops") == (1, "", "sexton: ops did not accept it: no such user\n")


def test_a_sink_that_there_is_not_exits_1(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/sinks/op/test"] = refusal(404, "not_found", "there is no sink 'op'")
    assert sexton("sinks", "test", "op") == (1, "", "sexton: there is no sink 'op'\n")


def test_notices_that_wait_are_shown_without_what_a_server_would_do_to_a_terminal(
    daemon: FakeDaemon, sexton: Sexton
) -> None:
    daemon.answers["GET /api/v1/outbox?limit=1000&state=pending"] = reply(200, {"notices": [NOTICE]})
    daemon.answers["GET /api/v1/outbox?limit=1000&state=given_up"] = reply(200, {"notices": []})
    code, out, _ = sexton("outbox")
    assert (code, out.splitlines()[1].split()[:3]) == (0, ["7", "ops", "pending"])
    assert "\x1b" not in out


def test_what_was_given_up_is_said_where_nothing_waits(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/outbox?limit=1000&state=pending"] = reply(200, {"notices": []})
    daemon.answers["GET /api/v1/outbox?limit=1000&state=given_up"] = reply(200, {"notices": [NOTICE, NOTICE]})
    nothing, lost = sexton("outbox")[1].splitlines()
    assert nothing == "nothing is waiting to be told"
    assert lost == "2 notices were given up of late; --all shows them, `retry all` tries them once more"


def test_a_notice_whose_sink_is_gone_exits_1(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/outbox/7/retry"] = refusal(409, "conflict", "notice 7 is for the sink 'old'")
    assert sexton("outbox", "retry", "7") == (1, "", "sexton: notice 7 is for the sink 'old'\n")


def test_all_notices_are_asked_for_when_that_is_wanted(daemon: FakeDaemon, sexton: Sexton) -> None:
    for number, state in enumerate(("given_up", "pending", "delivered", "dropped")):
        answer = reply(200, {"notices": [{**NOTICE, "id": number, "state": state}]})
        daemon.answers[f"GET /api/v1/outbox?limit=1000&state={state}"] = answer
    listed = json.loads(sexton("outbox", "--all", "--json")[1])["notices"]
    assert [(each["id"], each["state"]) for each in listed][1:] == [(2, "delivered"), (1, "pending"), (0, "given_up")]


def test_a_notice_is_tried_again_or_dropped(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["POST /api/v1/outbox/7/retry"] = reply(200, {"notices": 1})
    daemon.answers["POST /api/v1/outbox/all/drop"] = reply(200, {"notices": 3})
    assert sexton("outbox", "retry", "7") == (0, "1 notice will be tried now\n", "")
    assert sexton("outbox", "drop", "all") == (0, "3 notices dropped\n", "")


def test_other_words_are_refused_before_the_daemon_is_asked(daemon: FakeDaemon, sexton: Sexton) -> None:
    for words in (("sinks", "tset", "ops"), ("sinks", "test"), ("outbox", "retry"), ("outbox", "drop", "x")):
        assert sexton(*words)[0] == 2
    assert daemon.asked == []
