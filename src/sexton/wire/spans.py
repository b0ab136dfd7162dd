"""How long something took, as people say it: `1.4s`, `2m03s`, `1h05m`. Seconds in, words out; two units at most."""

MINUTE, HOUR, DAY = 60, 3600, 86400


def took(seconds: float | None) -> str:
    """How long something took: `12ms`, `1.4s`, `2m03s`, `1h05m`, `3d04h`; nothing for None."""
    if seconds is None:
        return ""
    if seconds < 0.0995:
        return f"{max(0, round(seconds * 1000))}ms"
    tenths = round(seconds, 1)
    return f"{tenths:.1f}s" if tenths < MINUTE else two_units(round(seconds))


def two_units(whole: int) -> str:
    if whole < HOUR:
        return f"{whole // MINUTE}m{whole % MINUTE:02}s"
    if whole < DAY:
        return f"{whole // HOUR}h{whole % HOUR // MINUTE:02}m"
    return f"{whole // DAY}d{whole % DAY // HOUR:02}h"
