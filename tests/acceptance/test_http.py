"""HTTP over TCP on a real Sexton: what it refuses to listen on, who may do what, and health for container runtimes."""

import http.client
import json
import re
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.acceptance.daemon import LIMIT, Daemon
from tests.acceptance.jobs import at_start, job

Make = Callable[..., Daemon]
HTTP = 'http = "127.0.0.1:0"\n'
TOKEN = "a-token-of-these-tests"


def port_of(daemon: Daemon) -> int:
    return int(daemon.wait_for("HTTP on http://127.0.0.1:").rpartition(":")[2])


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    try:
        connection.request(method, path, headers=headers)
        got = connection.getresponse()
        return got.status, got.read()
    finally:
        connection.close()


def test_a_configured_port_that_is_taken_is_refused_where_it_was_set(make: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        daemon = make(at_start("load", "touch ran"), f'http = "{address}"\n')
        refused = daemon.run()
    assert (refused.returncode, refused.stdout) == (78, "")
    assert refused.stderr == f"{daemon.config}:6: sexton.http: cannot listen: Address already in use ({address})\n"
    assert not (daemon.home / "ran").exists()


def test_the_default_port_that_is_taken_is_a_warning(make: Make) -> None:
    with ExitStack() as stack:
        with suppress(OSError):  # then somebody else has it, which will do
            stack.enter_context(socket.create_server(("127.0.0.1", 8470)))
        daemon = make(job("load", "true"))
        daemon.config.write_text(daemon.config.read_text().replace('http = ""\n', ""))
        daemon.launch()
        assert "going on without" in daemon.wait_for(r"warning: http: cannot listen: .*127.0.0.1:8470")
        daemon.wait_for("Sexton .*, pid")
        assert daemon.ask("status")["info"]["http"] is None
        assert daemon.stop() == 0


def test_an_address_open_to_others_is_refused_without_a_token(make: Make) -> None:
    daemon = make(at_start("load", "touch ran"), 'http = "0.0.0.0:0"\n')
    refused = daemon.run()
    assert refused.returncode == 78
    assert refused.stderr.startswith(f'{daemon.config}:6: sexton.http: "0.0.0.0:0" is open to other machines')
    assert not (daemon.home / "ran").exists()


def test_the_token_lets_a_job_be_run_and_is_never_shown(make: Make) -> None:
    daemon = make(job("load", "env"), HTTP + 'token_file = "token"\n')
    (daemon.home / "token").write_text(f"{TOKEN}\n")
    (daemon.home / "token").chmod(0o600)
    port = port_of(daemon.start())
    assert ask(port, "/api/v1/jobs/load/trigger", "POST")[0] == 401
    assert ask(port, "/api/v1/jobs/load/trigger", "POST", Authorization="Bearer wrong")[0] == 401
    assert ask(port, "/api/v1/jobs/load/trigger", "POST", Authorization=f"Bearer {TOKEN}")[0] == 202
    run = daemon.ended("load")
    log = Path(run["log"]).read_text()
    shown = [body for path in ("info", "jobs", "runs") for _, body in [ask(port, f"/api/v1/{path}")]]
    assert TOKEN not in log
    assert not any(TOKEN.encode() in body for body in shown)


def test_health_is_a_word_and_an_exit_code(make: Make) -> None:
    daemon = make(job("well", "true") + job("badly", "exit 7"), HTTP)
    port = port_of(daemon.start())
    url = f"http://127.0.0.1:{port}"
    for where in ([], ["--url", url]):
        done = daemon.cli("health", *where)
        assert (done.returncode, done.stdout) == (0, "pass\n")
    daemon.cli("trigger", "badly", "--wait", check=False)
    for where in ([], ["--url", url]):
        done = daemon.cli("health", *where, check=False)
        assert (done.returncode, done.stdout) == (1, "fail\nfail  job:badly: run 1 failed: exit code 7\n")
    assert [ask(port, path)[0] for path in ("/livez", "/readyz", "/healthz", "/health")] == [200, 200, 503, 503]
    assert json.loads(ask(port, "/health")[1])["checks"]["job:well"][0]["status"] == "pass"
    daemon.stop()
    for where in ([], ["--url", url]):
        done = daemon.cli("health", *where, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert "cannot reach Sexton" in done.stderr


SLOW = b"GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
CRUMBS = b"POST /api/v1/reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 20_000
GREEDY = b"GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50


def test_bodies_in_tiny_pieces_keep_no_probe_waiting(make: Make) -> None:
    """Each piece costs a thousand times what sending it does."""
    daemon = make(job("load", "true"), HTTP)
    port = port_of(daemon.start())
    with ExitStack() as crowd:
        clients = [crowd.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(30)]
        for client in clients:
            client.settimeout(0)
            with suppress(BlockingIOError):
                client.send(CRUMBS)
        before = time.monotonic()
        assert ask(port, "/livez")[0] == 200
        assert time.monotonic() - before < 1
    assert daemon.stop() == 0


def test_hostile_clients_keep_no_probe_waiting(make: Make) -> None:
    """Three hundred that dawdle and a hundred that do not read, more than there are places, and others that come and
    go: the probes are answered as before, and memory stays."""
    daemon = make("".join(job(f"job-{n}", "true") for n in range(50)), HTTP)
    port = port_of(daemon.start())
    assert ask(port, "/livez")[0] == 200
    before = resident(daemon.pid)
    with ExitStack() as crowd:
        for number in range(400):
            client = crowd.enter_context(socket.create_connection(("127.0.0.1", port)))
            with suppress(ConnectionResetError, BrokenPipeError):  # it had to make room already
                client.sendall(GREEDY if number % 4 == 0 else SLOW)
            if number % 10 == 0:
                with socket.create_connection(("127.0.0.1", port)):
                    pass
            if number % 20 == 0:
                assert ask(port, "/livez") == (200, b"ok\n")
        assert [ask(port, path)[0] for path in ("/livez", "/readyz", "/healthz")] == [200] * 3
        assert daemon.cli("health").stdout == "pass\n"  # the unix socket has places of its own
        assert resident(daemon.pid) - before < 50_000_000
    assert daemon.stop() == 0


def resident(pid: int) -> int:
    """Bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8470"])
def test_a_rebound_name_reads_nothing(make: Make, host: str) -> None:
    port = port_of(make(job("load", "true"), HTTP).start())
    assert ask(port, "/api/v1/jobs", Host=host)[0] == 403
    assert ask(port, "/livez", Host=host)[0] == 200
