"""The step `fetch` and SFTP servers: OpenSSH's, whole, cut, and with names that are no good."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sexton.config.steps.fetch import Options
from sexton.model.units import SECOND
from sexton.steps import fetch
from sexton.steps.deadline import Deadline
from sexton.steps.errors import NotPermitted, StepError, Temporary
from sexton.steps.fetch import sftp
from sexton.steps.fetch.source import Changed
from tests.servers.account import throw_away_account
from tests.servers.cut import Cut
from tests.servers.sshd import Sshd, sshd
from tests.steps.doing import Remembering, tree, work, written
from tests.steps.fetch_doing import counted, fetched, names, options

BIG = os.urandom(9_000_000)


class Feed:
    """A folder at home on a server, and how it is fetched from."""

    def __init__(self, server: Sshd, place: Path, port: int | None = None) -> None:
        self.name = place.name
        self.folder = server.home / self.name
        self.folder.mkdir()
        self._place = place
        self._url = f"sftp://{server.user}@127.0.0.1:{port or server.port}/{self.name}"
        self._login: dict[str, Any] = {"key_file": str(server.key_file), "host_key": "\n".join(server.host_keys)}

    def options(self, pattern: str = "", **more: Any) -> Options:
        return options(self._place, f"{self._url}{pattern}", **self._login, **more)

    def source(self, pattern: str = "") -> sftp.Outbox:
        given = self.options(pattern)
        return sftp.source(given.from_[0], given, Deadline(30 * SECOND))


@pytest.fixture
def feed(sftp_server: Sshd, tmp_path: Path) -> Feed:
    return Feed(sftp_server, tmp_path)


@pytest.fixture
def door(sftp_server: Sshd) -> Iterator[Cut]:
    with Cut(sftp_server.port) as cut:
        yield cut


def test_a_folder_s_files_are_fetched_once(feed: Feed, tmp_path: Path) -> None:
    written(feed.folder / "a.csv", "a")
    written(feed.folder / ".hidden", "no")
    written(feed.folder / "sub/b.csv", "no")

    assert names(fetched(feed.options(), work(tmp_path))) == ["a.csv"]
    written(feed.folder / "new.csv", "new")
    assert counted(feed.options(), tmp_path, "2") == {"fetched": 1, "bytes": 3, "unchanged": 1}
    assert tree(tmp_path / "into") == {"a.csv": b"a", "new.csv": b"new"}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/*.csv", ["a.csv"]),
        ("/**/*.csv", ["a.csv", "sub/b.csv"]),
        ("/sub/b.csv", ["b.csv"]),
        ("/s*", []),
        ("/sub/", ["b.csv", "c.txt"]),
    ],
)
def test_patterns_are_met(feed: Feed, tmp_path: Path, pattern: str, expected: list[str]) -> None:
    written(feed.folder / "a.csv", "a")
    written(feed.folder / "sub/b.csv", "b")
    written(feed.folder / "sub/c.txt", "c")

    assert sorted(names(fetched(feed.options(pattern), work(tmp_path)))) == expected


def test_a_path_from_the_root_is_one(feed: Feed, sftp_server: Sshd, tmp_path: Path) -> None:
    written(tmp_path / "far/a", "a")
    given = feed.options()._replace(from_=(sftp_server.url(f"{tmp_path}/far/*"),))

    assert names(fetched(given, work(tmp_path))) == ["a"]


def test_links_on_the_server_are_not_followed(feed: Feed, tmp_path: Path) -> None:
    written(tmp_path / "secret", "x")
    os.symlink(tmp_path / "secret", feed.folder / "link")
    os.symlink("/etc", feed.folder / "folder")

    assert names(fetched(feed.options("/**"), work(tmp_path))) == []


def test_names_that_are_no_good_do_not_get_out_of_the_folder(feed: Feed, tmp_path: Path) -> None:
    for name in (b"ok", b"a\nb", b"\xff\xfe", b"a\\..\\b", "\u202etxt.exe".encode()):
        with open(os.fsencode(feed.folder) + b"/" + name, "wb") as file:
            file.write(b"x")

    assert names(fetched(feed.options(), work(tmp_path))) == ["ok"]

    assert tree(tmp_path / "into") == {"ok": b"x"}


def test_a_cut_is_gone_on_with_where_it_was(sftp_server: Sshd, door: Cut, tmp_path: Path) -> None:
    far = Feed(sftp_server, tmp_path, door.port)
    written(far.folder / "big", BIG)
    door.next(after=len(BIG) // 2 + 300_000, from_server=True)
    door.next(after=len(BIG) // 2 + 600_000, from_server=True)  # would not do for all of it

    assert names(fetched(far.options(), work(tmp_path))) == ["big"]

    assert (tmp_path / "into/big").read_bytes() == BIG
    assert door.taken == 2


def test_a_cut_at_once_is_temporary(sftp_server: Sshd, door: Cut, tmp_path: Path) -> None:
    far = Feed(sftp_server, tmp_path, door.port)
    door.next(after=100)

    with pytest.raises(Temporary):
        fetch.run(far.options(), work(tmp_path))


def test_a_file_that_grows_while_it_is_read_counts_for_nothing(feed: Feed) -> None:
    path = written(feed.folder / "a", BIG)
    source = feed.source()
    (found,) = source.list()
    stream = source.open(found)
    assert stream is not None
    next(stream.chunks)
    with open(path, "ab") as file:
        file.write(b"more")

    with pytest.raises(Changed):
        list(stream.chunks)
    source.close()


def test_a_file_that_changed_since_it_was_listed_is_read_from_its_start(feed: Feed) -> None:
    path = written(feed.folder / "a", "first")
    source = feed.source()
    (found,) = source.list()
    path.write_text("another")

    stream = source.open(found, 3, found)

    assert stream is not None
    assert (stream.offset, stream.found.size, b"".join(stream.chunks)) == (0, 7, b"another")
    source.close()


def test_a_file_that_is_gone_since_it_was_listed_has_changed(feed: Feed) -> None:
    path = written(feed.folder / "a", "first")
    source = feed.source()
    (found,) = source.list()
    path.unlink()

    with pytest.raises(Changed):
        source.open(found)
    source.close()


def test_a_path_that_is_not_there_is_an_error(feed: Feed, tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"there is no such file or folder \(sftp://127.0.0.1"):
        fetch.run(feed.options("/nothing"), work(tmp_path))


def test_the_copy_is_taken_of_a_file_that_is_gone(feed: Feed, tmp_path: Path) -> None:
    path, given = written(feed.folder / "a.csv", "a"), feed.options("/a.csv")
    fetch.run(given, work(tmp_path, run="1"))
    path.unlink()
    assert counted(given, tmp_path, "2") == {"kept": 1}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs an account of its own")
def test_a_file_that_the_server_does_not_let_us_read_is_refused_and_the_others_are_fetched(tmp_path: Path) -> None:
    report = Remembering()
    with throw_away_account() as account, sshd(tmp_path / "sshd", account) as server:
        theirs = Feed(server, tmp_path)
        for age, name in enumerate("abc"):
            os.utime(written(theirs.folder / name, name), (1000 + age, 1000 + age))
        for name, mode in {".": 0o755, "a": 0o644, "b": 0, "c": 0o644}.items():
            os.chmod(theirs.folder / name, mode)

        fetched(theirs.options(), work(tmp_path, report=report))

    assert tree(tmp_path / "into") == {"a": b"a", "c": b"c"}
    assert report.counts["refused"] == 1
    assert report.summaries["refused"].startswith(
        f"b: one cannot read {theirs.name}/b: the server does not permit it (sftp:"
    )


def test_an_address_says_neither_user_nor_password(feed: Feed) -> None:
    written(feed.folder / "a", "a")
    source = feed.source()

    (found,) = source.list()

    assert found.address.startswith("sftp://127.0.0.1:")
    source.close()


def test_an_unknown_server_is_not_fetched_from(feed: Feed, tmp_path: Path) -> None:
    given = feed.options()._replace(host_key="elsewhere.example ssh-ed25519 AAAA")

    with pytest.raises(NotPermitted, match="ssh-keyscan"):
        fetch.run(given, work(tmp_path))
