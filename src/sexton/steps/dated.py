"""Addresses with the run's fire time in them. Pure."""

import re
from datetime import datetime

_DATE = re.compile("%(?:[%YmHMSjyGVu]|d(?![0-9A-Fa-f]))")  # what a URL writes for a byte is none of these
_URL = re.compile("(?i)(?:file|sftp|https?)://")  # others are told to fsspec as they are


def dated(address: str, fire_time: datetime) -> str:
    """`%Y`, `%m`, `%d`, `%H`, `%M`, `%S`, `%j`, `%y`, `%G`, `%V` and `%u` stand for the fire time as in strftime(3),
    `%%` for a percent sign, which a URL writes as `%25`; its other `%` are left alone."""
    percent = "%25" if _URL.match(address) else "%"
    return _DATE.sub(lambda match: percent if match[0] == "%%" else fire_time.strftime(match[0]), address)
