"""The step `mirror`, by real git."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.config.steps.mirror import Direction, Options
from sexton.model.units import MINUTE, SECOND
from sexton.steps import mirror
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from tests.steps.doing import Remembering, work
from tests.steps.mirror.conftest import Place, commit, git, refs, shared


def run(place: Place, **options: object) -> dict[str, int]:
    """The counts of a run that goes well."""
    report = Remembering()
    mirror.run(Options(str(place.repos), **options), work(place.repos.parent / "work", report=report))  # type: ignore[arg-type]
    return report.counts


def test_every_repository_is_pushed_to_its_remotes_with_branches_and_tags(place: Place) -> None:
    one, two = place.repository("one.git"), place.repository("below/two.git")
    git("-C", one, "tag", "v1", "main")
    commit(two, "other", "topic")

    counts = run(place)

    assert counts == {"repositories": 2, "transfers": 2, "changed": 4, "failed": 0}
    for repo in (one, two):
        assert shared(place.mirror_of(repo)) == shared(repo)
        git("-C", place.mirror_of(repo), "fsck", "--strict")


def test_an_unchanged_repository_changes_nothing(place: Place) -> None:
    place.repository("one.git")
    run(place)

    assert run(place)["changed"] == 0


def test_what_was_deleted_or_rewritten_here_is_so_there(place: Place) -> None:
    repo = place.repository("one.git")
    commit(repo, "gone soon", "topic")
    run(place)
    git("-C", repo, "update-ref", "-d", "refs/heads/topic")
    git("-C", repo, "update-ref", "-d", "refs/heads/main")
    commit(repo, "another first")

    assert run(place)["changed"] == 2
    assert shared(place.mirror_of(repo)) == shared(repo)


def test_refs_of_other_kinds_stay_where_they_are(place: Place) -> None:
    repo = place.repository("one.git")
    git("-C", repo, "update-ref", "refs/pull/1/head", "main")

    run(place)

    assert set(refs(place.mirror_of(repo))) == {"refs/heads/main"}


def test_mirrors_are_made_below_a_place_of_their_own(place: Place) -> None:
    repo = place.repository("deep/one.git", mirrored=False)
    git("-C", repo, "remote", "remove", "origin")

    counts = run(place, to=str(place.mirrors))

    assert counts["changed"] == 1
    assert shared(place.mirrors / "deep/one.git") == shared(repo)


def test_a_place_may_be_named_from_where_the_step_runs(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = place.repository("one.git", mirrored=False)
    monkeypatch.chdir(place.mirrors.parent)

    run(place, to="mirrors")

    assert shared(place.mirrors / "one.git") == shared(repo)


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_a_mirror_that_is_made_can_be_cloned_as_its_original(place: Place, kind: str) -> None:
    repo = place.repos / "one.git"
    git("init", "--quiet", "--bare", f"--object-format={kind}", "--initial-branch=trunk", repo)
    commit(repo, "first", "trunk")

    run(place, to=f"file://{place.mirrors}")
    git("clone", "--quiet", place.mirrors / "one.git", place.mirrors / "clone")

    assert git("-C", place.mirrors / "clone", "branch", "--show-current") == "trunk"


def test_a_repository_that_is_set_up_as_a_mirror_itself_is_pushed(place: Place) -> None:
    source = place.repository("one.git")
    vault, copy = place.mirrors / "vault", place.mirrors / "copy.git"
    git("clone", "--quiet", "--mirror", source, vault / "one.git")
    git("init", "--quiet", "--bare", copy)
    git("-C", vault / "one.git", "remote", "add", "--mirror=push", "backup.of.it", copy)

    mirror.run(Options(str(vault), remotes=("backup.of.it",)), work(place.repos.parent / "work"))

    assert shared(copy) == shared(source)


def test_what_the_other_side_refuses_is_named_with_its_reason(place: Place) -> None:
    source = place.repository("one.git", mirrored=False)
    commit(source, "second")
    git("clone", "--quiet", "--bare", "--depth=1", f"file://{source}", place.repos / "shallow.git")
    git("init", "--quiet", "--bare", place.mirrors / "shallow.git")

    with pytest.raises(StepError, match=r"refs/heads/main \[remote rejected\] \(shallow update not allowed\)"):
        run(place, to=str(place.mirrors))


def test_repositories_follow_their_remotes_when_they_fetch(place: Place) -> None:
    repo = place.repository("one.git")
    run(place)
    made = commit(place.mirror_of(repo), "from elsewhere")

    assert run(place, direction=Direction.FETCH)["changed"] == 1
    assert refs(repo)["refs/heads/main"] == made


def test_a_checked_out_branch_stays_where_it_is_when_its_repository_fetches(place: Place) -> None:
    source = place.repository("one.git")
    copies = place.repos.parent / "copies"
    git("clone", "--quiet", source, copies / "work")
    before = refs(copies / "work")["refs/heads/main"]
    made = commit(source, "second")

    mirror.run(Options(str(copies), direction=Direction.FETCH), work(place.repos.parent / "work"))

    after = refs(copies / "work")
    assert (after["refs/heads/main"], after["refs/remotes/origin/main"]) == (before, made)


def test_one_that_fails_keeps_no_other_from_its_turn_and_is_named(place: Place) -> None:
    place.repository("bad.git", mirrored=False)
    good = place.repository("good.git")
    report = Remembering()

    with pytest.raises(StepError, match=r"cannot mirror bad.git \(origin\): .*does not appear to be a git repository"):
        mirror.run(Options(str(place.repos)), work(place.repos.parent / "work", report=report))

    assert shared(place.mirror_of(good)) == shared(good)
    assert report.counts == {"repositories": 2, "transfers": 2, "changed": 1, "failed": 1}
    assert report.summaries["failed"].startswith("bad.git (origin): ")


def test_a_remote_of_the_same_name_is_used_where_there_is_one(place: Place) -> None:
    one = place.repository("one.git", remote="backup")
    two = place.repository("two.git", remote="other")

    assert run(place, remotes=("backup",))["transfers"] == 1
    assert (shared(place.mirror_of(one)), shared(place.mirror_of(two))) == (shared(one), {})


def test_remotes_that_another_file_names_are_found(place: Place) -> None:
    repo = place.repository("one.git", mirrored=False)
    git("-C", repo, "remote", "remove", "origin")
    git("init", "--quiet", "--bare", place.mirrors / "one.git")
    (repo / "more").write_text(f'[remote "elsewhere"]\n\turl = {place.mirrors}/one.git\n')
    git("-C", repo, "config", "include.path", "more")

    assert run(place)["changed"] == 1


def test_an_old_lock_that_nobody_holds_is_removed(place: Place) -> None:
    repo = place.repository("one.git")
    run(place)
    git("-C", repo, "fetch", "--quiet", "origin")
    lock = repo / "packed-refs.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    commit(place.mirror_of(repo), "x", "gone")
    run(place, direction=Direction.FETCH)  # makes the branch
    git("-C", place.mirror_of(repo), "update-ref", "-d", "refs/heads/gone")
    lock.touch()
    os.utime(lock, (0, 0))

    run(place, direction=Direction.FETCH)

    assert not lock.exists()
    assert "refs/heads/gone" not in refs(repo)


@pytest.fixture
def somebody(place: Place) -> Iterator[Path]:
    """A process at work in a repository whose refs are locked."""
    repo = place.repository("one.git")
    commit(place.mirror_of(repo), "from elsewhere")
    lock = repo / "refs/heads/main.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    with subprocess.Popen(("cat",), cwd=repo, stdin=subprocess.PIPE) as process:
        yield lock
        process.communicate()


def test_a_lock_stays_while_somebody_works_there(place: Place, somebody: Path) -> None:
    with pytest.raises(StepError, match="File exists"):
        run(place, direction=Direction.FETCH)

    assert somebody.exists()


def test_a_young_lock_stays(place: Place) -> None:
    repo = place.repository("one.git")
    commit(place.mirror_of(repo), "from elsewhere")
    (repo / "refs/heads/main.lock").touch()

    with pytest.raises(StepError, match="File exists"):
        run(place, direction=Direction.FETCH, stale_after=MINUTE)

    assert (repo / "refs/heads/main.lock").exists()


def test_hooks_of_a_repository_are_not_run(place: Place, tmp_path: Path) -> None:
    repo = place.repository("one.git")
    hook = repo / "hooks" / "pre-push"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
    hook.chmod(0o755)

    run(place)

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("url", ["ext::sh -c touch% ran", "http://127.0.0.1:9/x.git"])
def test_a_remote_that_speaks_another_protocol_is_refused(place: Place, url: str) -> None:
    repo = place.repository("one.git")
    git("-C", repo, "remote", "set-url", "origin", url)

    with pytest.raises(NotPermitted, match="not allowed"):
        run(place)


def test_a_server_that_says_nothing_costs_its_time_and_no_more(place: Place) -> None:
    repo = place.repository("one.git")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        git("-C", repo, "remote", "set-url", "origin", f"git://127.0.0.1:{silent.getsockname()[1]}/x.git")

        with pytest.raises(Temporary, match="longer `transfer_timeout` is possible"):
            run(place, protocols=("git",), transfer_timeout=SECOND // 2)


def test_a_password_in_an_address_is_not_told(place: Place) -> None:
    repo = place.repository("one.git")
    git("-C", repo, "remote", "set-url", "origin", "https://somebody:hunter2@127.0.0.1:9/x.git")
    report = Remembering()

    with pytest.raises(StepError) as caught:
        mirror.run(Options(str(place.repos)), work(place.repos.parent / "work", report=report))

    assert "127.0.0.1" in str(caught.value)
    assert "hunter2" not in str(caught.value) + report.summaries["failed"]


def test_a_folder_without_repositories_is_a_mistake(place: Place) -> None:
    with pytest.raises(StepError, match="there is no git repository below"):
        run(place)


def test_a_place_of_its_own_and_remotes_do_not_go_together(place: Place) -> None:
    with pytest.raises(Misconfigured, match="neither remotes nor fetch"):
        run(place, to="/x", remotes=("origin",))


def test_an_empty_repository_is_no_failure(place: Place) -> None:
    repo = place.repository("one.git")
    git("-C", repo, "update-ref", "-d", "refs/heads/main")

    assert run(place)["changed"] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to another")
def test_a_repository_of_somebody_else_is_taken_only_when_that_was_said(place: Place) -> None:
    repo = place.repository("one.git")
    os.chown(repo, 65534, 65534)

    with pytest.raises(NotPermitted, match="run the job as the repository's owner, or set trust = true"):
        run(place)
    assert run(place, trust=True)["changed"] == 1


def test_a_repository_that_has_lost_its_branches_does_not_empty_its_mirror(place: Place) -> None:
    repo = place.repository("one.git")
    run(place)
    git("-C", repo, "update-ref", "-d", "refs/heads/main")

    with pytest.raises(StepError, match="its mirror has 1: nothing was deleted there"):
        run(place)
    assert set(shared(place.mirror_of(repo))) == {"refs/heads/main"}


def test_a_remote_that_has_lost_its_branches_does_not_empty_a_repository_that_fetches(place: Place) -> None:
    repo = place.repository("one.git")
    run(place)
    git("-C", place.mirror_of(repo), "update-ref", "-d", "refs/heads/main")

    with pytest.raises(StepError, match="its remote has no branches or tags any more: nothing was deleted here"):
        run(place, direction=Direction.FETCH)
    assert set(shared(repo)) == {"refs/heads/main"}


def test_what_is_deleted_is_said(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    repo = place.repository("one.git")
    commit(repo, "other", "topic")
    run(place)
    git("-C", repo, "update-ref", "-d", "refs/heads/topic")

    run(place)

    assert capsys.readouterr().out.endswith("mirrored one.git (origin) 1 refs, 1 of them deleted\n")


def test_an_old_lock_of_a_remote_that_is_a_folder_is_removed(place: Place) -> None:
    repo = place.repository("one.git")
    run(place)
    lock = place.mirror_of(repo) / "refs/heads/main.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    commit(repo, "second")

    assert run(place)["changed"] == 1
    assert not lock.exists()
