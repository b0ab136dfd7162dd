"""What delivering promises, wherever to: a folder, OpenSSH's server, one without its extensions, fsspec's."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from sexton.config.steps.deliver import Existing, Options, Verify
from sexton.steps import deliver
from sexton.steps.deliver.place import BLOCK, whole_blocks
from sexton.steps.errors import Misconfigured, NotPermitted, StepError
from tests.servers.odd_sftp import OddSftp
from tests.servers.sshd import Sshd
from tests.steps.deliver.places import MemoryTarget, Target, of_odd, of_sshd
from tests.steps.doing import Remembering, entry, work, written
from tests.steps.dying import dies_at


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OddSftp]:
    with OddSftp(tmp_path_factory.mktemp("plain")) as server:
        yield server


@pytest.fixture(params=["folder", "sshd", "plain", "memory"])
def target(request: pytest.FixtureRequest, tmp_path: Path, sftp_server: Sshd, plain: OddSftp) -> Target:
    if request.param == "sshd":
        return of_sshd(sftp_server, tmp_path.name)
    if request.param == "memory":
        return MemoryTarget(tmp_path.name)
    folder = (plain.folder if request.param == "plain" else tmp_path) / f"to-{tmp_path.name}"
    folder.mkdir()
    return of_odd(plain, folder.name) if request.param == "plain" else Target(folder, to=str(folder))


def test_files_arrive_with_their_folders_and_are_handed_on(target: Target, tmp_path: Path) -> None:
    one = entry(written(tmp_path / "out/a b.csv", "one"))
    two = entry(written(tmp_path / "out/2026/11/b.csv", b"\0" * 3_000_000), "2026/11/b.csv")
    empty = entry(written(tmp_path / "out/empty", ""))
    report = Remembering()

    handed = deliver.run(target.options(), given := work(tmp_path, one, two, empty, report=report))

    assert target.files() == {"a b.csv": b"one", "2026/11/b.csv": b"\0" * 3_000_000, "empty": b""}
    assert handed == given.input
    assert report.counts == {"delivered": 3}
    assert report.done == (3_000_003, 3_000_003, "bytes")


@pytest.mark.parametrize("way", ["{}/100%%41", "file://{}/100%%41", "file://{}/100%2541"])
def test_a_percent_sign_in_the_name_of_a_folder_is_one(way: str, tmp_path: Path) -> None:
    one = entry(written(tmp_path / "out/a", "x"))

    deliver.run(Options(way.format(tmp_path), make_folders=True), work(tmp_path, one))

    assert (tmp_path / "100%41/a").read_text() == "x"


def test_a_file_that_is_there_already_is_not_sent_again(target: Target, tmp_path: Path) -> None:
    one, report = entry(written(tmp_path / "out/d/a", "same")), Remembering()
    deliver.run(target.options(), work(tmp_path, one))

    deliver.run(target.options(), work(tmp_path, one, run="2", report=report))

    assert report.counts == {"unchanged": 1}
    assert target.files() == {"a": b"same"}


def test_a_file_with_other_content_is_refused_unless_told_otherwise(target: Target, tmp_path: Path) -> None:
    target.put("a", "then")
    given = work(tmp_path, entry(written(tmp_path / "out/a", "now!")))

    with pytest.raises(StepError, match=r"cannot deliver a: a file with other content is there .*existing"):
        deliver.run(target.options(), given)

    assert target.files() == {"a": b"then"}


def test_a_file_with_other_content_is_replaced_when_told_so(target: Target, tmp_path: Path) -> None:
    target.put("a", "then, and longer")

    deliver.run(target.options(existing=Existing.REPLACE), work(tmp_path, entry(written(tmp_path / "out/a", "now"))))

    assert target.files() == {"a": b"now"}


def test_a_file_with_other_content_is_kept_when_told_so(target: Target, tmp_path: Path) -> None:
    target.put("a", "then")
    report = Remembering()
    given = work(tmp_path, entry(written(tmp_path / "out/a", "now")), report=report)

    assert deliver.run(target.options(existing=Existing.KEEP), given) == given.input

    assert target.files() == {"a": b"then"}
    assert report.counts == {"kept": 1}


def test_the_others_arrive_when_one_cannot_and_nothing_is_handed_on(target: Target, tmp_path: Path) -> None:
    target.put("b", "then")
    entries = [entry(written(tmp_path / "out" / name, name)) for name in "abc"]
    report = Remembering()

    with pytest.raises(StepError, match="cannot deliver b"):
        deliver.run(target.options(), work(tmp_path, *entries, report=report))

    assert target.files() == {"a": b"a", "b": b"then", "c": b"c"}
    assert report.counts == {"delivered": 2, "failed": 1}


def test_a_file_that_changed_since_it_was_handed_on_never_gets_its_name(target: Target, tmp_path: Path) -> None:
    one = entry(written(tmp_path / "out/a", "as handed on"))
    written(Path(one.path), "as it is now")

    with pytest.raises(StepError, match="it is not what it was"):
        deliver.run(target.options(), work(tmp_path, one))

    assert target.files() == {}


def test_all_content_is_read_back_when_that_is_asked_for(target: Target, tmp_path: Path) -> None:
    given = work(tmp_path, entry(written(tmp_path / "out/a", "content")))

    deliver.run(target.options(verify=Verify.CONTENT), given)

    assert target.files() == {"a": b"content"}


def test_many_files_arrive_each_once_over_several_lanes(target: Target, tmp_path: Path) -> None:
    entries = [entry(written(tmp_path / f"out/{n}", str(n)), f"f{n % 3}/{n}") for n in range(30)]
    report = Remembering()

    deliver.run(target.options(parallel=3), work(tmp_path, *entries, report=report))

    assert target.files() == {f"f{n % 3}/{n}": str(n).encode() for n in range(30)}
    assert report.counts == {"delivered": 30}


def test_nothing_is_asked_of_anyone_when_there_are_no_files(tmp_path: Path) -> None:
    given = work(tmp_path)

    assert deliver.run(Target(tmp_path, to="sftp://nobody@192.0.2.1/").options(), given) == given.input


@pytest.mark.parametrize("kind", ["folder", "sshd"])
def test_the_folder_is_made_on_request_only(kind: str, tmp_path: Path, sftp_server: Sshd) -> None:
    target = of_sshd(sftp_server, tmp_path.name) if kind == "sshd" else Target(tmp_path, to=str(tmp_path))
    to = f"{target.options().to}/x/2026/11"
    one = entry(written(tmp_path / "out/a", "a"))

    with pytest.raises(StepError, match=r"no such folder.*`make_folders`"):
        deliver.run(target.options(to=to), work(tmp_path, one))
    deliver.run(target.options(to=to, make_folders=True), work(tmp_path, one))

    assert (target.folder / "x/2026/11/a").read_text() == "a"


@pytest.mark.parametrize("kind", ["folder", "sshd"])
def test_a_link_in_the_place_of_the_file_is_refused_whatever_exists(
    kind: str, tmp_path: Path, sftp_server: Sshd
) -> None:
    target = of_sshd(sftp_server, tmp_path.name) if kind == "sshd" else Target(tmp_path / "to", to=str(tmp_path / "to"))
    target.folder.mkdir(exist_ok=True)
    secret = written(tmp_path / "elsewhere", "a")
    os.symlink(secret, target.folder / "a")

    with pytest.raises(StepError, match="in its place is a link"):
        deliver.run(target.options(existing=Existing.REPLACE), work(tmp_path, entry(secret, "a")))

    assert (target.folder / "a").is_symlink()


@pytest.mark.parametrize("kind", ["folder", "sshd"])
def test_a_link_among_the_folders_of_a_name_is_refused(kind: str, tmp_path: Path, sftp_server: Sshd) -> None:
    target = of_sshd(sftp_server, tmp_path.name) if kind == "sshd" else Target(tmp_path / "to", to=str(tmp_path / "to"))
    target.folder.mkdir(exist_ok=True)
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", target.folder / "sub")

    with pytest.raises(StepError, match="is a link"):
        deliver.run(target.options(), work(tmp_path, entry(written(tmp_path / "out/a", "a"), "sub/a")))

    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "sshd"])
def test_the_mode_is_as_told(kind: str, tmp_path: Path, sftp_server: Sshd) -> None:
    target = of_sshd(sftp_server, tmp_path.name) if kind == "sshd" else Target(tmp_path / "to", to=str(tmp_path / "to"))
    target.folder.mkdir(exist_ok=True)

    deliver.run(target.options(mode=0o604), work(tmp_path, entry(written(tmp_path / "out/a", "a"))))

    assert (target.folder / "a").stat().st_mode & 0o7777 == 0o604


def test_a_mode_is_refused_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="`mode`"):
        deliver.run(
            MemoryTarget(tmp_path.name).options(mode=0o600), work(tmp_path, entry(written(tmp_path / "a", "a")))
        )


def test_a_scheme_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    for url in ("gopher://u:hunter2@h/", "a:b://u:hunter2@h/"):
        with pytest.raises(Misconfigured) as caught:
            deliver.run(Target(tmp_path, to=url).options(), work(tmp_path, entry(written(tmp_path / "a", "a"))))
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", ["../a", "/a", "a\nb", "x/../a", ".sexton-x", "\udcff"])
def test_a_name_that_leads_elsewhere_is_refused_before_anything_is_sent(tmp_path: Path, name: str) -> None:
    one = entry(written(tmp_path / "out/ok", "a"))

    with pytest.raises(StepError, match="cannot deliver"):
        deliver.run(Target(tmp_path, to=str(tmp_path / "to")).options(), work(tmp_path, one, one._replace(name=name)))

    assert not (tmp_path / "to").exists()


def test_two_files_of_one_name_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "out/a", "a"))
    two = entry(written(tmp_path / "out/b", "b"), "a")

    with pytest.raises(StepError, match="two files have this name"):
        deliver.run(Target(tmp_path, to=str(tmp_path)).options(), work(tmp_path, one, two))


def test_a_folder_that_may_not_be_written_is_not_permitted(tmp_path: Path) -> None:
    to = "/sys" if os.geteuid() == 0 else str(tmp_path / "to")  # where not even root may write
    (tmp_path / "to").mkdir(mode=0o500)

    with pytest.raises(NotPermitted):
        deliver.run(Target(tmp_path, to=to).options(), work(tmp_path, entry(written(tmp_path / "a", "a"))))


@pytest.mark.parametrize(
    ("there", "sure"), [(0, 0), (1, 0), (BLOCK, 0), (BLOCK + 1, BLOCK), (2 * BLOCK, BLOCK), (2 * BLOCK + 1, 2 * BLOCK)]
)
def test_all_before_the_last_block_begun_is_sure(there: int, sure: int) -> None:
    assert whole_blocks(there) == sure


def test_each_file_is_there_once_when_the_step_died_at_any_touch_of_files(tmp_path: Path) -> None:
    entries = [entry(written(tmp_path / "out" / name, name * 9), f"d/{name}") for name in "ab"]
    for point in count(1):
        target = Target(tmp_path / f"to-{point}", to=str(tmp_path / f"to-{point}"))
        target.put("d/a", "then")
        options = target.options(existing=Existing.REPLACE, make_folders=True)

        died = dies_at(point, lambda options=options: deliver.run(options, work(tmp_path, *entries)))  # type: ignore[misc]
        assert target.files()["d/a"] in (b"then", b"a" * 9)
        deliver.run(options, work(tmp_path, *entries))

        assert target.files() == {"d/a": b"a" * 9, "d/b": b"b" * 9}
        if not died:
            assert point > 10
            return


def test_the_fire_time_is_in_the_address_and_other_percents_are_the_url_s(tmp_path: Path, sftp_server: Sshd) -> None:
    target = of_sshd(sftp_server, tmp_path.name)
    to = f"{target.options().to}/%Y/%m/a%20b"

    deliver.run(target.options(to=to, make_folders=True), work(tmp_path, entry(written(tmp_path / "a", "a"))))

    assert target.files() == {"2026/11/a b/a": b"a"}


def test_what_a_package_of_fsspec_s_raises_is_an_error_of_the_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fsspec.implementations.memory import MemoryFileSystem

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("the bucket is on fire")

    target = MemoryTarget(tmp_path.name)
    monkeypatch.setattr(MemoryFileSystem, "mv", refuse)

    with pytest.raises(StepError, match=r"cannot rename .*RuntimeError: the bucket is on fire"):
        deliver.run(target.options(), work(tmp_path, entry(written(tmp_path / "a", "a"))))
