"""fetch and archive as steps of a job, with a real conductor and real children."""

import os
import signal
from pathlib import Path
from typing import Any

from sexton.wire.step_record import meant
from tests.servers.web import Page, Web, cut, head, until_gone
from tests.steps.archives import zipped
from tests.steps.conducting import conduct, shell, start
from tests.steps.doing import tree, written


def _job(place: Path, address: str, **more: Any) -> tuple[dict[str, Any], ...]:
    fetch = {"from": address, "into": "into/%Y/%m", "backup": "raw", "stable": "1ms", **more}
    return (
        {"name": "fetch", "step": "fetch", "options": fetch},
        shell("check", 'test ! -e fail; cp "$SEXTON_STEP_INPUT" seen'),
        {"name": "archive", "step": "archive", "options": {"to": "done/%Y"}},
    )


def test_a_file_goes_its_way_and_is_not_fetched_again(tmp_path: Path) -> None:
    written(tmp_path / "out/feed.zip", zipped({"a.csv": b"a"}))
    steps = _job(tmp_path, "out", unpack=True)
    first = conduct(tmp_path, *steps, run="1")
    assert first.code == 0, first.output
    assert tree(tmp_path / "done") == {"1970/feed/a.csv": b"a"}
    assert list((tmp_path / "into").rglob("*")) == []
    assert first.last["fetch"].counts == {"fetched": 1, "bytes": len(zipped({"a.csv": b"a"}))}
    second = conduct(tmp_path, *steps, run="2")
    assert second.code == 0, second.output
    assert second.last["fetch"].counts == {"unchanged": 1}
    assert set(tree(tmp_path / "done")) == {"1970/feed/a.csv"}


def test_a_file_is_fetched_by_the_next_run_when_this_one_failed_for_good(tmp_path: Path) -> None:
    written(tmp_path / "out/a", "a")
    written(tmp_path / "fail", "")
    steps = _job(tmp_path, "out")
    assert conduct(tmp_path, *steps, run="1").states == {"fetch": "succeeded", "check": "failed"}
    (tmp_path / "fail").unlink()
    assert conduct(tmp_path, *steps, run="2").code == 0
    assert tree(tmp_path / "done") == {"1970/a": b"a"}


def test_the_next_attempt_goes_on_with_a_download_when_everything_was_killed(tmp_path: Path) -> None:
    content = b"x" * 2_000_000
    begun = head("200 OK", ETag='"1"', Content_Length=str(len(content))) + content[:1_500_000]
    with Web() as web:
        web.pages["/a"] = until_gone(begun, b"x", pause=0.1)
        started = start(tmp_path, *_job(tmp_path, web.url("/a")))
        while _progress(started.report) < 1_500_000:
            pass
        os.killpg(started.process.pid, signal.SIGKILL)
        started.end()
        web.pages["/a"] = Page(content)
        ended = conduct(tmp_path, *_job(tmp_path, web.url("/a")), attempt=2)
        assert ended.code == 0, ended.output
        assert web.asked[-1].header("Range").startswith("bytes=1")
    assert tree(tmp_path / "done") == {"1970/a": content}
    assert tree(tmp_path / "raw") == {"a": content}


def test_an_attempt_is_temporarily_over_when_a_server_cuts_and_another_may_come(tmp_path: Path) -> None:
    with Web() as web:
        web.pages["/a"] = cut(Page(b"abc", ranges=False), after=1, times=2)
        ended = conduct(tmp_path, *_job(tmp_path, web.url("/a")))
    assert ended.code == 75
    assert "it ended after 1 of 3 bytes" in ended.last["fetch"].reason


def _progress(report: int) -> int:
    """What the next line of a conductor's report says of the bytes that are there."""
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(report, 1)
    progress = meant(line.decode()).progress
    return progress.done if progress else 0
