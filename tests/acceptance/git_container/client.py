"""Somebody outside of a container who pushes to it and clones from it, with git and a key for ssh of their own."""

import os
import shutil
import subprocess
from pathlib import Path


class GitClient:
    """Works in `home`; `key` is made, and `key`.pub beside it."""

    def __init__(self, home: Path, key: Path) -> None:
        self._home = home
        self._key = key
        subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)), check=True)

    def git(self, *words: str) -> str:
        """What git prints. Fails the test when git does."""
        done = self.tries(*words)
        if done.returncode:
            raise AssertionError(f"git {' '.join(words)}: {done.stderr}")
        return done.stdout

    def tries(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run git, whatever comes of it."""
        ssh = f"ssh -i {self._key} -F none -o ConnectionAttempts=20 -o StrictHostKeyChecking=no"
        env = os.environ | {
            "GIT_SSH_COMMAND": f"{ssh} -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_TERMINAL_PROMPT": "0",
        }
        who = ("-c", "user.name=n", "-c", "user.email=n@example.com")
        return subprocess.run(("git", *who, *words), env=env, capture_output=True, text=True, timeout=60, check=False)

    def push(self, url: str, text: str) -> None:
        """Push a commit of that subject."""
        copy = str(self._home / "copy")
        if not os.path.exists(copy):
            self.git("clone", "--quiet", url, copy)
            self.git("-C", copy, "checkout", "--quiet", "-B", "main")
        self.git("-C", copy, "commit", "--quiet", "--allow-empty", "-m", text)
        self.git("-C", copy, "push", "--quiet", "origin", "main")

    def subjects(self, url: str) -> list[str]:
        """Those of the commits that a clone of `url` has, newest first."""
        copy = str(self._home / "served")
        shutil.rmtree(copy, ignore_errors=True)
        self.git("clone", "--quiet", url, copy)
        return self.git("-C", copy, "log", "--format=%s").splitlines()
