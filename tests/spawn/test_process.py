"""What a started process is given: words, environment, folder, descriptors, signals, and the right program."""

import os
import resource
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.model.errors import SpawnError
from sexton.model.log import Log
from sexton.model.process import Process
from sexton.spawn.process import spawn
from tests.spawn.conftest import ENV, Nursery, descriptors, script

OPEN_DESCRIPTORS = """
import fcntl, os
for fd in range(256):
    try:
        fcntl.fcntl(fd, fcntl.F_GETFD)
    except OSError:
        continue
    print(fd, os.readlink(f"/proc/self/fd/{fd}"))
"""


def test_arguments_arrive_byte_for_byte(nursery: Nursery) -> None:
    words = ["", " ", "a b", "$HOME", "'\"\\", "line\nfeed", "--", "ünï", b"\xff\x80".decode(errors="surrogateescape")]
    said = nursery.run("printf", r"%s\0", *words)
    assert said.split(b"\0")[:-1] == [os.fsencode(word) for word in words]


def test_the_environment_is_exactly_what_is_given(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_PARENT", "not for the child")
    env = {**ENV, "EMPTY": "", "SPACED": "a b\nc", "EQUALS": "a=b", "BYTES": "\udcff"}
    said = nursery.run("cat", "/proc/self/environ", env=env)
    assert sorted(said.split(b"\0")[:-1]) == sorted(os.fsencode(f"{name}={value}") for name, value in env.items())


def test_an_empty_environment_is_empty(nursery: Nursery) -> None:
    assert nursery.run("/bin/cat", "/proc/self/environ", env={}) == b""


def test_a_process_starts_in_the_folder_it_is_given(nursery: Nursery, tmp_path: Path) -> None:
    assert os.fsdecode(nursery.run("pwd", cwd=str(tmp_path))) == f"{tmp_path}\n"


def test_a_process_starts_in_our_folder_when_it_is_given_none(nursery: Nursery) -> None:
    assert os.fsdecode(nursery.run("pwd", "-P")) == f"{os.getcwd()}\n"


def test_a_process_leads_a_session_and_a_group_of_its_own(nursery: Nursery) -> None:
    child = nursery.spawn("cat", "/proc/self/stat")
    pid, _, rest = nursery.output(child).partition(b" ")
    _name, _state, parent, group, session, terminal, *_ = rest.split()
    assert int(pid) == int(group) == int(session) == child.pid
    assert (int(parent), int(terminal)) == (os.getpid(), 0)


def test_a_process_has_three_descriptors_however_many_we_have(nursery: Nursery, tmp_path: Path) -> None:
    ours = [os.open(tmp_path / str(number), os.O_CREAT | os.O_RDWR) for number in range(20)]
    for fd in ours:
        os.set_inheritable(fd, True)
    said = nursery.run(sys.executable, "-ISc", OPEN_DESCRIPTORS).decode().splitlines()
    for fd in ours:
        os.close(fd)
    numbers, files = zip(*(line.split() for line in said), strict=True)
    assert numbers == ("0", "1", "2")
    assert files[0] == "/dev/null"
    assert files[1] == files[2]
    assert files[1].startswith("pipe:")


def test_standard_input_is_at_its_end(nursery: Nursery) -> None:
    assert nursery.run("cat") == b""


def test_errors_come_apart_when_the_log_keeps_them_apart(nursery: Nursery) -> None:
    process = Process(("sh", "-c", "echo out; echo err >&2"), log=Log(stderr="/var/log/err"))
    child = nursery.spawner.spawn(process, ENV)
    nursery.children.append(child)
    assert nursery.exit(child).code == 0
    assert nursery.output(child) == b"out\n"
    assert child.errors is not None
    assert os.read(child.errors, 100) == b"err\n"
    assert os.read(child.errors, 100) == b""
    os.close(child.errors)


def test_no_descriptor_is_left_when_a_process_with_two_pipes_cannot_be_started(nursery: Nursery) -> None:
    before = descriptors()
    with pytest.raises(SpawnError):
        nursery.spawner.spawn(Process(("/nowhere",), log=Log(stderr="/var/log/err")), ENV)
    assert descriptors() == before


def test_output_and_errors_come_in_the_order_they_were_written(nursery: Nursery) -> None:
    said = nursery.run("sh", "-c", "for i in 1 2 3; do echo out $i; echo err $i >&2; done")
    assert said == b"out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n"


def test_reading_the_output_never_blocks_us(nursery: Nursery) -> None:
    child = nursery.spawn("sleep", "60")
    with pytest.raises(BlockingIOError):
        os.read(child.output, 1)


@pytest.fixture
def peculiar_signals() -> Iterator[None]:
    """This process catches what a daemon catches and, as Python does, ignores SIGPIPE and SIGXFSZ."""
    caught = [n for n in range(1, signal.SIGSYS + 1) if signal.getsignal(n) is signal.SIG_IGN]
    caught += [signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP]
    before = {number: signal.getsignal(number) for number in caught}
    for number in caught:
        signal.signal(number, lambda _number, _frame: None)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_IGN)
    yield
    for number, disposition in before.items():
        signal.signal(number, disposition)


