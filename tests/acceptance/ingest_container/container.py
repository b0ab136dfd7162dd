"""Starts the container as its Dockerfile says, with another CMD: its image's files, its volumes, its variables."""

import json
import re
import subprocess
import sys
import threading
from pathlib import Path

from tests.acceptance.daemon import LIMIT, sexton
from tests.acceptance.namespaced import Namespaced
from tests.acceptance.test_init import first_of_namespace

HERE = Path(__file__).parent
TOP = HERE.parents[2]
FOLDER = "/opt/ingest"  # SCRIPT_DIR in the Dockerfile
CRONTABS = "/var/spool/cron/crontabs"
CMD = ("sexton", "run", CRONTABS)  # the account's own: cron && tail -f ${LOG_FILE}

# What is printed cannot run as it is: a blank is missing before `]`, and the crontab names a file that is not there.
MENDED = (('"${KNOWN_HOST}"]', '"${KNOWN_HOST}" ]'), ("/email-logs.sh", "/email_logs.sh"))


class Container(Namespaced):
    """`variables` are what `docker run --env` would give; `hosts` are lines of /etc/hosts."""

    def __init__(self, home: Path, variables: dict[str, str], hosts: str) -> None:
        super().__init__(home)
        self._variables = variables
        self._image, self._volumes = home / "image", home / "volumes"
        for volume in ("data", "ingest", "feed"):
            (self._volumes / volume).mkdir(parents=True)
        self.data, self.feed = self._volumes / "data", self._volumes / "feed"
        self.log = self._volumes / "ingest" / "ingest.log"
        self.said: list[str] = []
        self._build(hosts)

    def _build(self, hosts: str) -> None:
        """What the Dockerfile does, on this machine's folders in the place of the base image's."""
        for name in ("ingest.sh", "email_logs.sh", "ingest.py"):
            self._add(f"{FOLDER}/{name}", (HERE / name).read_text())
        self._add(f"{FOLDER}/email_file.py", (HERE / "email_file").read_text())
        self._add(f"{FOLDER}/entrypoint.sh", mended((HERE / "entrypoint.sh").read_text()))
        self._add("/usr/local/bin/python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        for name in ("sexton", "crontab"):
            (self._image / "usr/local/bin" / name).symlink_to(Path(sys.executable).with_name("sexton"))
        self._add("/etc/hosts.more", hosts)
        self._add("/root/.ssh/known_hosts", "")
        self.log.touch()

    def _add(self, path: str, text: str) -> None:
        file = self._image / path.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)

    def start(self) -> None:
        root = self.home / "root"
        root.mkdir()
        folders = (root, self._image, self._volumes, TOP, self.home)
        enter = ("sh", str(HERE / "enter.sh"), *map(str, folders))
        env = {**of_dockerfile(), **self._variables, "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
        command = (*enter, f"{FOLDER}/entrypoint.sh", *CMD)
        self.enter(command, env | {"HOME": "/root"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._process.stdout is not None
        too_long = threading.Timer(LIMIT, self._process.kill)
        too_long.start()
        for line in self._process.stdout:
            self.said.append(line)
            if re.search(r"Sexton \S+, pid", line):
                too_long.cancel()
                return
        raise AssertionError("".join(self.said))

    def sexton(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Ask the Sexton in the container."""
        socket = f"/proc/{first_of_namespace(self.home)}/root/run/sexton/sexton.sock"
        command = (*sexton(), "--socket", socket, *words)
        return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)

    def jobs(self) -> list[str]:
        """The names of its jobs, those of the first lines first."""
        answer = json.loads(self.sexton("status", "--json").stdout)
        return [job["name"] for job in answer["jobs"]]


def of_dockerfile() -> dict[str, str]:
    """The variables that the Dockerfile sets, the later ones by means of the earlier."""
    found: dict[str, str] = {}
    for name, value in re.findall(r'^ENV (\w+)="(.*)"$', (HERE / "Dockerfile").read_text(), re.MULTILINE):
        found[name] = re.sub(r"\$\{(\w+)\}", lambda reference: found[reference[1]], value)
    return found


def mended(script: str) -> str:
    for printed, meant in MENDED:
        assert printed in script
        script = script.replace(printed, meant)
    return script
