"""Logs by offset: the ends that supervisord's clients ask for, whatever bytes are there."""

from pathlib import Path

import pytest

from sexton.rpc import logs
from tests.engine.stage import Stage, service
from tests.rpc.calls import Client


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    stage = Stage(services=(service("web"), service("idle", autostart=False)))
    stage.start()
    (tmp_path / "web.log").write_bytes(b"0123456789")
    found = Client(stage)
    programs = stage.control.programs
    monkeypatch.setattr(programs, "logs", lambda program: (str(tmp_path / f"{program.service.name}.log"), None))
    return found


@pytest.mark.parametrize(
    ("offset", "length", "text"),
    [
        *((0, 0, "0123456789"), (3, 0, "3456789"), (3, 4, "3456"), (8, 9, "89"), (20, 5, "")),
        *((-4, 0, "6789"), (-40, 0, "0123456789"), ("2", "3", "234")),
    ],
)
def test_a_piece_is_read_from_either_end(client: Client, offset: object, length: object, text: str) -> None:
    assert client("readProcessLog", "web", offset, length) == text
    assert client("readProcessStdoutLog", "web", offset, length) == text


@pytest.mark.parametrize(("offset", "length"), [(-1, 5), (0, -1)])
def test_a_piece_that_makes_no_sense_is_refused(client: Client, offset: int, length: int) -> None:
    assert client.fault("readProcessLog", "web", offset, length) == (3, "BAD_ARGUMENTS")


@pytest.mark.parametrize(
    ("offset", "length", "answer"),
    [
        (0, 10, ["0123456789", 10, False]),
        (0, 4, ["6789", 10, True]),
        (10, 4, ["", 10, False]),
        (8, 4, ["6789", 10, False]),
        (0, 40, ["0123456789", 10, False]),
    ],
)
def test_the_end_is_read_with_where_it_is(client: Client, offset: int, length: int, answer: list[object]) -> None:
    assert client("tailProcessLog", "web", offset, length) == answer


def test_a_cut_character_costs_itself_and_nothing_else(client: Client, tmp_path: Path) -> None:
    (tmp_path / "web.log").write_bytes("höhe\n".encode())
    assert client("readProcessLog", "web", -4, 0) == "\ufffdhe\n"
    (tmp_path / "web.log").write_bytes(b"\xff\x00\x1b[1m")
    assert client("readProcessLog", "web", 0, 0) == "\ufffd\ufffd\ufffd[1m"


def test_a_log_that_is_not_there(client: Client, tmp_path: Path) -> None:
    assert client.fault("readProcessLog", "idle", 0, 0) == (20, f"NO_FILE: {tmp_path / 'idle.log'}")
    assert client.fault("readProcessStderrLog", "web", 0, 0) == (20, "NO_FILE")
    assert client("tailProcessStderrLog", "web", 0, 5) == ["", 0, False]
    assert client.fault("readLog", 0, 0) == (20, "NO_FILE")
    assert client.fault("clearLog") == (20, "NO_FILE")


def test_what_is_no_regular_file_is_not_opened(client: Client, tmp_path: Path) -> None:
    (tmp_path / "idle.log").mkdir()
    assert client.fault("readProcessLog", "idle", 0, 0) == (30, "FAILED")


def test_more_than_an_answer_holds_is_refused(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST", 9)
    assert client.fault("readProcessLog", "web", 0, 0)[0] == 30
    assert client("readProcessLog", "web", -9, 0) == "123456789"


def test_logs_are_emptied_one_by_one_and_all_together(client: Client, tmp_path: Path) -> None:
    assert client("clearProcessLogs", "web") is True
    assert client.stage.logs.cleared == [str(tmp_path / "web.log")]
    assert [each["status"] for each in client("clearAllProcessLogs")] == [80, 80]


def test_a_log_that_cannot_be_emptied_is_a_fault(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.stage.control.programs, "logs", lambda program: ("/full/x", None))
    assert client.fault("clearProcessLog", "web") == (30, "FAILED: web")
    assert {each["status"] for each in client("clearAllProcessLogs")} == {30}
