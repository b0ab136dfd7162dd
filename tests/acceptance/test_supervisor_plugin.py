"""`sexton.supervisor_plugin` in a real supervisord 4.3.0: any tick, on time, with and without a server section."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.news import News
from tests.acceptance.real_supervisord import SERVER, RealSupervisord

PLUGIN = "[rpcinterface:sexton]\nsupervisor.rpcinterface_factory = sexton.supervisor_plugin:make_rpcinterface\n"
LISTENER = """
import os, sys, time
news = os.open("news", os.O_WRONLY)
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


def ticks(news: News, number: int) -> list[tuple[str, int, float]]:
    """Name, `when` and how many seconds after it came, of ticks as they come."""
    told = [news.next().split() for _ in range(number)]
    return [(name, int(when), float(late)) for name, when, late in told]


def test_any_tick_comes_on_time_also_after_a_restart(news: News, tmp_path: Path) -> None:
    with RealSupervisord(tmp_path, listener("TICK_1,TICK_2,TICK_3"), SERVER + PLUGIN) as supervisord:
        for _ in range(2):
            waited, *prompt = ticks(news, 8)  # what came while the listener was not yet RUNNING has waited
            assert waited[0].startswith("TICK_")
            for name, when, late in prompt:
                assert when % int(name.removeprefix("TICK_")) == 0
                assert 0 <= late < 0.9, "later than the turns of supervisord alone would bring it"
            ones = [when for name, when, _ in prompt if name == "TICK_1"]
            assert ones == list(range(ones[0], ones[0] + len(ones)))
            supervisord.signal(signal.SIGHUP)
        assert "late from now on" not in supervisord.log


def test_any_tick_comes_without_a_server_section(news: News, tmp_path: Path) -> None:
    with RealSupervisord(tmp_path, listener("TICK_2"), PLUGIN) as supervisord:
        (first, then, third) = (when for _, when, _ in ticks(news, 3))
        assert (then - first, third - then) == (2, 2)
        assert supervisord.stop() == 0


def test_who_subscribes_to_tick_is_told_of_those_that_supervisord_has_always_had(news: News, tmp_path: Path) -> None:
    both = listener("TICK_1").replace("tick]", "other]").replace("listener.py", "-c 'print(1)'") + listener("TICK")
    with RealSupervisord(tmp_path, both, SERVER + PLUGIN):
        assert [name for name, _, _ in ticks(news, 2)] == ["TICK_5", "TICK_5"]


@pytest.mark.parametrize("name", ["TICK_0", "TICK_05", "TICK_99999999999", "TICK_x", "PROCESS_STATE_TICK"])
def test_what_is_no_tick_is_refused_as_ever(name: str, tmp_path: Path) -> None:
    with RealSupervisord(tmp_path, listener(name), PLUGIN) as supervisord:
        assert supervisord.end() == 2


def test_it_can_be_imported_without_supervisor() -> None:
    script = "import sys; sys.modules['supervisor'] = None; import sexton.supervisor_plugin"
    assert subprocess.run((sys.executable, "-c", script), check=False).returncode == 0
