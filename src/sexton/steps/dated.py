"""Addresses with the run's fire time in them. Pure."""

import re
from datetime import datetime

_DATE = re.compile("%(?:[%YmHMSjyGVu]|d(?![0-9A-Fa-f]))")  # what a URL writes for a byte is none of these


def dated(address: str, fire_time: datetime) -> str:
    """`%Y`, `%m`, `%d`, `%H`, `%M`, `%S`, `%j`, `%y`, `%G`, `%V` and `%u` stand for the fire time as in strftime(3),
    `%%` for a percent sign; other `%` are left alone, for a URL has them."""
    return _DATE.sub(lambda match: fire_time.strftime(match[0]), address)
