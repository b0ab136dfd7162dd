"""The output of a run or a service on its way to a person."""

import pytest

from sexton.cli.main import main
from tests.cli import views
from tests.cli.conftest import Sexton
from tests.cli.fake_daemon import FakeDaemon, chunked, refusal, reply


def test_last_300_lines_of_the_run_are_shown_safe(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/runs/41/log?tail=300"] = chunked([b"\x1b[31", b"mred\x1b[0m\n", b"\xc3", b"\xbc\r\n"])
    assert sexton("logs", "41") == (0, "red\nü\n", "")


def test_unfinished_sequence_does_not_swallow_the_end(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/runs/41/log?tail=300"] = chunked([b"end\n\x1b"])
    assert sexton("logs", "41") == (0, "end\n", "")


def test_newest_run_with_a_log_is_taken_when_a_job_is_named(daemon: FakeDaemon, sexton: Sexton) -> None:
    runs = [views.missed(44), views.run(43, log=None), views.run(42), views.run(41)]
    daemon.answers["GET /api/v1/runs?job=ingest&limit=100"] = reply(200, {"runs": runs})
    daemon.answers["GET /api/v1/runs/42/log?tail=300"] = chunked([b"hello\n"])
    assert sexton("logs", "ingest") == (0, "hello\n", "")


def test_absence_is_told_when_no_run_has_a_log(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/runs?job=ingest&limit=100"] = reply(200, {"runs": [views.missed()]})
    code, out, err = sexton("logs", "ingest")
    assert (code, out) == (1, "")
    assert err.startswith("sexton: cannot show a log of job 'ingest': its newest runs have none")


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (("-n", "5"), "?tail=5"),
        (("-n", "all"), ""),
        (("-f",), "?tail=300&follow=1"),
        (("-fn", "all"), "?follow=1"),
    ],
)
def test_extent_is_asked_for_as_it_was_put(
    daemon: FakeDaemon, sexton: Sexton, words: tuple[str, ...], query: str
) -> None:
    daemon.answers[f"GET /api/v1/runs/41/log{query}"] = chunked([b"x\n"])
    assert sexton("logs", "41", *words) == (0, "x\n", "")


def test_bytes_are_left_alone_when_raw_is_asked_for(
    daemon: FakeDaemon, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = b"\x1b[31mred\xff\x00\r\n"
    daemon.answers["GET /api/v1/runs/41/log?tail=300"] = chunked([data])
    assert main(["logs", "41", "--raw", "--socket", daemon.path]) == 0
    assert capfdbinary.readouterr().out == data


def test_what_came_is_shown_and_the_loss_told_when_the_daemon_goes_away(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/runs/41/log?tail=300&follow=1"] = chunked([b"half\n"], complete=False)
    code, out, err = sexton("logs", "-f", "41")
    assert (code, out, err.startswith("sexton: lost Sexton at ")) == (69, "half\n", True)


def test_log_of_a_service_is_shown_when_one_has_the_name(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/services"] = reply(200, {"services": [views.service("ingest")]})
    daemon.answers["GET /api/v1/services/ingest/log?tail=300&follow=1"] = chunked([b"up\n"])
    assert sexton("logs", "-f", "ingest") == (0, "up\n", "")


def test_services_of_a_group_are_named_when_a_group_is_asked_for(daemon: FakeDaemon, sexton: Sexton) -> None:
    members = [views.service("web", group="front"), views.service("proxy", group="front")]
    daemon.answers["GET /api/v1/services"] = reply(200, {"services": members})
    code, _, err = sexton("logs", "front")
    assert (code, err) == (1, "sexton: 'front' is a group; look at one of its services: web, proxy\n")


def test_unknown_name_is_neither_service_nor_job(daemon: FakeDaemon, sexton: Sexton) -> None:
    daemon.answers["GET /api/v1/runs?job=nobody&limit=100"] = refusal(404, "not_found", "there is no job 'nobody'")
    assert sexton("logs", "nobody") == (1, "", "sexton: there is no service and no job 'nobody'; see: sexton status\n")


def test_json_is_refused_because_a_log_is_text(sexton: Sexton) -> None:
    assert sexton("logs", "41", "--json")[0] == 2
