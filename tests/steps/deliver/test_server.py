"""Delivering to SFTP servers that are cut off, die, lie, are full, or do not permit it."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sexton.config.steps.deliver import Existing, Verify
from sexton.model.units import SECOND
from sexton.steps import deliver
from sexton.steps.deliver.place import BLOCK, part_of
from sexton.steps.errors import NotPermitted, StepError, Temporary
from sexton.steps.manifest import as_json
from sexton.steps.work import Work
from tests.servers.account import throw_away_account
from tests.servers.cut import Cut
from tests.servers.odd_sftp import Closed, Full, Hasty, Lies, OddSftp, Plain, Spoils, Swift
from tests.servers.process import LIMIT
from tests.servers.sshd import Sshd, sshd
from tests.steps.deliver.places import Target, of_odd, of_sshd
from tests.steps.doing import Remembering, entry, work, written

BIG = os.urandom(3 * BLOCK + 12_345)


class Meddling(Remembering):
    """Does something as soon as the first block has arrived."""

    def __init__(self, meddle: object) -> None:
        super().__init__()
        self._meddle = meddle

    def progress(self, done: int, total: int | None, unit: str) -> None:
        if self.done is None:
            assert callable(self._meddle)
            self._meddle()
        super().progress(done, total, unit)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digests(target: Target) -> dict[str, str]:
    """Of large files: a difference is shown in no time."""
    return {name: sha256(content) for name, content in target.files().items()}


def only_part(target: Target) -> Path:
    """The one file in its folder, which is a part."""
    (part,) = target.folder.iterdir()
    assert part.name.endswith(".part")
    return part


def test_what_arrived_before_a_cut_is_not_sent_again(sftp_server: Sshd, tmp_path: Path) -> None:
    big = entry(written(tmp_path / "big", BIG))
    with Cut(sftp_server.port) as cut:
        target = of_sshd(sftp_server, tmp_path.name, cut.port)
        cut.next(after=2 * BLOCK + BLOCK // 2)
        with pytest.raises(Temporary, match="cut"):
            deliver.run(target.options(), work(tmp_path, big))
        assert only_part(target).stat().st_size < len(BIG)
        cut.next(after=2 * BLOCK + BLOCK // 2)  # would not do for all of it

        deliver.run(target.options(), work(tmp_path, big))

    assert digests(target) == {"big": sha256(BIG)}


def test_a_cut_is_said_once_and_in_our_words(
    sftp_server: Sshd, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    big = entry(written(tmp_path / "big", BIG))
    with Cut(sftp_server.port) as cut:
        target = of_sshd(sftp_server, tmp_path.name, cut.port)
        cut.next(after=BLOCK // 8)
        with pytest.raises(Temporary, match="cut"):
            deliver.run(target.options(), work(tmp_path, big))

    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_a_part_of_other_content_is_not_gone_on_with(sftp_server: Sshd, tmp_path: Path) -> None:
    first, second = (
        entry(written(tmp_path / name / "big", content)) for name, content in (("1", BIG), ("2", BIG[::-1]))
    )
    with Cut(sftp_server.port) as cut:
        target = of_sshd(sftp_server, tmp_path.name, cut.port)
        cut.next(after=2 * BLOCK)
        with pytest.raises(Temporary):
            deliver.run(target.options(), work(tmp_path, first))

        deliver.run(target.options(), work(tmp_path, second))

    assert digests(target)["big"] == sha256(BIG[::-1])


def test_a_part_with_other_bytes_is_written_anew(sftp_server: Sshd, tmp_path: Path) -> None:
    target, big = of_sshd(sftp_server, tmp_path.name), entry(written(tmp_path / "big", BIG))
    written(target.folder / part_of(big), BIG[:100] + b"spoiled" + BIG[107 : 2 * BLOCK])
    report = Remembering()

    deliver.run(target.options(), work(tmp_path, big, report=report))

    assert digests(target) == {"big": sha256(BIG)}
    assert report.done == (len(BIG), len(BIG), "bytes")


def test_a_part_that_may_not_be_read_back_is_written_anew(tmp_path: Path) -> None:
    big = entry(written(tmp_path / "big", BIG))
    with odd(tmp_path / "there", Closed) as target:
        written(target.folder / part_of(big), BIG[: 2 * BLOCK])

        deliver.run(target.options(), work(tmp_path, big))

        assert digests(target) == {"big": sha256(BIG)}


def test_a_part_that_is_too_long_is_written_anew(sftp_server: Sshd, tmp_path: Path) -> None:
    target, one = of_sshd(sftp_server, tmp_path.name), entry(written(tmp_path / "a", "short"))
    target.put(part_of(one), "longer than it should be")

    deliver.run(target.options(), work(tmp_path, one))

    assert target.files() == {"a": b"short"}


def test_a_link_in_the_place_of_a_part_is_not_followed(sftp_server: Sshd, tmp_path: Path) -> None:
    target, one = of_sshd(sftp_server, tmp_path.name), entry(written(tmp_path / "a", "a"))
    victim = written(tmp_path / "victim", "untouched")
    os.symlink(victim, target.folder / part_of(one))

    deliver.run(target.options(), work(tmp_path, one))

    assert victim.read_text() == "untouched"
    assert not (target.folder / "a").is_symlink()


def test_the_next_attempt_delivers_when_the_server_died_in_the_middle(sftp_server: Sshd, tmp_path: Path) -> None:
    target, big = of_sshd(sftp_server, tmp_path.name), entry(written(tmp_path / "big", BIG))

    with pytest.raises(Temporary, match="cut"):
        deliver.run(target.options(), work(tmp_path, big, report=Meddling(sftp_server.server.kill_sessions)))
    only_part(target)
    deliver.run(target.options(), work(tmp_path, big))

    assert digests(target) == {"big": sha256(BIG)}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_each_file_is_there_once_when_the_step_was_killed(sftp_server: Sshd, tmp_path: Path, share: float) -> None:
    contents = [BIG[: 2 * BLOCK + n] for n in range(3)]
    entries = [entry(written(tmp_path / f"out/{n}", content), f"d/{n}") for n, content in enumerate(contents)]
    with Cut(sftp_server.port) as cut:
        target = of_sshd(sftp_server, tmp_path.name, cut.port)
        cut.next(after=int(sum(map(len, contents)) * share), then="stall")
        step = in_a_process(target, work(tmp_path, *entries))
        assert cut.struck.wait(LIMIT)
        step.kill()
        step.wait(LIMIT)

        deliver.run(target.options(), work(tmp_path, *entries))

    assert digests(target) == {f"d/{n}": sha256(content) for n, content in enumerate(contents)}


def in_a_process(target: Target, given: Work) -> subprocess.Popen[bytes]:
    """The step as the conductor starts it."""
    manifest = Path(given.folder) / "input"
    manifest.write_text(as_json(given.input))
    options = {name: getattr(target.options(), name) for name in ("to", "key_file", "host_key")}
    told = {
        **given._asdict(),
        "report": None,
        "input": str(manifest),
        "output": f"{given.folder}/output",
        "fire_time": 0,
        "zone": "UTC",
        "options": options,
    }
    argv = [sys.executable, "-m", "sexton.steps", "deliver"]
    step = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert step.stdin is not None
    step.stdin.write(json.dumps(told).encode())
    step.stdin.close()
    return step


def test_a_slow_server_is_given_up_at_the_deadline(sftp_server: Sshd, tmp_path: Path) -> None:
    big, begun = entry(written(tmp_path / "big", BIG)), time.monotonic()
    with Cut(sftp_server.port) as cut:
        target = of_sshd(sftp_server, tmp_path.name, cut.port)
        cut.next(rate=1_000_000)
        with pytest.raises(Temporary, match="the deadline of 2 s"):
            deliver.run(target.options(deadline=2 * SECOND), work(tmp_path, big))

    assert time.monotonic() - begun < 8


def test_every_lane_ends_when_one_is_cut(sftp_server: Sshd, tmp_path: Path) -> None:
    entries = [entry(written(tmp_path / f"out/{n}", BIG[: BLOCK + n])) for n in range(12)]
    with Cut(sftp_server.port) as cut:
        target = of_sshd(sftp_server, tmp_path.name, cut.port)
        for _ in range(3):
            cut.next(after=BLOCK)
        with pytest.raises(Temporary):
            deliver.run(target.options(parallel=3), work(tmp_path, *entries))


@contextmanager
def odd(folder: Path, habit: type) -> Iterator[Target]:
    folder.mkdir()
    with OddSftp(folder, habit) as server:
        yield of_odd(server)


def test_a_size_that_is_not_what_was_sent_is_an_error_and_leaves_no_part(tmp_path: Path) -> None:
    with odd(tmp_path / "to", Lies) as target:
        with pytest.raises(StepError, match="5 bytes were sent, and 4 bytes are said to be there"):
            deliver.run(target.options(), work(tmp_path, entry(written(tmp_path / "a", "12345"))))

        assert target.files() == {}


@pytest.mark.parametrize("habit", [Hasty, Swift])
def test_a_server_that_answers_before_its_turn_is_asked_again(tmp_path: Path, habit: type) -> None:
    with odd(tmp_path / "to", habit) as target:
        deliver.run(target.options(), work(tmp_path, entry(written(tmp_path / "a", "12345"))))

        assert target.files() == {"a": b"12345"}


@pytest.mark.parametrize("size", [0, 1, 32_768, 32_769, BLOCK, BLOCK + 1])
def test_a_file_arrives_whole_whatever_its_size(tmp_path: Path, sftp_server: Sshd, size: int) -> None:
    target = of_sshd(sftp_server, tmp_path.name)
    content = (bytes(range(256)) * (size // 256 + 1))[:size]

    deliver.run(target.options(mode=0o640), work(tmp_path, entry(written(tmp_path / "a", content))))

    assert target.files() == {"a": content}


def test_spoiled_content_is_found_when_it_is_read_back(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "a", "12345"))
    with odd(tmp_path / "to", Spoils) as target:
        with pytest.raises(StepError, match="what was stored is not what was sent"):
            deliver.run(target.options(verify=Verify.CONTENT), work(tmp_path, one))

        assert target.files() == {}


def test_a_file_of_the_same_size_is_not_taken_for_the_same(tmp_path: Path, sftp_server: Sshd) -> None:
    target = of_sshd(sftp_server, tmp_path.name)
    target.put("a", "54321")

    with pytest.raises(StepError, match="other content"):
        deliver.run(target.options(), work(tmp_path, entry(written(tmp_path / "a", "12345"))))


def test_it_is_said_what_the_server_says_when_it_cannot_write(tmp_path: Path) -> None:
    with (
        odd(tmp_path / "to", Full) as target,
        pytest.raises(StepError, match=r"cannot write .*the server says: Failure"),
    ):
        deliver.run(target.options(), work(tmp_path, entry(written(tmp_path / "a", bytes(200_000)))))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk_is_called_one_and_may_pass(sftp_server: Sshd, tmp_path: Path) -> None:
    target = of_sshd(sftp_server, tmp_path.name)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(target.folder)], check=True)
    try:
        with pytest.raises(Temporary, match="its disk is full"):
            deliver.run(target.options(), work(tmp_path, entry(written(tmp_path / "big", BIG))))
    finally:
        subprocess.run(["umount", str(target.folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="makes a user")
def test_a_folder_that_may_not_be_written_is_not_permitted(tmp_path: Path) -> None:
    with throw_away_account() as account, sshd(tmp_path / "sshd", account) as server:
        (account.home / "closed").mkdir(mode=0o755)
        target = Target(
            account.home / "closed",
            to=server.url("closed"),
            password=account.password,
            known_hosts=str(server.known_hosts),
        )

        with pytest.raises(NotPermitted, match="the server does not permit it"):
            deliver.run(target.options(), work(tmp_path, entry(written(tmp_path / "a", "a"))))


def test_a_replacement_that_was_cut_in_two_is_finished(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "a", "now"))
    with odd(tmp_path / "to", Plain) as target:
        target.put(part_of(one), "now")
        target.put(f"{part_of(one)}.replaced", "then")

        deliver.run(target.options(existing=Existing.REPLACE), work(tmp_path, one))

        assert target.files() == {"a": b"now"}
