"""AUTO logs of Sexton in supervisord's place: their names, who else may be there, and what a new start removes."""

import os
import re
import xmlrpc.client
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.acceptance.beside import Beside, connected
from tests.acceptance.supervised import Supervised
from tests.acceptance.supervisor import SERVER, SETTINGS

TALKS = "command = sh -c 'echo {0}; echo {0} failed >&2; exec sleep 1000'\n"
WEB = "[program:web]\n" + TALKS.format("web")
DOWN = "command = true\nautostart = false\n"
NAME = r"---(\w+)-[a-z0-9_]{8}[0-9]*\.log"


def test_they_have_the_names_and_the_place_that_supervisord_gives_them(tmp_path: Path) -> None:
    with Beside(tmp_path, WEB + "[supervisord]\nidentifier = mine\n") as both:
        for info, home in zip(both.call("getProcessInfo", "web"), both.homes, strict=True):
            for channel in ("stdout", "stderr"):
                path = Path(info[f"{channel}_logfile"].replace("HOME", str(home)))
                assert path.parent == home
                assert re.fullmatch(f"web-{channel}{NAME}", path.name), path.name
                assert path.stat().st_mode & 0o777 == 0o600
                assert "---mine-" in path.name


def test_no_two_programs_share_one_whatever_they_are_called(tmp_path: Path) -> None:
    programs = WEB + "".join(f"[program:{name}]\n" + TALKS.format(name) for name in ("web-stderr", "same"))
    programs += "[program:other]\nprocess_name = same\n" + TALKS.format("other")
    with _started(tmp_path, programs) as proxy:
        infos = proxy.supervisor.getAllProcessInfo()
        read = {info["group"]: Path(info["stdout_logfile"]).read_text() for info in infos}
        assert read == {name: f"{name}\n" for name in ("web", "web-stderr", "same", "other")}
        read = {info["group"]: Path(info["stderr_logfile"]).read_text() for info in infos}
        assert read == {name: f"{name} failed\n" for name in ("web", "web-stderr", "same", "other")}


@pytest.mark.parametrize("stopped", [False, True])
def test_two_in_one_folder_leave_each_other_theirs(tmp_path: Path, stopped: bool) -> None:
    homes = one, two = tmp_path / "one", tmp_path / "two"
    for home in homes:
        home.mkdir()
    with _started(one, WEB, tmp_path) as first:
        if stopped:
            first.supervisor.stopProcess("web")
        with _started(two, WEB.replace("echo web", "echo other"), tmp_path) as second:
            assert first.supervisor.readProcessStdoutLog("web", 0, 0) == "web\n"
            assert second.supervisor.readProcessStdoutLog("web", 0, 0) == "other\n"
            assert len(_logs(tmp_path)) == 4


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_who_has_given_up_the_rights_of_root_is_seen_too(tmp_path: Path) -> None:
    with TemporaryDirectory() as shared, ExitStack() as running:
        Path(shared).chmod(0o777)
        main = f"[supervisord]\nuser = nobody\nlogfile = /dev/null\npidfile = /dev/null\nchildlogdir = {shared}\n"
        for number in range(2):
            home = tmp_path / str(number)
            home.mkdir()
            daemon = running.enter_context(Supervised(home, f"{main}{WEB}[program:down]\n{DOWN}")).start()
            daemon.wait_for("web: running")
        assert len(_logs(Path(shared))) == 2 * 4


def test_without_a_folder_they_are_where_temporary_files_go(tmp_path: Path) -> None:
    text = (SETTINGS + SERVER).format(home=tmp_path).replace(f"childlogdir={tmp_path}\n", "")
    with Supervised(tmp_path, text + WEB) as daemon:
        daemon.start()  # with TMPDIR
        daemon.wait_for("web: running")
        assert len(_logs(tmp_path)) == 2


def test_one_keeps_its_name_over_an_update(tmp_path: Path) -> None:
    with _started(tmp_path, WEB) as proxy:
        before = proxy.supervisor.getProcessInfo("web")
        config = tmp_path / "supervisord.conf"
        config.write_text(config.read_text() + "[program:late]\n" + TALKS.format("late"))
        assert proxy.supervisor.reloadConfig() == [[["late"], [], []]]
        proxy.supervisor.addProcessGroup("late")
        _settle(proxy)
        after = proxy.supervisor.getProcessInfo("web")
        assert (after["pid"], after["logfile"]) == (before["pid"], before["logfile"])
        late = Path(proxy.supervisor.getProcessInfo("late")["logfile"])
        assert (late.parent, late.read_text()) == (tmp_path, "late\n")
        assert len(_logs(tmp_path)) == 4


@pytest.mark.parametrize(("key", "starts"), [("", 1), ("nocleanup = true\n", 2)])
def test_each_start_begins_them_anew_and_nothing_else(tmp_path: Path, key: str, starts: int) -> None:
    programs = WEB + "[program:named]\n" + TALKS.format("named") + f"stdout_logfile = {tmp_path}/named.out\n"
    programs += "[eventlistener:ear]\ncommand = sh -c 'echo oops >&2; exec sleep 1000'\nevents = TICK_3600\n"
    for _ in range(2):
        with _started(tmp_path, f"{programs}[supervisord]\n{key}"):
            pass
    logs = _logs(tmp_path)
    assert len(logs) == 5 * starts
    read = sorted(text for text in map(Path.read_text, logs) if text)
    assert read == sorted(["web\n", "web failed\n", "named failed\n", "oops\n"] * starts)
    assert (tmp_path / "named.out").read_text() == "named\n" * 2


def test_of_all_files_in_the_folder_only_such_logs_of_the_same_identifier_go(tmp_path: Path) -> None:
    old = "web-stdout---supervisor-abcdefgh.log"
    stays = [
        *("web.log", "web-stdout.log", "web-stdout---other-abcdefgh.log", "web-stdout---supervisor.log"),
        *(f"{old}.saved", f"{old}.1.orig", "web-stdout---supervisor-ABCDEFGH.log", "my---supervisor-notes.log"),
    ]
    for name in (*stays, old, f"{old}.1", f"{old}.2.gz"):
        (tmp_path / name).write_text("old\n")
    link, folder = tmp_path / "a-stdout---supervisor-zzzzzzzz.log", tmp_path / "b-stdout---supervisor-zzzzzzzz.log"
    link.symlink_to(tmp_path / "web.log")
    folder.mkdir()
    used = tmp_path / "real-stdout---supervisor-12345678.log"
    with used.open("w"), _started(tmp_path, WEB):
        assert used.exists()
        assert link.is_symlink()
        assert folder.is_dir()
        assert [(tmp_path / name).read_text() for name in stays] == ["old\n"] * len(stays)
        assert not list(tmp_path.glob(f"{old}*[0-9z]"))
        assert not (tmp_path / old).exists()


def _logs(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if re.fullmatch(f".+{NAME}", path.name)]


@contextmanager
def _started(home: Path, programs: str, logs: Path | None = None) -> Iterator[Any]:
    """Its XML-RPC, once all its programs have started."""
    text = (SETTINGS + SERVER).format(home=home).replace(f"childlogdir={home}", f"childlogdir={logs or home}")
    with Supervised(home, text + programs) as daemon:
        daemon.start()
        with connected(home) as proxy:
            _settle(proxy)
            yield proxy
        assert daemon.stop() == 0


def _settle(proxy: xmlrpc.client.ServerProxy) -> None:
    while "STARTING" in str(proxy.supervisor.getAllProcessInfo()):
        pass
