"""What is in the container: the servers' configuration, a repository and its mirror."""

from pathlib import Path

from tests.acceptance.git_container.client import GitClient
from tests.acceptance.git_container.contained import Contained, free_port
from tests.acceptance.news import News

HERE = Path(__file__).parent
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


class Container(Contained):
    """`sync` is what stands for the sync in supervisord's configuration; `script` is at /git-scripts/auto-sync."""

    def __init__(self, home: Path, sync: str, script: str) -> None:
        super().__init__(home)
        for folder in ("git-scripts", "git-server", "logs", "repos", "github", "news"):
            (self.own / folder).mkdir(parents=True)
        self.logs = self.own / "logs"
        self.news = News(self.own / "news" / "mirrored")
        self.conf = self.own / "git-server" / "supervisord.conf"
        self.conf.write_text((HERE / "server.conf").read_text() + "\n" + sync)
        _script(self.own / "git-scripts" / "auto-sync", script)
        self._make_servers()
        self._make_repositories()

    def _make_servers(self) -> None:
        folder = self.own / "git-server"
        self.ssh_port, self.http_port = free_port(), free_port()
        (folder / "sshd_config").write_text(SSHD.format(port=self.ssh_port))
        (folder / "apache.conf").write_text(APACHE.format(port=self.http_port))
        self.client = GitClient(self.home, folder / "key")

    def _make_repositories(self) -> None:
        for folder in ("repos", "github"):
            self.client.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.own / folder / "site.git"))
        hook = self.own / "github" / "site.git" / "hooks" / "post-update"
        _script(hook, "#!/bin/sh\ngit update-server-info\necho mirrored >/news/mirrored\n")

    def push(self, text: str) -> None:
        """Push a commit through sshd."""
        self.client.push(f"ssh://root@127.0.0.1:{self.ssh_port}/repos/site.git", text)

    def served(self) -> list[str]:
        """The subjects of the commits that apache has, newest first."""
        return self.client.subjects(f"http://127.0.0.1:{self.http_port}/site.git")

    def close(self) -> None:
        super().close()
        self.news.close()


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
