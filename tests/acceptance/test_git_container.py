"""A container as people run it under supervisord, with its bash listener and its configuration as they were published.

Real sshd, apache and git. The same under the real supervisord shows that it is so there, too.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sexton.config.load import load_plan
from tests.acceptance.daemon import marked
from tests.acceptance.git_container.container import HERE, SYNC, Container

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run an sshd for others")

LISTENER = (HERE / "auto-sync").read_text()
AS_PUBLISHED = (HERE / "gitsync.conf").read_text()
PLUGIN = "\n[rpcinterface:sexton]\nsupervisor.rpcinterface_factory = sexton.supervisor_plugin:make_rpcinterface\n"
SOONER = AS_PUBLISHED.replace("TICK_60", "TICK_1").replace('TICK_GOAL="5"', 'TICK_GOAL="2"') + PLUGIN
TODO = "# TODO: Put here everything that you need to run at a fixed interval.\n"
JOB = "[job:gitsync]\nschedule = @every 1s\ncommand = /git-scripts/auto-sync\n"
ATTACH = f"""
[eventlistener:gitsync]
command = {sys.executable} -m sexton attach --schedule "@every 1s" -- /git-scripts/auto-sync
events = TICK_3600
"""
CONF = "/git-server/supervisord.conf"
SEXTON = ("sexton", "supervisord", "-n", "-c", CONF)
SUPERVISORD = ("supervisor.supervisord", "-n", "-c", CONF)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str, str], Container]]:
    with ExitStack() as stack:

        def make(sync: str, script: str) -> Container:
            container = Container(tmp_path, sync, script)
            stack.callback(container.close)
            return container

        yield make


@pytest.mark.parametrize("keeper", [SEXTON, SUPERVISORD], ids=["Sexton", "supervisord"])
def test_the_published_listener_keeps_the_mirror(
    make: Callable[[str, str], Container], keeper: tuple[str, ...]
) -> None:
    container = make(SOONER, LISTENER.replace(TODO, SYNC))
    container.start(*keeper)
    keeps_a_mirror(container)
    said = (container.logs / "event_gitsync.log").read_text()
    assert re.findall("Counter: (.)", said)[:4] == ["1", "2", "1", "2"]
    assert "eventname:TICK_1 len:15" in said


@pytest.mark.parametrize(
    ("sync", "keeper"),
    [(JOB, SEXTON), (ATTACH, SUPERVISORD), (ATTACH, SEXTON)],
    ids=["job", "attached", "here"],
)
def test_a_schedule_keeps_it_without_a_counter(
    make: Callable[[str, str], Container], sync: str, keeper: tuple[str, ...]
) -> None:
    container = make(sync, "#!/bin/sh\n" + SYNC)
    container.start(*keeper)
    keeps_a_mirror(container)


def keeps_a_mirror(container: Container) -> None:
    """What is pushed through sshd, or the one after it, comes to the mirror and to apache; and then all of it ends."""
    container.push("one")
    assert container.news.next() == "mirrored"
    assert container.served() == ["one"]
    container.kill("sshd")
    container.push("two")
    assert container.news.next() == "mirrored"
    assert container.served() == ["two", "one"]
    assert container.stop() == 0
    assert marked(container.home) == []


def test_the_published_section_is_read_without_a_word(tmp_path: Path) -> None:
    conf = tmp_path / "supervisord.conf"
    conf.write_text("[supervisord]\n" + AS_PUBLISHED)
    plan = load_plan([str(conf)], {})
    (service,) = plan.services.values()
    assert (plan.warnings, plan.listeners["gitsync"].events) == ((), ("TICK_60",))
    assert (service.process.env["TICK_GOAL"], service.process.log.file) == ("5", "/logs/event_gitsync.log")
