"""Repositories in a folder, and how commits come into them."""

import os
import subprocess
from pathlib import Path

import pytest

ENV = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "n",
    "GIT_AUTHOR_EMAIL": "n@example.com",
    "GIT_COMMITTER_NAME": "n",
    "GIT_COMMITTER_EMAIL": "n@example.com",
    "GIT_AUTHOR_DATE": "2026-11-22T08:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-22T08:00:00Z",
}


def git(*words: str | Path) -> str:
    done = subprocess.run(("git", *map(str, words)), env=ENV, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout.strip()


class Place:
    """`repos` has the repositories, `mirrors` the ones that they are pushed to."""

    def __init__(self, folder: Path) -> None:
        self.repos, self.mirrors = folder / "repos", folder / "mirrors"
        for each in (self.repos, self.mirrors):
            each.mkdir()

    def repository(self, name: str, *, remote: str = "origin", mirrored: bool = True) -> Path:
        """A bare one with a commit on main, and a remote below `mirrors`, which is there if `mirrored`."""
        repo, mirror = self.repos / name, self.mirrors / name
        git("init", "--quiet", "--bare", "--initial-branch=main", repo)
        if mirrored:
            git("init", "--quiet", "--bare", "--initial-branch=main", mirror)
        git("-C", repo, "remote", "add", remote, mirror)
        commit(repo, "first")
        return repo

    def mirror_of(self, repo: Path) -> Path:
        return self.mirrors / repo.relative_to(self.repos)


def commit(repo: Path, text: str, branch: str = "main") -> str:
    """Put a commit, of nothing, on a branch of a bare repository."""
    tree = git("-C", repo, "hash-object", "-w", "-t", "tree", "/dev/null")
    parent = git("-C", repo, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
    made = git("-C", repo, "commit-tree", tree, "-m", text, *(("-p", parent) if parent else ()))
    git("-C", repo, "update-ref", f"refs/heads/{branch}", made)
    return made


def refs(repo: Path, *below: str) -> dict[str, str]:
    lines = git("-C", repo, "for-each-ref", "--format=%(refname) %(objectname)", *below).splitlines()
    return {name: made for name, _, made in (line.partition(" ") for line in lines)}


def shared(repo: Path) -> dict[str, str]:
    """What is mirrored of it."""
    return refs(repo, "refs/heads", "refs/tags")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)
