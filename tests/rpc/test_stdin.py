"""What clients type into a process: it reads all of it in order, or the client is told why not."""

import pytest

from sexton.model.errors import Refused
from sexton.model.units import SECOND
from tests.engine.stage import Stage, service
from tests.engine.staged_world import Talk
from tests.rpc.calls import Client


def up(**life: bool) -> tuple[Client, Talk]:
    """`cat` is fed, `deaf` is not."""
    cat = service("cat")
    stage = Stage(services=(cat._replace(process=cat.process._replace(fed=True)), service("deaf")))
    stage.live("cat", **life)
    stage.start()
    stage.pass_time(2 * SECOND)
    return Client(stage), stage.spawner.talks[stage.spawner.pids("cat")[0]]


def test_a_process_reads_what_is_typed_as_utf_8() -> None:
    client, talk = up()
    assert client("sendProcessStdin", "cat", "hä\n") is True
    assert client("sendProcessStdin", "cat:cat", "more\n") is True
    assert talk.hear() == "hä\nmore\n".encode()


def test_a_process_without_such_a_pipe_reads_nothing() -> None:
    client, _ = up()
    assert client.fault("sendProcessStdin", "deaf", "x") == (20, "NO_FILE: deaf")
    assert client.fault("sendProcessStdin", "nope", "x") == (10, "BAD_NAME: nope")
    assert client.fault("sendProcessStdin", "cat", 7) == (2, "INCORRECT_PARAMETERS: 7")


def test_a_process_that_is_down_or_about_to_be_reads_nothing() -> None:
    client, _ = up(stubborn=True)
    client.ask("stopProcess", "cat")
    assert client.fault("sendProcessStdin", "cat", "x") == (70, "NOT_RUNNING: cat")
    client.stage.pass_time(20 * SECOND)
    assert client.fault("sendProcessStdin", "cat", "x") == (70, "NOT_RUNNING: cat")


def test_a_process_that_has_closed_its_end_is_a_fault() -> None:
    client, talk = up()
    talk.close()
    assert client.fault("sendProcessStdin", "cat", "x") == (20, "NO_FILE: cat")
    assert client.fault("sendProcessStdin", "cat", "x") == (20, "NO_FILE: cat")


def test_a_process_that_reads_nothing_costs_no_more_than_a_pipe_and_a_little() -> None:
    client, _ = up()
    programs = client.stage.control.programs
    for _ in range(3):  # what the pipe holds, and what may wait besides
        programs.feed("cat", b"x" * 65_536)
    with pytest.raises(Refused, match="does not read"):
        programs.feed("cat", b"x")
    code, said = client.fault("sendProcessStdin", "cat", "x")
    assert (code, said.split(":")[0]) == (30, "FAILED")


def test_what_is_not_read_yet_is_handed_over() -> None:
    client, talk = up()
    client("sendProcessStdin", "cat", "before\n")
    client.stage.reexec()
    client("sendProcessStdin", "cat", "after\n")
    assert talk.hear() == b"before\nafter\n"


def test_events_from_outside_go_nowhere_without_listeners() -> None:
    client, _ = up()
    assert client("sendRemoteCommEvent", "type", "data") is True


def test_the_next_process_has_a_pipe_of_its_own() -> None:
    client, talk = up()
    client.stage.end("cat", 1)
    (pid,) = client.stage.spawner.pids("cat")
    client("sendProcessStdin", "cat", "x\n")
    assert client.stage.spawner.talks[pid].hear() == b"x\n"
    assert talk is not client.stage.spawner.talks[pid]
