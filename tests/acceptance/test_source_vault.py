"""The example of a git server, as its files have it: real sshd, apache, cgit and git, in a root of its own.

The configuration for supervisord is run by the real supervisord, too.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.acceptance.daemon import marked
from tests.acceptance.git_container.client import GitClient
from tests.acceptance.git_container.contained import TOP, Contained, free_port
from tests.acceptance.news import News

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run an sshd for others")

EXAMPLE = TOP / "examples" / "source-vault"
GIT = 47_011  # the user's number, which nobody has
TOML = ("sexton", "run", "/vault/sexton.toml")
SEXTON = ("sexton", "supervisord", "-n", "-c", "/vault/supervisord.conf")
SUPERVISORD = ("supervisor.supervisord", "-n", "-c", "/vault/supervisord.conf")
HOOK = "#!/bin/sh\necho mirrored >/news/mirrored\n"


class Vault(Contained):
    """As the Dockerfile makes it, with a second git server in it for the mirrors, below /backup."""

    def __init__(self, home: Path) -> None:
        self.ssh_port, self.http_port, self.status_port = free_port(), free_port(), free_port()
        super().__init__(
            home,
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            VAULT_SSH_PORT=str(self.ssh_port),
            VAULT_HTTP_PORT=str(self.http_port),
            VAULT_STATUS=f"127.0.0.1:{self.status_port}",
            MIRROR_SPEC="@every 1s",
            MIRROR_LATE_AFTER="2s",
        )
        shutil.copytree("/etc", self.own / "etc", symlinks=True)
        shutil.copytree(EXAMPLE, self.own / "vault")
        for folder in ("repos", "backup", "keys", "logs", "state", "news", "root"):
            (self.own / folder).mkdir()
        self._add_git()
        self.news = News(self.own / "news" / "mirrored")
        (self.own / "news" / "mirrored").chmod(0o666)
        self.client = GitClient(home, home / "mine")
        (self.own / "keys" / "authorized_keys").write_text((home / "mine.pub").read_text())

    def _add_git(self) -> None:
        lines = {
            "passwd": f"git:x:{GIT}:{GIT}::/repos:/usr/bin/git-shell",
            "group": f"git:x:{GIT}:",
            "shadow": "git:*:20000::::::",
        }
        for name, line in lines.items():
            with (self.own / "etc" / name).open("a") as file:
                file.write(line + "\n")
        for folder in ("repos", "backup"):
            os.chown(self.own / folder, GIT, GIT)

    @property
    def url(self) -> str:
        return f"ssh://git@127.0.0.1:{self.ssh_port}"

    def make_repository(self) -> None:
        """As the README has it; its mirror is on the server of the mirrors, which knows the vault's key."""
        self.client.tries("ls-remote", f"{self.url}/none")  # until sshd answers, which comes after the keys
        self.run("git", "init", "--quiet", "--bare", "--initial-branch=main", "/backup/site.git", user="git")
        hook = self.own / "backup" / "site.git" / "hooks" / "post-update"
        hook.write_text(HOOK)
        hook.chmod(0o755)
        keys = self.own / "keys"
        with (keys / "authorized_keys").open("a") as file:
            file.write((keys / "mirror.pub").read_text())
        known = f"[127.0.0.1]:{self.ssh_port} {(keys / 'host.pub').read_text()}"
        (keys / "known_hosts").write_text(known)
        self.run("/vault/new-repo", "site", f"{self.url}/backup/site.git", user="git")

    def mirrored(self) -> list[str]:
        """The subjects of the commits in the mirror, newest first."""
        path = str(self.own / "backup" / "site.git")
        return self.client.git("-c", "safe.directory=*", "-C", path, "log", "--format=%s", "main").splitlines()

    def is_well_again(self) -> None:
        """By the second run that succeeds, the first one's end is in the history."""
        self.hear("succeeded")
        self.hear("succeeded")
        assert self.health() == (200, "")

    def page(self, path: str) -> str:
        with urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=20) as answer:
            return str(answer.read().decode())

    def health(self) -> tuple[int, str]:
        """The status of /health, and what it says of the mirroring."""
        try:
            with urlopen(f"http://127.0.0.1:{self.status_port}/health", timeout=20) as answer:
                status, text = answer.status, answer.read()
        except HTTPError as error:
            status, text = error.code, error.read()
        (check,) = json.loads(text)["checks"]["job:gitsync"]
        return status, check.get("output", "")

    def close(self) -> None:
        super().close()
        self.news.close()


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with ExitStack() as stack:
        made = Vault(tmp_path)
        stack.callback(made.close)
        yield made


def test_what_is_pushed_is_served_and_mirrored_and_health_says_when_it_is_not(vault: Vault) -> None:
    vault.start(*TOML)
    vault.hear("gitsync: run 2 failed")
    assert "no git repository below /repos" in vault.health()[1]
    vault.make_repository()
    vault.client.push(f"{vault.url}/~/site.git", "one")
    assert vault.news.next() == "mirrored"
    assert vault.mirrored() == ["one"]
    clone = f"http://127.0.0.1:{vault.http_port}/git/site.git"
    assert vault.client.subjects(clone) == ["one"]
    assert "site.git" in vault.page("/")
    assert "one" in vault.page("/site.git/log/")
    vault.is_well_again()
    health_follows_the_mirror(vault)
    assert vault.client.tries("-C", str(vault.home / "copy"), "push", clone, "main:other").returncode != 0
    assert vault.stop() == 0
    assert marked(vault.home) == []


def health_follows_the_mirror(vault: Vault) -> None:
    there, away = vault.own / "backup" / "site.git", vault.own / "backup" / "away"
    there.rename(away)
    vault.client.push(f"{vault.url}/~/site.git", "two")
    vault.hear("gitsync: late: ")
    status, why = vault.health()
    assert status == 503
    assert "late" in why
    away.rename(there)
    assert vault.news.next() == "mirrored"
    vault.is_well_again()
    assert vault.mirrored() == ["two", "one"]


def test_supervisords_door_does_the_same(vault: Vault) -> None:
    conf = vault.own / "vault" / "supervisord.conf"
    conf.write_text(conf.read_text().replace("@every 5m", "@every 1s"))
    vault.start(*SEXTON)
    serves(vault)
    assert vault.news.next() == "mirrored"
    assert vault.mirrored() == ["one"]
    vault.kill("sshd")
    vault.client.push(f"{vault.url}/~/site.git", "two")
    assert vault.news.next() == "mirrored"
    assert vault.stop() == 0


def test_the_real_supervisord_runs_the_same_file_and_leaves_the_mirrors_to_others(vault: Vault) -> None:
    vault.start(*SUPERVISORD)
    serves(vault)
    assert vault.run("supervisorctl", "-c", "/vault/supervisord.conf", "status").count("RUNNING") == 2
    assert vault.stop() == 0


def serves(vault: Vault) -> None:
    """What is pushed can be cloned."""
    vault.make_repository()
    vault.client.push(f"{vault.url}/~/site.git", "one")
    assert vault.client.subjects(f"http://127.0.0.1:{vault.http_port}/git/site.git") == ["one"]


@pytest.mark.parametrize("file", ["sexton.toml", "supervisord.conf"])
def test_both_files_are_without_fault(vault: Vault, file: str) -> None:
    vault.start("sexton", "run", "/vault/sexton.toml")
    vault.hear("Sexton")
    said = vault.run("sexton", "check", f"/vault/{file}")
    assert "ok: 2 services, 1 job (1 scheduled)" in said
    assert "warning" not in said
