"""Groups: order, one that fails among others, a full disk, a database that is taken away."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sexton.model.errors import StateHeld, StoreError
from sexton.model.ledger import Claimed, End, Ended, Enlist, Find, Prune, Row
from sexton.model.units import MILLISECOND
from sexton.store import database, history, reader
from sexton.store.ballast import BALLAST, Ballast
from sexton.store.commits import Committer
from sexton.store.writer import MAX_WAITING
from tests.store.desk import Desk, claim, end


def test_a_turn_is_answered_in_order_by_one_call(ledger: Desk) -> None:
    answers = ledger.do(*(claim(slot=f"s{number}") for number in range(100)))
    assert [answer.fence for answer in answers] == list(range(1, 101))
    assert ledger.deliveries == 1


def test_turns_that_wait_share_a_group_in_their_order(ledger: Desk) -> None:
    answers: list[Any] = []
    for number in range(50):
        ledger.store.submit(claim(slot=f"s{number}"), answers.append)
        ledger.store.flush()
    ledger.turn_until(lambda: len(answers) == 50)
    assert [answer.fence for answer in answers] == list(range(1, 51))


def test_nothing_is_written_before_the_turn_ends(ledger: Desk) -> None:
    ledger.store.submit(claim(), lambda _: None)
    assert ledger.ask(Find()) == ()
    ledger.do(claim(slot="s2"))
    assert len(ledger.ask(Find())) == 2


def test_a_change_that_fails_is_undone_alone(ledger: Desk) -> None:
    first, broken, last = ledger.do(claim(slot="s1"), claim(slot="s2", token="", watermark=9), claim(slot="s3"))
    assert isinstance(broken, StoreError)
    assert (first.fence, last.fence) == (1, 2)  # the failed claim's fence went back with it
    assert [row.slot for row in ledger.ask(Find())] == ["s3", "s1"]


def test_a_number_too_large_for_the_ledger_is_an_error_of_its_change_alone(ledger: Desk) -> None:
    broken, good = ledger.do(claim(slot="s1", at=2**70), claim(slot="s2"))
    assert isinstance(broken, StoreError)
    assert isinstance(good, Claimed)


def test_the_other_answers_come_when_one_of_them_raises(ledger: Desk) -> None:
    answers: list[Any] = []

    def broken(_: object) -> None:
        raise LookupError("the loop's own trouble")

    for number, answer in enumerate([answers.append, broken, answers.append]):
        ledger.store.submit(claim(slot=f"s{number}"), answer)
    ledger.store.flush()
    with pytest.raises(LookupError):
        ledger.turn_until(lambda: len(answers) == 2)
    ledger.turn_until(lambda: len(answers) == 2)
    assert [answer.fence for answer in answers] == [1, 3]


def test_a_change_is_refused_when_the_store_is_closed(path: str) -> None:
    desk = Desk(path)
    desk.close()
    (answer,) = desk.do(claim())
    assert "it is closed" in str(answer)
    assert "it is closed" in str(desk.ask(Find()))


def test_closing_writes_what_was_submitted(path: str) -> None:
    desk = Desk(path)
    desk.store.submit(claim(), lambda _: None)
    desk.close()
    again = Desk(path)
    assert len(again.ask(Find())) == 1
    again.close()


def test_closing_gives_up_in_time_and_keeps_the_lock_when_the_disk_stalls(path: str) -> None:
    desk = Desk(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # to the writer it looks like a disk that does not answer
    desk.store.submit(claim(), lambda _: None)
    assert not desk.opened.close(within=20 * MILLISECOND)
    with pytest.raises(StateHeld):
        Desk(path)
    other.execute("ROLLBACK")
    other.close()
    desk.close()
    again = Desk(path)
    assert len(again.ask(Find())) == 1
    again.close()


def test_only_ends_are_taken_when_too_many_changes_wait(path: str) -> None:
    desk = Desk(path)
    (running,) = desk.do(claim())
    answers: list[Any] = []
    for _ in range(MAX_WAITING):
        desk.store.submit(Enlist({}, 0), lambda _: None)
    desk.store.submit(claim(slot="s3"), answers.append)
    desk.store.submit(end(running), answers.append)
    desk.store.flush()
    desk.turn_until(lambda: len(answers) == 2)
    assert "too many changes wait" in str(answers[0])
    assert answers[1] == Ended(took=True)
    assert isinstance(desk.do(claim(slot="s3"))[0], Claimed)
    desk.close()


def test_questions_are_refused_when_too_many_wait(ledger: Desk) -> None:
    answers: list[Any] = []
    for _ in range(reader.MAX_WAITING + 1):
        ledger.store.ask(Find(), answers.append)
    ledger.turn_until(lambda: len(answers) == reader.MAX_WAITING + 1)
    assert [isinstance(answer, StoreError) for answer in answers].count(True) == 1
    assert ledger.ask(Find()) == ()


def test_an_ended_row_never_changes_whoever_tries(path: str) -> None:
    desk = Desk(path)
    (claimed,) = desk.do(claim())
    desk.do(end(claimed), claim(slot="s2"))
    desk.close()
    db = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="an ended run never changes"):
        db.execute("UPDATE run SET outcome = 'failed' WHERE slot = 's1'")
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        db.execute("DELETE FROM run WHERE slot = 's2'")
    db.close()


class Disk:
    """A ledger on a disk of so many pages; `max_page_count` makes SQLite say SQLITE_FULL as a full disk does."""

    def __init__(self, path: str) -> None:
        self.ballast = Ballast(path + ".ballast")
        Path(path).touch()
        self.db = database.open_writer(database.file_uri(path, "rw"), path)
        self.committer = Committer(self.db, lambda: None, self.ballast)

    def fill(self) -> None:
        (pages,) = self.db.execute("PRAGMA page_count").fetchone()
        self.db.execute(f"PRAGMA max_page_count = {pages}")

    def grow(self) -> None:
        self.db.execute("PRAGMA max_page_count = 1000000")

    def rows(self) -> tuple[Row, ...]:
        return history.answer(self.db, Find(limit=1000))


@pytest.fixture
def disk(path: str) -> Iterator[Disk]:
    disk = Disk(path)
    yield disk
    disk.db.close()


def small_end(claimed: object) -> End:
    assert isinstance(claimed, Claimed)
    return end(claimed)


def test_ends_are_still_written_when_the_disk_is_full(disk: Disk, path: str) -> None:
    (running,) = disk.committer.commit([claim()])
    disk.fill()
    big = claim(slot="s" * 50_000)
    answers = disk.committer.commit([big, small_end(running), claim(slot="s2")])
    assert [type(answer) for answer in answers] == [StoreError, Ended, StoreError]
    assert "disk is full" in str(answers[0])
    assert not os.path.exists(path + ".ballast")
    assert [(row.slot, row.state) for row in disk.rows()] == [("s1", "ended")]


def test_the_ballast_is_kept_for_ends(disk: Disk, path: str) -> None:
    """Whatever else grows on that disk would take its room, before an end needs it."""
    disk.fill()
    (answer,) = disk.committer.commit([claim(slot="s" * 50_000)])
    assert isinstance(answer, StoreError)
    assert not disk.ballast.spent
    assert os.path.exists(path + ".ballast")


def test_the_ballast_comes_back_when_there_is_room_again(disk: Disk, path: str) -> None:
    (running,) = disk.committer.commit([claim()])
    disk.fill()
    disk.committer.commit([claim(slot="s" * 50_000), small_end(running)])
    assert disk.ballast.spent
    disk.grow()
    (answer,) = disk.committer.commit([claim(slot="s" * 50_000)])
    assert isinstance(answer, Claimed)
    assert os.path.getsize(path + ".ballast") == BALLAST


@pytest.mark.parametrize("spent", [False, True])
def test_an_end_that_finds_no_room_does_not_keep_the_others_from_theirs(disk: Disk, spent: bool) -> None:
    first, second, third = (disk.committer.commit([claim(slot=slot)])[0] for slot in ("s1", "s2", "s3"))
    disk.fill()
    if spent:
        disk.ballast.free()
        disk.ballast.restore = lambda: None  # type: ignore[method-assign]  # still no room for it
    huge = small_end(second)._replace(tail="x" * 1_000_000)
    answers = disk.committer.commit([small_end(first), huge, small_end(third)])
    assert [type(answer) for answer in answers] == [Ended, StoreError, Ended]
    disk.grow()
    assert disk.committer.commit([huge]) == [Ended(took=True)]


def test_every_change_of_a_group_is_refused_when_its_commit_fails(disk: Disk) -> None:
    def vanished() -> None:
        raise StoreError("cannot write to the ledger: its database is gone")

    refused = Committer(disk.db, vanished, disk.ballast).commit([claim(slot="s1"), claim(slot="s2")])
    assert [type(answer) for answer in refused] == [StoreError] * 2
    assert len(disk.committer.commit([claim(slot="s1")])) == 1
    assert [row.slot for row in disk.rows()] == ["s1"]


def test_the_writer_goes_on_when_another_program_has_let_go_of_the_database(disk: Disk, path: str) -> None:
    disk.db.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    (refused,) = disk.committer.commit([claim()])
    other.execute("ROLLBACK")
    other.close()
    assert "locked" in str(refused)
    assert isinstance(disk.committer.commit([claim()])[0], Claimed)


def test_the_file_shrinks_when_retention_has_deleted(path: str) -> None:
    desk = Desk(path)
    claims = desk.do(*(claim(slot=f"s{number}") for number in range(200)))
    desk.do(*(end(claimed, tail="x" * 20_000) for claimed in claims))
    desk.close()
    large = os.path.getsize(path)
    desk = Desk(path)
    assert desk.do(*(Prune(before=10**9, limit=100) for _ in range(3))) == [100, 100, 0]
    desk.close()
    assert os.path.getsize(path) < large


@pytest.mark.parametrize("what", ["deleted", "replaced"])
def test_changes_are_refused_when_the_database_was_taken_away(path: str, what: str) -> None:
    desk = Desk(path)
    desk.do(claim(slot="s1"))
    if what == "deleted":
        os.unlink(path)
    else:
        Path(path + ".other").touch()
        os.rename(path + ".other", path)
    for _ in range(2):
        (answer,) = desk.do(claim(slot="s2"))
        assert isinstance(answer, StoreError)
    desk.close()
