"""Delay rules: how long to wait before trying again."""

from sexton.model.job import Retry
from sexton.model.run import Outcome
from sexton.model.units import MILLISECOND, SECOND, Duration

RETRIED = frozenset({Outcome.FAILED, Outcome.TIMEOUT})  # ends of an attempt that the next one may put right


def growing(delay: Duration, factor: float, limit: Duration, number: int) -> Duration:
    """The pause number `number` (from 1): `delay`, multiplied by `factor` with each further one, at most `limit`."""
    pause = float(delay)
    for _ in range(number - 1):
        if pause >= limit:
            break
        pause *= factor
    return min(int(pause), limit)


def retry_pause(retry: Retry, attempt: int, outcome: Outcome) -> Duration | None:
    """How long to wait after attempt number `attempt` ended so; None: there is no further one."""
    if outcome not in RETRIED or attempt >= retry.attempts:
        return None
    return growing(retry.delay, retry.factor, retry.limit, attempt)


def store_backoff(failures: int) -> Duration:
    """Before the next try to write to a store that failed `failures` times in a row: 100 ms, doubling, at most 5 s."""
    return min(100 * MILLISECOND << min(failures - 1, 10), 5 * SECOND)