@pytest.mark.usefixtures("peculiar_signals")
def test_every_signal_is_at_its_default_and_none_is_blocked(nursery: Nursery) -> None:
    status = nursery.run("cat", "/proc/self/status").decode()
    masks = {line[:6]: int(line[7:], 16) for line in status.splitlines() if line[:6] in ("SigIgn", "SigBlk", "SigCgt")}
    assert masks == {"SigIgn": 0, "SigBlk": 0, "SigCgt": 0}


def test_a_writer_without_a_reader_dies_of_sigpipe_as_in_a_shell(nursery: Nursery) -> None:
    assert nursery.run("sh", "-c", "yes | head -n1") == b"y\n"
    assert b"roken pipe" not in nursery.run("sh", "-c", "{ yes; echo $? >&2; } | head -n1")


def test_the_program_is_looked_up_in_the_childs_path_and_not_in_ours(nursery: Nursery, tmp_path: Path) -> None:
    script(tmp_path / "second" / "tool", "#!/bin/sh\necho second\n")
    script(tmp_path / "third" / "tool", "#!/bin/sh\necho third\n")
    path = f"{tmp_path}/first:{tmp_path}/second:{tmp_path}/third"
    assert nursery.run("tool", env={"PATH": path}) == b"second\n"


def test_the_lookup_goes_on_behind_a_file_that_may_not_be_executed(nursery: Nursery, tmp_path: Path) -> None:
    script(tmp_path / "first" / "tool", "#!/bin/sh\necho first\n", mode=0o644)
    script(tmp_path / "second" / "tool", "#!/bin/sh\necho second\n")
    assert nursery.run("tool", env={"PATH": f"{tmp_path}/first:{tmp_path}/second"}) == b"second\n"


@pytest.mark.parametrize("path", ["", ".", "/nowhere::/nowhere"])
def test_an_empty_entry_of_path_is_the_folder_the_process_starts_in(
    nursery: Nursery, tmp_path: Path, path: str
) -> None:
    script(tmp_path / "tool", "#!/bin/sh\necho here\n")
    assert nursery.run("tool", env={"PATH": path}, cwd=str(tmp_path)) == b"here\n"


def test_a_relative_program_counts_from_the_folder_the_process_starts_in(nursery: Nursery, tmp_path: Path) -> None:
    script(tmp_path / "tool", "#!/bin/sh\necho here\n")
    assert nursery.run("./tool", cwd=str(tmp_path)) == b"here\n"


def test_two_hundred_starts_leave_no_descriptor(nursery: Nursery) -> None:
    nursery.run("true")
    first = nursery.children.pop()
    os.close(first.output)
    before = descriptors()
    for _ in range(200):
        child = nursery.spawn("true")
        assert nursery.exit(child) is not None
        os.close(nursery.children.pop().output)
        del nursery.exits[child.pid]
    assert descriptors() == before


def test_the_umask_and_the_limits_are_ours(nursery: Nursery, tmp_path: Path) -> None:
    nursery.run("touch", "made", cwd=str(tmp_path))
    own = os.umask(0o077)
    os.umask(own)
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o666 & ~own
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert nursery.run("sh", "-c", "ulimit -n") == f"{soft}\n".encode()


def test_a_process_with_a_flaw_is_not_tried(tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    with open(os.devnull) as nothing, pytest.raises(SpawnError, match="command is empty"):
        spawn(Process(("touch", str(tried)), flaw="command is empty"), os.environ, nothing.fileno())
    assert not tried.exists()
