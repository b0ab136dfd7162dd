"""A log that cannot be written for a while: what that costs is counted, and said when it begins and when it ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sexton.logs.pump import RunLog
from sexton.model.log import Log, Lost
from sexton.model.units import SECOND
from tests.fakes import WALL, FakeLoop
from tests.logs.test_service_log import Served

PATH = "services/web.log"


@pytest.fixture
def served(loop: FakeLoop, tmp_path: Path) -> Iterator[Served]:
    made = Served(loop, tmp_path)
    yield made
    made.end()


def fill(log: RunLog) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, log.file._file)
    os.close(full)


@contextmanager
def full_disk(log: RunLog) -> Iterator[None]:
    """Nothing more fits into the file for a while."""
    kept = os.dup(log.file._file)
    fill(log)
    yield
    os.dup2(kept, log.file._file)
    os.close(kept)


def said(served: Served) -> list[str]:
    return [line.partition("sexton: ")[2] for line in served.stderr.said.decode().splitlines()]


def test_a_loss_is_said_once_when_it_begins_and_once_when_it_is_over(served: Served) -> None:
    log = served.start()
    with full_disk(log):
        for _ in range(5):
            served.say(b"lost\n")
    begun = f"error: cannot write the log of web ({served.folder}/{PATH}): No space left on device"
    assert said(served) == [f"{begun}; its output is lost meanwhile"]
    served.loop.advance(SECOND)
    served.say(b"kept\n")
    served.say(b"kept\n")
    over = f"warning: 25 bytes of the output of web are not in its log ({served.folder}/{PATH}); it is written again"
    assert said(served)[1:] == [over]
    assert served.held() == {"web.log": "kept\nkept\n"}


def test_a_disk_that_is_full_now_and_then_makes_one_stretch(served: Served) -> None:
    log = served.start()
    for _ in range(20):
        with full_disk(log):
            served.say(b"lost\n")
        served.say(b"kept\n")
    assert len(said(served)) == 1


def test_a_loss_that_lasts_to_the_end_of_the_process_is_said_then(served: Served) -> None:
    log = served.start()
    fill(log)
    served.say(b"lost\n")
    served.end()
    assert said(served)[1:] == [f"warning: 5 bytes of the output of web are not in its log ({served.folder}/{PATH})"]


def test_losses_add_up_over_the_processes_of_a_service(served: Served) -> None:
    for _ in range(2):
        log = served.start()
        with full_disk(log):
            served.say(b"lost\n")
    assert served.keeper.lost == {"web": Lost(10, WALL, "No space left on device")}
    served.end()
    assert served.keeper.lost == {"web": Lost(10, WALL)}


def test_what_standard_error_loses_in_a_file_of_its_own_is_the_services_too(served: Served) -> None:
    log = served.start(log=Log(stderr=f"{served.folder}/err.log"))
    assert log.beside is not None
    with full_disk(log.beside):
        served.say(b"lost\n")
    assert served.keeper.lost["web"].size == 5


def test_a_log_that_could_not_be_opened_counts_what_it_costs(served: Served) -> None:
    (served.folder / PATH).mkdir(parents=True)
    served.start()
    served.say(b"lost\n")
    assert served.keeper.lost == {"web": Lost(5, WALL, "not open: Is a directory")}


def test_nothing_is_counted_or_said_when_all_is_written(served: Served) -> None:
    served.start()
    served.say(b"kept\n")
    assert (said(served), served.keeper.lost) == ([], {})
