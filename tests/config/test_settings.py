"""The `[sexton]` table: defaults, paths, and keys over several files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sexton.config.report import Report
from sexton.config.settings import read_settings
from sexton.config.table import Table
from sexton.config.where import Where
from sexton.model.errors import ConfigError
from sexton.model.plan import Keep, OnStateLoss, Plan, Relay, Settings
from sexton.model.units import DAY, HOUR, SECOND

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]

UTC = {"TZ": "UTC"}


def defaults(environ: dict[str, str], uid: int) -> Settings:
    report = Report()
    settings = read_settings([], environ | UTC, Table({}, "sexton.toml", Where(""), report), uid)
    report.raise_problems()
    return settings


def test_defaults_are_those_of_the_contract_when_root_says_nothing() -> None:
    assert defaults({}, 0) == Settings(
        state="/var/lib/sexton/state.db",
        log_dir="/var/log/sexton",
        socket="/run/sexton/sexton.sock",
        timezone="UTC",
        relay=Relay.PREFIX,
        log_format="text",
        stop_within=9 * SECOND,
        max_parallel=64,
        on_state_loss=OnStateLoss.HOLD,
        keep=Keep(90 * DAY, 30 * DAY, 1_000_000_000),
    )


def test_defaults_are_in_the_user_s_folders_when_not_root() -> None:
    settings = defaults({"HOME": "/home/u"}, 1000)
    assert settings.state == "/home/u/.local/state/sexton/state.db"
    assert settings.log_dir == "/home/u/.local/state/sexton/log"
    assert settings.socket == "/tmp/sexton-1000/sexton/sexton.sock"


def test_a_default_that_cannot_be_made_is_a_problem_of_its_key() -> None:
    with pytest.raises(ConfigError) as caught:
        defaults({}, 4_000_000_000)
    said = "there is no default for it here: user 4000000000 has no home folder; set it, or set XDG_STATE_HOME or HOME"
    assert str(caught.value).split("\n") == [
        f"sexton.toml: sexton.state: {said}",
        f"sexton.toml: sexton.log_dir: {said}",
    ]


def test_every_key_is_taken(load: Load, folder: Path) -> None:
    plan = load(
        """
        [sexton]
        state = "sqlite:///state/s.db"
        log_dir = "logs"
        socket = "/run/x.sock"
        timezone = "Europe/Berlin"
        relay = "json"
        log_format = "json"
        stop_within = "1m"
        max_parallel = 3
        on_state_loss = "run"
        keep = { runs = "1d", logs = "12h", size = "1.5MiB" }
        """
    )
    assert plan.settings == Settings(
        state=f"{folder}/state/s.db",
        log_dir=f"{folder}/logs",
        socket="/run/x.sock",
        timezone="Europe/Berlin",
        relay=Relay.JSON,
        log_format="json",
        stop_within=60 * SECOND,
        max_parallel=3,
        on_state_loss=OnStateLoss.RUN,
        keep=Keep(DAY, 12 * HOUR, 1_572_864),
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("sqlite:////var/s.db", "/var/s.db"),
        ("sqlite:////var/../s.db", "/s.db"),
        (":memory:", ":memory:"),
        ("${NO:-sqlite:////d.db}", "/d.db"),
    ],
)
def test_a_state_is_an_absolute_path_or_memory(load: Load, state: str, expected: str) -> None:
    assert load(f'[sexton]\nstate = "{state}"').settings.state == expected


def test_paths_count_from_the_file_that_names_them(load: Load, folder: Path) -> None:
    (folder / "conf").mkdir()
    (folder / "conf" / "more.toml").write_text('[sexton]\nlog_dir = "log"\nstate = "sqlite:///../s.db"\n')
    plan = load('[sexton]\ninclude = ["conf/more.toml"]\nsocket = "s"', UTC)
    settings = plan.settings
    assert (settings.log_dir, settings.state, settings.socket) == (
        f"{folder}/conf/log",
        f"{folder}/s.db",
        f"{folder}/s",
    )


def test_a_key_is_set_in_one_file_only(complain: Complain) -> None:
    assert complain('[sexton]\ninclude = ["b.toml"]\nrelay = "raw"', b='[sexton]\nrelay = "raw"\n') == [
        "b.toml:2: sexton.relay: it is set at sexton.toml:3 already; set it once"
    ]


def test_defaults_stand_in_for_what_is_not_expanded_when_not_for_run(load: Load) -> None:
    plan = load('[sexton]\ntimezone = "${ZONE}"\nstate = "sqlite:///${DB}"\nrelay = "${R}"', UTC, for_run=False)
    assert (plan.settings.timezone, plan.settings.relay) == ("UTC", Relay.PREFIX)
    assert os.path.isabs(plan.settings.state)
    assert len(plan.warnings) == 3
