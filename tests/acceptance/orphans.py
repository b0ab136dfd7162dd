"""A storm of orphans: `python orphans.py NUMBER` makes so many processes whose parents end before them, and prints how
many zombies there were at most while it did, and how many at last.

A second process counts all the while. It waits for the last zombie as long as it is let. The storm is five hundred
a second, so that a busy machine, which keeps a collector from the processor for some milliseconds, does not decide.
"""

import os
import sys
import time

EVERY = 0.002  # seconds from one orphan to the next


def zombies() -> int:
    """How many there are among the children of our parent."""
    with open(f"/proc/{REAPER}/task/{REAPER}/children", "rb") as file:
        return sum(map(is_zombie, file.read().split()))


def is_zombie(pid: bytes) -> bool:
    try:
        with open(b"/proc/%b/stat" % pid, "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] == b"Z"
    except OSError:
        return False


def orphan() -> None:
    """A parent that ends at once, and its child a little later."""
    parent = os.fork()
    if parent == 0:
        if os.fork() == 0:
            os.sched_yield()
        os._exit(0)
    os.waitpid(parent, 0)


def count(storm_over: int) -> None:
    """Print the most and the last, once the storm is over (end of file at `storm_over`) and no zombie is left."""
    os.set_blocking(storm_over, False)
    most, over = 0, False
    while True:
        now = zombies()
        most = max(most, now)
        if over and not now:
            break
        if not over:
            try:
                over = os.read(storm_over, 1) == b""
            except BlockingIOError:
                over = False
    print(f"most {most} last {now}", flush=True)


REAPER = os.getppid()
if __name__ == "__main__":
    os.nice(19)  # how fast the dead are collected is measured, not who gets the processor on a busy machine
    here, there = os.pipe()
    counter = os.fork()
    if counter == 0:
        os.close(there)
        count(here)
        os._exit(0)
    begin = time.monotonic()
    for number in range(int(sys.argv[1])):
        time.sleep(max(0.0, begin + number * EVERY - time.monotonic()))
        orphan()
    os.close(there)
    os.waitpid(counter, 0)
