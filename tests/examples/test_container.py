"""What the example's container is made of fits together: Dockerfile, compose file, configuration and README."""

import json
import re
import subprocess
import sys

from tests.examples.example import FOLDER

TOP = FOLDER.parents[1]
SERVER = (FOLDER / "server.toml").read_text()
README = (FOLDER / "README.md").read_text()
COMPOSE = (FOLDER / "compose.yaml").read_text()
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
DEFAULTS = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", SERVER))
SECRETS = set(re.findall(r'env = "(\w+)"', SERVER))


def test_the_plan_of_the_container_is_right_with_nothing_set() -> None:
    command = (sys.executable, "-m", "sexton", "check", "--json", str(FOLDER / "sexton.toml"))
    done = subprocess.run(command, env={"INGEST": "server"}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert [job["name"] for job in json.loads(done.stdout)["jobs"]] == ["ingest", "mail-log"]


def test_every_variable_of_the_container_is_explained() -> None:
    assert [name for name in sorted({*DEFAULTS, *SECRETS}) if f"`{name}`" not in README] == []


def test_the_compose_file_sets_variables_that_are_read_and_with_the_same_defaults() -> None:
    ingest = COMPOSE.partition("  ingest:\n")[2].partition("\n  postgres:\n")[0]
    given = dict(re.findall(r"^      ([A-Z_]+): (.*)$", ingest, re.MULTILINE))
    assert {name.removesuffix("_FILE") for name in given} - {*DEFAULTS, *SECRETS} == {"TZ"}
    own = {"SFTP_HOST": "sftp", "SMTP_HOST": "mail", "SMTP_PORT": "1025"}  # its other services
    for name, default in {**DEFAULTS, **own}.items():
        if name in given:
            assert given[name] == f"${{{name}:-{default}}}"


def test_what_the_images_copy_is_there_and_is_all_that_the_plan_names() -> None:
    copied = [name for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()]
    assert [name for name in copied if not (TOP / name).exists()] == []
    assert {f"examples/ingest/{name}" for name in ("sexton.toml", "server.toml", "schema.json", "feed/")} <= set(copied)
    sftp = re.findall(r"^COPY (\S+) ", (FOLDER / "sftp" / "Dockerfile").read_text(), re.MULTILINE)
    assert [name for name in sftp if not (FOLDER / "sftp" / name).exists()] == []
