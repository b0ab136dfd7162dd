"""The API under use and under abuse: one keep-alive client that asks for 100 jobs, and 1,000 hostile clients.

Requests are counted on one connection to each door, by turns, each sent when the answer to the one before has come; the
client reads bytes and parses nothing. The hostile clients are benchmarks/hostile.py's; while they are at it, a probe
asks `/livez` on a new connection each time, and the daemon's memory is watched. supervisord has neither limits nor
probes to compare with.
"""

import socket
import time
from pathlib import Path

from benchmarks import daemons, hostile, proc
from benchmarks.peers import Peers
from benchmarks.report import Row, Table
from benchmarks.stats import median, percentile

JOBS = "".join(f'[jobs.job-{n:02}]\nschedule = "{n % 60} 3 * * *"\ncommand = "true"\n' for n in range(100))
JOBS_PATH = "/api/v1/jobs"
REQUESTS = 5_000
PROBES = 100
CLIENTS = 1_000
MIB = 1024 * 1024
MICROSECOND = 1_000  # nanoseconds
MILLISECOND = 1_000_000


def measure(peers: Peers, home: Path) -> Table:
    home.mkdir(parents=True, exist_ok=True)
    with daemons.sexton(peers, home, JOBS) as sexton:
        port = int(sexton.until("HTTP on").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as tcp, socket.socket(socket.AF_UNIX) as unix:
            unix.connect(str(home / "sexton.sock"))
            turns = [[ask(tcp, JOBS_PATH), ask(unix, JOBS_PATH), status(unix)] for _ in range(REQUESTS)]
        whole, beside, asked = zip(*turns[REQUESTS // 10 :], strict=True)
        before = proc.memory(sexton.pid).resident
        with hostile.clients(port, CLIENTS) as crowd:
            probes = [probe(port) for _ in range(PROBES)]
            during = proc.memory(sexton.pid).resident
            attempts = crowd.attempts()
    rows = (
        Row("100 jobs, median", "µs", (median(whole) / MICROSECOND,), 1e6 / 3_000),
        Row("100 jobs, mean", "µs", (sum(whole) / len(whole) / MICROSECOND,)),
        Row("100 jobs, fastest", "µs", (min(whole) / MICROSECOND,)),
        Row("100 jobs, unix socket, median", "µs", (median(beside) / MICROSECOND,), 1e6 / 3_000),
        Row("100 jobs, unix socket, mean", "µs", (sum(beside) / len(beside) / MICROSECOND,)),
        Row("all that `sexton status` asks, median", "µs", (median(asked) / MICROSECOND,)),
        Row("probe amid the hostile, median", "ms", (median(probes) / MILLISECOND,)),
        Row("probe amid the hostile, p95", "ms", (percentile(probes, 95) / MILLISECOND,), 1_000),
        Row("memory that they cost", "MiB", ((during - before) / MIB,), 50),
    )
    title = f"The API: {REQUESTS} requests for 100 jobs, then {CLIENTS} hostile clients"
    return Table(title, ("Sexton",), rows, (f"The hostile clients made {attempts} connections meanwhile.",))


def ask(client: socket.socket, path: str) -> int:
    """One request and its whole answer; how many nanoseconds that took."""
    began = time.perf_counter_ns()
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    answer = b""
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += received(client)
    length = int(answer[: end + 2].lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    left = end + 4 + length - len(answer)
    while left > 0:
        left -= len(received(client))
    return time.perf_counter_ns() - began


def status(client: socket.socket) -> int:
    """The three requests of `sexton status`; how many nanoseconds they took."""
    return sum(ask(client, path) for path in ("/api/v1/info", "/api/v1/services", JOBS_PATH))


def probe(port: int) -> int:
    """`/livez` on a connection of its own; how many nanoseconds that took, the connecting included."""
    began = time.perf_counter_ns()
    with socket.create_connection(("127.0.0.1", port), hostile.PATIENCE) as client:
        ask(client, "/livez")
    return time.perf_counter_ns() - began


def received(client: socket.socket) -> bytes:
    data = client.recv(1 << 18)
    if not data:
        raise RuntimeError("cannot go on: Sexton closed the connection")
    return data
