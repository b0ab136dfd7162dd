"""What a new image of the daemon cuts off goes on there; what anything else cuts off has failed."""

import json
from typing import Any

import pytest

from sexton.cli.client import MOST_IMAGES
from sexton.cli.image import is_new
from tests.cli import views
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, Raw, chunked, reply

CUT = Raw([])
BEFORE, NOW = "2026-03-04T07:00:00Z", "2026-03-04T08:00:00Z"
RUN, SERVICES, EVENTS = "GET /api/v1/runs/41?wait=1", "GET /api/v1/services", "GET /api/v1/events?"
STATUS_69 = 69


def image(began: str = NOW, started: str = BEFORE) -> Raw:
    return reply(200, views.info(now=NOW, image_started=began, started=started))


@pytest.fixture
def waiting(daemon: FakeDaemon) -> FakeDaemon:
    """A run that a new image tells the end of."""
    daemon.answers["POST /api/v1/jobs/ingest/trigger"] = reply(202, {"run": views.run(outcome=None, state="running")})
    daemon.answers[RUN] = [CUT, reply(200, views.run())]
    daemon.answers["GET /api/v1/info"] = image()
    return daemon


@pytest.mark.usefixtures("waiting")
def test_waiting_goes_on_over_a_new_image(sexton: Sexton) -> None:
    code, _, err = sexton("trigger", "ingest", "--wait")
    assert (code, err) == (0, "")


@pytest.mark.parametrize(
    "info",
    [image(began=BEFORE), image(began=BEFORE, started="2026-03-01T00:00:00Z"), image(started=NOW), CUT],
    ids=["the same image", "an image that is old", "a new process", "no daemon"],
)
def test_what_no_new_image_cut_off_has_failed(waiting: FakeDaemon, sexton: Sexton, info: Raw) -> None:
    waiting.answers["GET /api/v1/info"] = info
    code, _, err = sexton("trigger", "ingest", "--wait")
    assert code == STATUS_69
    assert "closed the connection before its answer was complete" in err
    assert waiting.asked.count(RUN) == 1


def test_asking_again_has_an_end(waiting: FakeDaemon, sexton: Sexton) -> None:
    waiting.answers[RUN] = CUT
    assert sexton("trigger", "ingest", "--wait")[0] == STATUS_69
    assert waiting.asked.count(RUN) == MOST_IMAGES + 1


@pytest.mark.parametrize(("seconds", "new"), [(29.5, True), (28.0, False)])
def test_an_image_is_new_when_it_began_after_the_question(seconds: float, new: bool) -> None:
    info: Any = views.info(started=BEFORE, image_started="2026-03-04T07:59:30Z", now=NOW)
    assert is_new(info, seconds) is new


def serving(daemon: FakeDaemon, *listings: dict[str, Any]) -> None:
    daemon.answers["GET /api/v1/info"] = image()
    daemon.answers[SERVICES] = [reply(200, {"services": [one]}) for one in listings]


def test_a_stop_is_asked_again(daemon: FakeDaemon, sexton: Sexton) -> None:
    serving(daemon, views.service())
    daemon.answers["POST /api/v1/services/web/stop"] = [CUT, reply(200, {"services": [views.down()]})]
    assert sexton("stop", "web") == (0, "web is stopped\n", "")


def test_a_restart_that_goes_on_is_not_asked_again(daemon: FakeDaemon, sexton: Sexton) -> None:
    old, new = views.service(), views.service(started=NOW, pid=900)
    serving(daemon, old, old, views.service(state="stopping"))
    daemon.answers["POST /api/v1/services/web/restart"] = CUT
    daemon.answers["GET /api/v1/services/web?wait=1"] = reply(200, new)
    assert sexton("restart", "web") == (0, "web is running, pid 900\n", "")
    assert daemon.asked.count("POST /api/v1/services/web/restart") == 1


def test_a_restart_that_the_new_image_knows_nothing_of_is_asked_again(daemon: FakeDaemon, sexton: Sexton) -> None:
    old, new = views.service(), views.service(started=NOW, pid=900)
    serving(daemon, old, old, old)
    daemon.answers["POST /api/v1/services/web/restart"] = [CUT, reply(200, {"services": [new]})]
    assert sexton("restart", "web") == (0, "web is running, pid 900\n", "")


def event(number: int) -> bytes:
    told = {"id": number, "time": NOW, "level": "info", "event": "message", "message": f"m{number}", "about": {}}
    return f"id: {number}\ndata: {json.dumps(told)}\n\n".encode()


def test_events_go_on_after_the_last_that_was_whole(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/info"] = image()
    daemon.answers[f"{EVENTS}follow=1"] = chunked([event(1), event(2), event(3)[:20]], complete=False)
    daemon.answers[f"{EVENTS}after=2&follow=1"] = chunked([event(3), event(4)])
    code, out, _ = sexton("events", "-f")
    assert (code, [line.split()[-1] for line in out.splitlines()]) == (0, ["m1", "m2", "m3", "m4"])


LOG = "GET /api/v1/runs/41/log?tail=300&follow=1"


def followed(pieces: list[bytes], place: str = "", *, complete: bool = False) -> Raw:
    """A log that is cut off, unless it is complete, and begins at a place."""
    head, *rest = chunked(pieces, complete=complete).pieces
    named = f"Sexton-Log-Place: {place}\r\n\r\n".encode() if place else b"\r\n"
    return Raw([head[:-2] + named, *rest])


def test_a_log_goes_on_at_the_byte_after_the_last(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/info"] = image()
    daemon.answers[LOG] = followed([b"one\n", b"tw"], "8-15-100")
    daemon.answers[f"{LOG}&from=8-15-106"] = followed([b"o\n"], "8-15-106")
    daemon.answers[f"{LOG}&from=8-15-108"] = followed([b"three\n"], "8-16-4", complete=True)
    assert sexton("logs", "41", "-f") == (0, "one\ntwo\nthree\n", "")


def test_a_log_that_began_at_no_place_does_not_go_on_once_it_was_read(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/info"] = image()
    daemon.answers[LOG] = [followed([]), followed([b"one\n"])]
    assert sexton("logs", "41", "-f")[:2] == (STATUS_69, "one\n")
