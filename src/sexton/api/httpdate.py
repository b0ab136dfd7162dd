"""The time as HTTP says it: RFC 9110, 5.6.7 (IMF-fixdate), whatever the locale."""

from functools import lru_cache
from time import gmtime

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=1)  # many answers leave within one second
def http_date(second: int) -> bytes:
    """`second` since the epoch, such as `Sun, 22 Nov 2026 08:00:00 GMT`."""
    at = gmtime(second)
    day = f"{_DAYS[at.tm_wday]}, {at.tm_mday:02} {_MONTHS[at.tm_mon - 1]} {at.tm_year:04}"
    return f"{day} {at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} GMT".encode()
