"""What the git server's container is made of fits together: Dockerfile, compose file, configurations and README."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "source-vault"
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
COMPOSE = (FOLDER / "compose.yaml").read_text()
README = (FOLDER / "README.md").read_text()
TOML = (FOLDER / "sexton.toml").read_text()
CONF = (FOLDER / "supervisord.conf").read_text()


def defaults(text: str) -> dict[str, str]:
    """`${NAME:-default}`, by name."""
    return dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text))


def names() -> set[str]:
    return {path.name for path in FOLDER.iterdir()}


def test_the_compose_file_has_the_defaults_of_the_configuration() -> None:
    assert {name: text for name, text in defaults(COMPOSE).items() if name.startswith("MIRROR")} == {
        name: text for name, text in defaults(TOML).items() if name.startswith("MIRROR")
    }


def test_the_readme_has_every_variable_and_every_file() -> None:
    variables = {**defaults(TOML), **defaults(COMPOSE)}.keys() - {"TZ"}
    assert [name for name in variables if f"`{name}`" not in README] == []
    assert [name for name in names() - {"README.md"} if f"({name})" not in README] == []


def test_files_that_are_named_by_their_paths_in_the_container_are_there() -> None:
    named = {name for path in FOLDER.iterdir() for name in re.findall(r"/vault/([\w.-]*\w)", path.read_text())}
    assert named >= {"sexton.toml", "supervisord.conf", "serve-ssh", "sshd_config", "apache.conf", "cgitrc", "new-repo"}
    assert named <= names()


def test_the_image_has_the_folders_that_outlive_the_container() -> None:
    (volumes,) = re.findall(r"^VOLUME \[(.*)\]", DOCKERFILE, re.MULTILINE)
    folders = re.findall(r'"(/\w+)"', volumes)
    assert folders == re.findall(r"- \w+:(/\w+)$", COMPOSE, re.MULTILINE)
    assert [folder for folder in folders if folder not in DOCKERFILE.split("VOLUME")[0]] == []


def test_both_doors_say_the_same_of_the_mirrors() -> None:
    assert defaults(TOML)["MIRROR_SPEC"] == re.findall(r"^schedule = (.*)$", CONF, re.MULTILINE)[0]
    assert defaults(TOML)["MIRROR_LATE_AFTER"] == re.findall(r"^late_after = (.*)$", CONF, re.MULTILINE)[0]
    for path in ("/repos", "/keys/mirror", "/keys/known_hosts"):
        assert path in TOML
        assert path in CONF


@pytest.mark.parametrize("name", ["serve-ssh", "new-repo"])
def test_a_script_can_be_run(name: str) -> None:
    assert (FOLDER / name).stat().st_mode & 0o111 == 0o111
