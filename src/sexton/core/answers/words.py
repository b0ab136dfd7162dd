"""Sets of numbers in English: lists, ranges, ordinals, lengths. Knows grammar, nothing of schedules."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from sexton.model.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Duration

_LONG = 8  # members of an even row that are all listed; of a longer one the first, and the last
_LENGTHS = (("day", DAY), ("hour", HOUR), ("minute", MINUTE), ("second", SECOND), ("millisecond", MILLISECOND))


def members(bits: int) -> list[int]:
    """The numbers of a bit set, ascending."""
    found = []
    while bits > 0:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    *before, final = words
    return f"{', '.join(before)} {last} {final}" if before else final


def step_of(values: Sequence[int]) -> int | None:
    """The even distance between three or more numbers, else None."""
    steps = {after - before for before, after in pairwise(values)}
    return steps.pop() if len(steps) == 1 and len(values) > 2 else None


def spelled(values: Sequence[int], say: Callable[[int], str]) -> str:
    """Numbers as people list them: `8 to 18`, `0, 7, 14 … 91`, `1, 5 and 9`."""
    step = step_of(values)
    if step == 1:
        return f"{say(values[0])} to {say(values[-1])}"
    if step is not None and len(values) > _LONG:
        return f"{', '.join(map(say, values[:3]))} … {say(values[-1])}"
    return listed(map(say, values))


def ring(values: Sequence[int], size: int) -> list[int]:
    """The numbers in their order on a ring of `size`, beginning after a gap: 22, 23, 0, 1 of a day's hours."""
    found = sorted(values)
    if len(found) < size and (found[0] - found[-1]) % size == 1:
        begin = next(place for place in range(len(found) - 1, 0, -1) if found[place] - found[place - 1] > 1)
        return found[begin:] + found[:begin]
    return found


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def every(duration: Duration) -> str:
    """`every minute`, `every 5 minutes`."""
    words = length(duration)
    one, _, unit = words.partition(" ")
    return f"every {unit}" if one == "1" and " " not in unit else f"every {words}"


def length(duration: Duration) -> str:
    """`5 minutes`, `1 hour 30 minutes`; exact to the microsecond."""
    words = []
    for unit, size in _LENGTHS:
        count, duration = divmod(duration, size)
        if count:
            words.append(f"{count} {unit}{'' if count == 1 else 's'}")
    if duration:
        words.append(f"{duration} microseconds")
    return " ".join(words) or "0 seconds"
