"""Which time zone holds, and whether a zone's name is one (IANA's, which core/schedules/zones.py looks up)."""

import os
from collections.abc import Mapping

from sexton.config.values import Unfit, name
from sexton.core.schedules.zones import find_zone
from sexton.model.errors import ScheduleError


def zone(value: object) -> str:
    """A converter for zone names."""
    key = name(value)
    try:
        find_zone(key)
    except ScheduleError as error:
        raise Unfit(str(error)) from None
    return key


def default_zone(environ: Mapping[str, str], etc: str = "/etc") -> str:
    """The zone of TZ, else of the machine (`etc/localtime`'s link, `etc/timezone`), else UTC.

    TZ is read as in tzset(3): empty means UTC, a leading colon is dropped. Raises Unfit where TZ holds something
    else than a zone's name, such as `CET-1CEST`, because no schedule can be kept in that.
    """
    stated = environ.get("TZ")
    try:
        if stated is not None:
            return zone(_stated_zone(stated.removeprefix(":")))
        return zone(_linked_zone(f"{etc}/localtime") or _named_zone(f"{etc}/timezone") or "UTC")
    except Unfit as error:
        origin = "TZ" if stated is not None else "the machine's time zone"
        raise Unfit(f"{origin}: {error}; or set `timezone` in [sexton]") from None


def _stated_zone(stated: str) -> str:
    """TZ may also be the path of a file: its place below zoneinfo names the zone, or that of what it links to."""
    if not stated.startswith("/"):
        return stated or "UTC"
    _, found, key = stated.rpartition("zoneinfo/")
    return key if found else _linked_zone(stated) or stated


def _linked_zone(path: str) -> str | None:
    try:
        target = os.readlink(path)
    except OSError:  # absent, or a copy, whose name is lost
        return None
    _, found, key = target.rpartition("zoneinfo/")
    return key.removeprefix("posix/").removeprefix("right/") if found else None


def _named_zone(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline(256).strip() or None
    except OSError:
        return None
