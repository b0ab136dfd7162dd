"""XML-RPC as supervisord's clients speak it: how all 100 processes stand, asked on one connection that is kept alive.

And how long it takes to stop and to start all of them, by turns, in several rounds. Both have the same file, with
`startsecs = 0`, so that no second of waiting is in the figures; with `startsecs = 1`, supervisord's own default, both
wait for that second once. They are asked by turns at their unix sockets, each request sent when the answer to the one
before has come; the client reads bytes and parses nothing.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks import daemons
from benchmarks.api import received
from benchmarks.peers import Peers
from benchmarks.process import PATIENCE, Observed
from benchmarks.report import Row, Table
from benchmarks.stats import median

PROCESSES = 100
REQUESTS = 200  # of each by turns: supervisord's take ten milliseconds and more
ALONE = 2_000  # of Sexton's further ones, to see what it keeps up
ROUNDS = 7
THEIR_SHARE = 3  # all processes are up in a third of supervisord's time
MICROSECOND = 1_000  # nanoseconds
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
NAMES = [f"p{n:02}" for n in range(PROCESSES)]
PROGRAM = "[program:{}]\ncommand = sleep 1000\nstartsecs = {}\n"
BODY = b"<?xml version='1.0'?><methodCall><methodName>supervisor.%s</methodName><params/></methodCall>"


class Side(NamedTuple):
    """One of the two, and a client of it."""

    client: socket.socket
    daemon: Observed


class Asked(NamedTuple):
    """How many nanoseconds each call took, of Sexton and of supervisord."""

    ours: list[int]
    theirs: list[int]

    @property
    def medians(self) -> tuple[float, float]:
        return median(self.ours), median(self.theirs)

    def in_unit(self, unit: int) -> tuple[float, float]:
        return self.medians[0] / unit, self.medians[1] / unit


def measure(peers: Peers, home: Path) -> Table:
    with both(peers, home / "at-once", start_seconds=0) as sides:
        infos, small = (by_turns(sides, (call,), REQUESTS)[0] for call in (b"getAllProcessInfo", b"getState"))
        alone = [ask(sides[0].client, b"getAllProcessInfo") for _ in range(ALONE)]
        steered = by_turns(sides, (b"stopAllProcesses", b"startAllProcesses"), ROUNDS)
    with both(peers, home / "after-a-second", start_seconds=1) as sides:
        _, waited = by_turns(sides, (b"stopAllProcesses", b"startAllProcesses"), ROUNDS)
    stopped, started = (each.in_unit(MILLISECOND) for each in steered)
    second = waited.in_unit(MILLISECOND)
    rows = (
        Row("getAllProcessInfo, median", "µs", infos.in_unit(MICROSECOND)),
        Row("getState, median", "µs", small.in_unit(MICROSECOND)),
        Row("getAllProcessInfo, per second", "", tuple(len(each) * SECOND / sum(each) for each in infos)),
        Row("stop all, median", "ms", stopped),
        Row("start all, until all are RUNNING", "ms", started, started[1] / THEIR_SHARE),
        Row("restart of all", "ms", (stopped[0] + started[0], stopped[1] + started[1])),
        Row("start all, startsecs = 1", "ms", second),
        Row("start all, beyond that second", "ms", (second[0] - 1_000, second[1] - 1_000)),
        Row("getAllProcessInfo without turns, median", "µs", (median(alone) / MICROSECOND, None), 1_000),
    )
    return Table(f"XML-RPC: {PROCESSES} processes asked for, and steered", ("Sexton", "supervisord"), rows)


@contextmanager
def both(peers: Peers, home: Path, *, start_seconds: int) -> Iterator[tuple[Side, Side]]:
    """Either, once all processes run."""
    mine, theirs = home / "sexton", home / "supervisord"
    for each in (mine, theirs):
        each.mkdir(parents=True)
    programs = "".join(PROGRAM.format(name, start_seconds) for name in NAMES)
    with daemons.instead(peers, mine, programs) as sexton, daemons.supervisord(peers, theirs, programs) as supervisord:
        wait(sexton, supervisord)
        with closing(client(mine / "supervisor.sock")) as ours, closing(client(theirs / "supervisor.sock")) as others:
            yield Side(ours, sexton), Side(others, supervisord)


def by_turns(sides: tuple[Side, Side], calls: tuple[bytes, ...], rounds: int) -> list[Asked]:
    """Each of `calls` in each round, of one and of the other."""
    found = [Asked([], []) for _ in calls]
    for _ in range(rounds):
        for asked, call in zip(found, calls, strict=True):
            for side, times in zip(sides, asked, strict=True):
                times.append(ask(side.client, call))
                side.daemon.forget()  # supervisord waits for whoever reads its output
    return found


def wait(sexton: Observed, supervisord: Observed) -> None:
    """Until all processes have been started."""
    sexton.until(f"{NAMES[-1]}: running")
    supervisord.until(f"success: {NAMES[-1]} entered RUNNING")


def client(path: Path) -> socket.socket:
    found = socket.socket(socket.AF_UNIX)
    found.settimeout(PATIENCE)
    found.connect(str(path))
    return found


def ask(client: socket.socket, method: bytes) -> int:
    """One call and its whole answer; how many nanoseconds that took."""
    body = BODY % method
    began = time.perf_counter_ns()
    client.sendall(b"POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    answer = b""
    while not answer.endswith(b"</methodResponse>\n"):
        answer += received(client)
    return time.perf_counter_ns() - began
