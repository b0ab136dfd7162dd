"""Notices: how soon after its run a mail is accepted, and what a dead mail server costs while a thousand jobs fail.

The mail server is a thread of ours on loopback. A mail counts from the end of the run, as the ledger has it, to the
server's 250 for it, so that the start of the child that delivers is in it. The storm is a thousand jobs that fail for
the first time within one minute, with mail to a port where nobody listens, and again without mail; a job that is due
each second tells how late it is meanwhile. Then somebody listens.
"""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import daemons, stamp
from benchmarks.lateness import JOB, lateness
from benchmarks.peers import Peers
from benchmarks.proc import KIB, memory
from benchmarks.process import Observed
from benchmarks.report import Row, Table
from benchmarks.stats import median, percentile

MAILS = 40
STORM = 1000  # jobs
FIRINGS = 60  # of the job that is due each second, during the storm
PATIENCE = 900.0  # seconds until everything is delivered
ACCEPTED_LIMIT = 300.0  # ms
LATE_LIMIT = 1.2  # times the lateness without mail

TOLD = JOB + 'notify = { sink = "ops", on = "succeeded" }\n'
SINK = '[sinks.ops]\nmail = {{ to = "ops@example.com", host = "127.0.0.1", port = {port}, tls = "none" }}\n'
FAILING = '[jobs.j{n}]\nschedule = "{second} * * * * *"\ncommand = "/bin/false"\n{notify}'


def measure(peers: Peers, home: Path) -> Table:
    for each in ("mail", "quiet", "storm"):
        (home / each).mkdir(parents=True)
    accepted = _accepted(peers, home / "mail")
    calm = _storm(peers, home / "quiet", None)
    storm = _storm(peers, home / "storm", _free_port())
    worst = percentile(calm.late, 99)
    rows = (
        Row("mail accepted after the end of a run, median", "ms", (median(accepted), None), ACCEPTED_LIMIT),
        Row("p99", "ms", (percentile(accepted, 99), None)),
        Row("start after the due instant in the storm, median", "ms", (median(storm.late), median(calm.late))),
        Row("p99", "ms", (percentile(storm.late, 99), worst), worst * LATE_LIMIT),
        Row("more memory after the storm than before", "MiB", (storm.grown, calm.grown)),
        Row("until all mails were accepted, once somebody listened", "s", (storm.delivered, None)),
    )
    title = f"Notices ({MAILS} mails; {STORM} failures in a minute and a dead mail server)"
    return Table(title, ("Sexton", "without mail"), rows)


class Storm(NamedTuple):
    """Milliseconds by which the job of each second was late, MiB that memory has grown, seconds until all was told."""

    late: list[float]
    grown: float
    delivered: float


def _accepted(peers: Peers, home: Path) -> list[float]:
    """Milliseconds from the end of each run to the 250 for its mail."""
    with Mouth(_free_port()) as mouth, daemons.sexton(peers, home, TOLD + SINK.format(port=mouth.port)) as sexton:
        while len(mouth.accepted) < MAILS:
            stamp.heard(sexton)
        ended = [at for (at,) in _ask(home, "SELECT ended FROM run WHERE outcome = 'succeeded' ORDER BY id")]
        return [(at - end * 1000) / stamp.MS for at, end in zip(mouth.accepted, ended, strict=False)]


def _storm(peers: Peers, home: Path, port: int | None) -> Storm:
    notify = "" if port is None else 'notify = "ops"\n'
    jobs = "".join(FAILING.format(n=n, second=n % 60, notify=notify) for n in range(STORM))
    sink = "" if port is None else SINK.format(port=port)
    with daemons.sexton(peers, home, JOB + jobs + sink) as sexton:
        stamp.heard(sexton)
        before = memory(sexton.pid).private
        late = [each / stamp.MS for each in lateness([stamp.heard(sexton) for _ in range(FIRINGS)], 0)]
        grown = (memory(sexton.pid).private - before) / KIB / KIB
        return Storm(late, grown, 0.0 if port is None else _delivered(sexton, home, port))


def _delivered(sexton: Observed, home: Path, port: int) -> float:
    began = time.monotonic()
    with Mouth(port):
        while _ask(home, "SELECT count(*) FROM outbox WHERE state = 'delivered'") < [(STORM,)]:
            if time.monotonic() - began > PATIENCE:
                raise RuntimeError("cannot measure deliveries: not everything was delivered")
            stamp.heard(sexton)
    return time.monotonic() - began


def _ask(home: Path, question: str) -> list[tuple[int, ...]]:
    with sqlite3.connect(f"file:{home}/state.db?mode=ro", uri=True, timeout=10) as db:
        return db.execute(question).fetchall()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class Mouth:
    """A mail server that swallows; `accepted` is when it did, in nanoseconds since 1970."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.accepted: list[int] = []
        self._listening = socket.create_server(("127.0.0.1", port))

    def __enter__(self) -> "Mouth":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            with client, client.makefile("rwb") as stream:
                for answer in self._talk(iter(stream.readline, b"")):
                    stream.write(answer)
                    stream.flush()

    def _talk(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        yield b"220 here\r\n"
        for line in lines:
            verb = line[:4].upper()
            yield b"354 go on\r\n" if verb == b"DATA" else b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"
            if verb == b"DATA":
                while next(lines, b".\r\n") != b".\r\n":
                    pass
                self.accepted.append(time.time_ns())
                yield b"250 ok\r\n"
            if verb == b"QUIT":
                return
