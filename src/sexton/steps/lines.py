"""What a step writes for people: one line for each file, and no more lines than anybody reads."""

from sexton.steps.names import shown

_MOST = 1000


class Lines:
    """Prints the first lines of each kind, and at the `end` how many more there were."""

    def __init__(self) -> None:
        self._said: dict[str, int] = {}

    def say(self, kind: str, name: str, rest: str = "") -> None:
        """`KIND NAME REST`, where the name may be anybody's."""
        self._said[kind] = self._said.get(kind, 0) + 1
        if self._said[kind] <= _MOST:
            print(f"{kind} {shown(name)}{' ' + rest if rest else ''}", flush=True)

    def end(self) -> None:
        for kind, number in self._said.items():
            if number > _MOST:
                print(f"{kind} {number - _MOST} more", flush=True)
