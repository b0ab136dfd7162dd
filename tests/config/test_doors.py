"""Which front door a file goes through."""

from pathlib import Path

import pytest

from sexton.config.doors import Door, door_of
from sexton.config.values import Unfit


@pytest.mark.parametrize(
    ("file", "door"),
    [
        ("sexton.toml", Door.TOML),
        ("/etc/cron.d/x.toml", Door.TOML),
        ("crontab", Door.CRONTAB),
        ("a/b.cron", Door.CRONTAB),
        ("b.crontab", Door.CRONTAB),
        ("/srv/crontab", Door.CRONTAB),
        ("/etc/crontab", Door.CRON_D),
        ("/etc/../etc/crontab", Door.CRON_D),
        ("/etc/cron.d/php", Door.CRON_D),
        ("image/cron.d/x.cron", Door.CRON_D),
        ("supervisord.conf", Door.SUPERVISORD),
        ("a/b.ini", Door.SUPERVISORD),
    ],
)
def test_a_file_s_name_tells_its_format(file: str, door: Door) -> None:
    assert door_of(file) is door


def test_the_folder_that_we_are_in_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cron.d").mkdir()
    monkeypatch.chdir(tmp_path / "cron.d")
    assert door_of("php") is Door.CRON_D


@pytest.mark.parametrize("file", ["x", "x.toml.bak", "crontab.txt"])
def test_a_name_that_tells_nothing_is_refused(file: str) -> None:
    with pytest.raises(Unfit, match=r"NAME\.toml"):
        door_of(file)
