"""Starts the container: namespaces of its own, a root of its own, and in it, as PID 1, what shall keep it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.acceptance.daemon import LIMIT, kill_marked
from tests.acceptance.news import News
from tests.acceptance.test_init import NAMESPACE, first_of_namespace
from tests.acceptance.test_timeouts import wait_until_gone

HERE = Path(__file__).parent
TOP = HERE.parents[2]
SYNC = 'for repo in /repos/*.git; do git -C "$repo" push --quiet --mirror "/github/${repo##*/}" 1>&2; done\n'
SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey /git-server/key
AuthorizedKeysFile /git-server/key.pub
StrictModes no
UsePAM no
PidFile none
"""
APACHE = """
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
ServerName localhost
Listen 127.0.0.1:{port}
PidFile /run/apache.pid
DefaultRuntimeDir /run
DocumentRoot /github
ErrorLog /dev/stderr
User www-data
Group www-data
"""


class Container:
    """`sync` is what stands for the sync in supervisord's configuration; `script` is at /git-scripts/auto-sync."""

    def __init__(self, home: Path, sync: str, script: str) -> None:
        self.home = home
        self._own = home / "own"
        for folder in ("git-scripts", "git-server", "logs", "repos", "github", "news"):
            (self._own / folder).mkdir(parents=True)
        self.logs = self._own / "logs"
        self.news = News(self._own / "news" / "mirrored")
        self.conf = self._own / "git-server" / "supervisord.conf"
        self.conf.write_text((HERE / "server.conf").read_text() + "\n" + sync)
        _script(self._own / "git-scripts" / "auto-sync", script)
        self._make_servers()
        self._make_repositories()

    def _make_servers(self) -> None:
        folder = self._own / "git-server"
        self.ssh_port, self.http_port = free_port(), free_port()
        (folder / "sshd_config").write_text(SSHD.format(port=self.ssh_port))
        (folder / "apache.conf").write_text(APACHE.format(port=self.http_port))
        self._key = folder / "key"
        subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._key)), check=True)

    def _make_repositories(self) -> None:
        for folder in ("repos", "github"):
            self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self._own / folder / "site.git"))
        hook = self._own / "github" / "site.git" / "hooks" / "post-update"
        _script(hook, "#!/bin/sh\ngit update-server-info\necho mirrored >/news/mirrored\n")

    def git(self, *words: str) -> str:
        """Run git as somebody outside of the container."""
        ssh = f"ssh -i {self._key} -F none -o ConnectionAttempts=20 -o StrictHostKeyChecking=no"
        env = os.environ | {
            "GIT_SSH_COMMAND": f"{ssh} -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }
        who = ("-c", "user.name=n", "-c", "user.email=n@example.com")
        done = subprocess.run(("git", *who, *words), env=env, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise AssertionError(f"git {' '.join(words)}: {done.stderr}")
        return done.stdout

    def push(self, text: str) -> None:
        """Push a commit through sshd."""
        copy = self.home / "copy"
        if not copy.exists():
            self.git("clone", "--quiet", f"ssh://root@127.0.0.1:{self.ssh_port}/repos/site.git", str(copy))
            self.git("-C", str(copy), "checkout", "--quiet", "-B", "main")
        self.git("-C", str(copy), "commit", "--quiet", "--allow-empty", "-m", text)
        self.git("-C", str(copy), "push", "--quiet", "origin", "main")

    def served(self) -> list[str]:
        """The subjects of the commits that apache has, newest first."""
        copy = self.home / "served"
        shutil.rmtree(copy, ignore_errors=True)
        self.git("clone", "--quiet", f"http://127.0.0.1:{self.http_port}/site.git", str(copy))
        return self.git("-C", str(copy), "log", "--format=%s").splitlines()

    def start(self, *keeper: str) -> None:
        """Let `keeper`, a command of this Python, be PID 1."""
        root = self.home / "root"
        root.mkdir()
        enter = ("sh", str(HERE / "enter.sh"), str(root), str(self._own), str(TOP), str(self.home))
        self._process = subprocess.Popen(
            (*NAMESPACE, "--mount", *enter, sys.executable, "-m", *keeper),
            env=os.environ | {"HOME_OF_TEST": str(self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def kill(self, name: str) -> None:
        """Kill the one process of that name that PID 1 has started, and wait until it, and its sockets, are gone."""
        first = first_of_namespace(self.home)
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        (pid,) = (int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text() == f"{name}\n")
        os.kill(pid, signal.SIGKILL)
        wait_until_gone([pid])

    def stop(self) -> int:
        os.kill(first_of_namespace(self.home), signal.SIGTERM)
        return self._process.wait(LIMIT)

    def close(self) -> None:
        self._process.kill()
        self._process.wait(LIMIT)
        kill_marked(self.home)
        self.news.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
