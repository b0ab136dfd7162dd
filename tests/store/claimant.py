"""A process of its own that uses the state at argv[1]. It announces what it did on standard output, line by line.

`hold`: opens the state, says `open`, and keeps it until its input ends. `work`: claims and ends run after run for
ever, and says `claimed N` or `ended N` only after the store's answer.
"""

import sys
from itertools import count

from sexton.model.errors import StateHeld
from tests.store.desk import Desk, claim, end


def say(line: str) -> None:
    print(line, flush=True)


def work(desk: Desk) -> None:
    for number in count(1):
        (claimed,) = desk.do(claim(slot=f"s{number}", watermark=number))
        say(f"claimed {number}")
        (ended,) = desk.do(end(claimed))
        assert ended.took
        say(f"ended {number}")


def main(path: str, what: str) -> None:
    try:
        desk = Desk(path)
    except StateHeld as error:
        say(str(error))
        sys.exit(75)
    say("open")
    if what == "work":
        work(desk)
    sys.stdin.read()
    desk.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
