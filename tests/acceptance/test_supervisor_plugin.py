"""`sexton.supervisor_plugin` in a real supervisord 4.3.0: any tick, on time, with and without a server section."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.acceptance.news import News
from tests.acceptance.supervisor import SERVER, Supervisord

PLUGIN = "[rpcinterface:sexton]\nsupervisor.rpcinterface_factory = sexton.supervisor_plugin:make_rpcinterface\n"
LISTENER = """
import os, sys, time
news = os.open("news", os.O_WRONLY)
os.write(news, b"started\\n")
while True:
    os.write(1, b"READY\\n")
    headers = dict(word.split(":") for word in sys.stdin.readline().split())
    when = sys.stdin.read(int(headers["len"])).removeprefix("when:")
    os.write(news, f"{headers['eventname']} {when} {time.time() - int(when)}\\n".encode())
    os.write(1, b"RESULT 2\\nOK")
"""


@pytest.fixture
def news(tmp_path: Path) -> Iterator[News]:
    (tmp_path / "listener.py").write_text(LISTENER)
    with closing(News(tmp_path / "news")) as news:
        yield news


def listener(events: str) -> str:
    return f"[eventlistener:tick]\ncommand = {sys.executable} listener.py\nevents = {events}\n"


class Tick(NamedTuple):
    name: str
    when: int
    late: float  # seconds after `when` at which it came

    @property
    def prompt(self) -> bool:
        """Whether it came sooner than the turns of supervisord alone would bring it: they take more than a second."""
        return 0 <= self.late < 0.9


def await_start(news: News) -> None:
    """Let pass what an earlier listener said."""
    while news.next() != "started":
        pass


def ticks(news: News, number: int) -> list[Tick]:
    """The next ticks of a listener that has started."""
    told = [news.next().split() for _ in range(number)]
    return [Tick(name, int(when), float(late)) for name, when, late in told]


def await_prompt_one(news: News) -> None:
    """Before the first prompt tick there are those that waited for the listener to be RUNNING."""
    for _ in range(10):
        if ticks(news, 1)[0].prompt:
            return
    raise AssertionError("every tick was late")


def test_any_tick_comes_on_time_also_after_a_restart(news: News, tmp_path: Path) -> None:
    with Supervisord(tmp_path, listener("TICK_1,TICK_2,TICK_3"), SERVER + PLUGIN) as supervisord:
        for _ in range(2):
            await_start(news)
            await_prompt_one(news)
            told = ticks(news, 5)
            assert all(tick.prompt and tick.when % int(tick.name.removeprefix("TICK_")) == 0 for tick in told), told
            ones = [tick.when for tick in told if tick.name == "TICK_1"]
            assert ones == list(range(ones[0], ones[0] + len(ones)))
            supervisord.signal(signal.SIGHUP)
        assert "late from now on" not in supervisord.log


def test_any_tick_comes_without_a_server_section(news: News, tmp_path: Path) -> None:
    with Supervisord(tmp_path, listener("TICK_2"), PLUGIN) as supervisord:
        await_start(news)
        assert [later.when - tick.when for tick, later in pairwise(ticks(news, 3))] == [2, 2]
        assert supervisord.stop() == 0


def test_who_subscribes_to_tick_is_told_of_those_that_supervisord_has_always_had(news: News, tmp_path: Path) -> None:
    both = listener("TICK_1").replace("tick]", "other]").replace("listener.py", "-c 'print(1)'") + listener("TICK")
    with Supervisord(tmp_path, both, SERVER + PLUGIN):
        await_start(news)
        assert {tick.name for tick in ticks(news, 2)} <= {"TICK_5", "TICK_60", "TICK_3600"}


@pytest.mark.parametrize("name", ["TICK_0", "TICK_05", "TICK_99999999999", "TICK_x", "PROCESS_STATE_TICK"])
def test_what_is_no_tick_is_refused_as_ever(name: str, tmp_path: Path) -> None:
    with Supervisord(tmp_path, listener(name), PLUGIN) as supervisord:
        assert supervisord.end() == 2


def test_it_can_be_imported_without_supervisor() -> None:
    script = "import sys; sys.modules['supervisor'] = None; import sexton.supervisor_plugin"
    assert subprocess.run((sys.executable, "-c", script), check=False).returncode == 0
