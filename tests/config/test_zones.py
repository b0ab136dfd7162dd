"""The default time zone: TZ, the machine's, UTC, in this order."""

from pathlib import Path

import pytest

from sexton.config.values import Unfit
from sexton.config.zones import default_zone, zone


def test_tz_decides_when_it_is_set(tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Europe/Paris\n")
    assert default_zone({"TZ": "Europe/Berlin"}, str(tmp_path)) == "Europe/Berlin"
    assert default_zone({"TZ": ":Europe/Berlin"}, str(tmp_path)) == "Europe/Berlin"
    assert default_zone({"TZ": ""}, str(tmp_path)) == "UTC"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/usr/share/zoneinfo/America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("../usr/share/zoneinfo/posix/Europe/Rome", "Europe/Rome"),
        ("/usr/share/zoneinfo/right/Asia/Tokyo", "Asia/Tokyo"),
    ],
)
def test_the_link_of_localtime_names_the_zone(tmp_path: Path, target: str, expected: str) -> None:
    (tmp_path / "localtime").symlink_to(target)
    (tmp_path / "timezone").write_text("Europe/Paris\n")
    assert default_zone({}, str(tmp_path)) == expected


def test_etc_timezone_names_the_zone_when_localtime_is_a_copy(tmp_path: Path) -> None:
    (tmp_path / "localtime").write_bytes(b"TZif2")
    (tmp_path / "timezone").write_text("Europe/Paris\n")
    assert default_zone({}, str(tmp_path)) == "Europe/Paris"


def test_the_zone_is_utc_when_nothing_names_one(tmp_path: Path) -> None:
    assert default_zone({}, str(tmp_path)) == "UTC"


def test_a_tz_that_is_no_name_is_refused_not_ignored(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match=r"^TZ: cannot use the time zone 'CET-1CEST': .*; or set `timezone` in .sexton.$"):
        default_zone({"TZ": "CET-1CEST"}, str(tmp_path))


@pytest.mark.parametrize("name", ["Europe", "../etc/passwd", "/etc/localtime", "a\0b", ""])
def test_what_is_no_zone_is_unfit(name: str) -> None:
    with pytest.raises(Unfit):
        zone(name)


def test_tz_may_be_the_path_of_a_file(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    assert default_zone({"TZ": f":{link}"}) == "Europe/Berlin"
    assert default_zone({"TZ": ":/usr/share/zoneinfo/Asia/Tokyo"}) == "Asia/Tokyo"
