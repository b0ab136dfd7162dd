"""XML-RPC as supervisord's clients speak it: how all 100 processes stand, asked on one connection that is kept alive.

Both have the same file, with `startsecs = 0`, so that no second of waiting is in the figures. They are asked by turns
at their unix sockets, each request sent when the answer to the one before has come; the client reads bytes and parses
nothing.
"""

import socket
import time
from contextlib import closing
from pathlib import Path

from benchmarks import daemons
from benchmarks.api import received
from benchmarks.peers import Peers
from benchmarks.process import Observed
from benchmarks.report import Row, Table
from benchmarks.stats import median

PROCESSES = 100
REQUESTS = 200  # of each by turns: supervisord's take ten milliseconds and more
ALONE = 2_000  # of Sexton's further ones, to see what it keeps up
MICROSECOND = 1_000  # nanoseconds
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
NAMES = [f"p{n:02}" for n in range(PROCESSES)]
PROGRAMS = "".join(f"[program:{name}]\ncommand = sleep 1000\nstartsecs = 0\n" for name in NAMES)
BODY = b"<?xml version='1.0'?><methodCall><methodName>supervisor.%s</methodName><params/></methodCall>"


def measure(peers: Peers, home: Path) -> Table:
    mine, theirs = home / "sexton", home / "supervisord"
    mine.mkdir(parents=True)
    theirs.mkdir()
    with daemons.instead(peers, mine, PROGRAMS) as sexton, daemons.supervisord(peers, theirs, PROGRAMS) as supervisord:
        wait(sexton, supervisord)
        with closing(client(mine / "supervisor.sock")) as ours, closing(client(theirs / "supervisor.sock")) as others:
            turns = [(ask(ours, b"getAllProcessInfo"), ask(others, b"getAllProcessInfo")) for _ in range(REQUESTS)]
            small = [(ask(ours, b"getState"), ask(others, b"getState")) for _ in range(REQUESTS)]
            alone = [ask(ours, b"getAllProcessInfo") for _ in range(ALONE)]
            stopped = ask(ours, b"stopAllProcesses"), ask(others, b"stopAllProcesses")
            started = ask(ours, b"startAllProcesses"), ask(others, b"startAllProcesses")
    pairs = tuple(zip(*turns, strict=True)), tuple(zip(*small, strict=True))
    rows = (
        Row("getAllProcessInfo, median", "µs", tuple(median(each) / MICROSECOND for each in pairs[0])),
        Row("getState, median", "µs", tuple(median(each) / MICROSECOND for each in pairs[1])),
        Row("getAllProcessInfo, per second", "", tuple(len(each) * SECOND / sum(each) for each in pairs[0])),
        Row("stop all", "ms", tuple(each / MILLISECOND for each in stopped)),
        Row("start all, until all are RUNNING", "ms", tuple(each / MILLISECOND for each in started)),
        Row("getAllProcessInfo without turns, median", "µs", (median(alone) / MICROSECOND, None), 1_000),
    )
    return Table(f"XML-RPC: {PROCESSES} processes asked for", ("Sexton", "supervisord"), rows)


def wait(sexton: Observed, supervisord: Observed) -> None:
    """Until all processes have been started."""
    sexton.until(f"{NAMES[-1]}: running")
    supervisord.until(f"success: {NAMES[-1]} entered RUNNING")


def client(path: Path) -> socket.socket:
    found = socket.socket(socket.AF_UNIX)
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
