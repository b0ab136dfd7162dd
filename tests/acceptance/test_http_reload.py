"""HTTP follows the configuration when it is reloaded: its address, its hosts, its tokens; all of it or nothing."""

import http.client
import os
import signal
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import at_start, job
from tests.acceptance.test_http import ask, port_of

Make = Callable[..., Daemon]
JOB = job("load", "true")
FIRST, SECOND = "the-first-token-of-these", "the-second-token-of-these"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def at(port: int, host: str = "127.0.0.1") -> str:
    return f'http = "{host}:{port}"\n'


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_another_port_is_opened_and_the_old_one_closed_when_all_is_answered(make: Make) -> None:
    daemon = make(JOB, at(0))
    old = port_of(daemon.start())
    new = free_port()
    with closing(http.client.HTTPConnection("127.0.0.1", old)) as going_on:
        going_on.request("GET", "/api/v1/events?follow=1")
        stream = going_on.getresponse()
        assert b"id: 1" in stream.fp.readline() + stream.fp.readline()
        daemon.write(JOB, at(new))
        assert daemon.cli("reload").stdout == "reloaded: jobs unchanged; services unchanged; http changed\n"
        assert port_of(daemon) == new
        assert ask(new, "/livez") == (200, b"ok\n")
        with closing(socket.socket()) as late:
            assert late.connect_ex(("127.0.0.1", old)) != 0
        daemon.cli("trigger", "load")
        while b"run_started" not in stream.fp.readline():
            pass
    assert daemon.ask("status")["info"]["http"] == f"http://127.0.0.1:{new}"
    assert daemon.stop() == 0


def test_a_port_that_is_taken_refuses_the_reload_whole(make: Make) -> None:
    daemon = make(JOB, at(0))
    old = port_of(daemon.start())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        daemon.write(JOB.replace("load", "other"), at(number))
        done = daemon.cli("reload", check=False)
    said = f"{daemon.config}:6: sexton.http: cannot listen: Address already in use (127.0.0.1:{number})"
    assert (done.returncode, done.stdout) == (78, "")
    assert said in done.stderr
    daemon.wait_for("reload: nothing was changed")
    assert ask(old, "/livez")[0] == 200
    assert [each["name"] for each in daemon.ask("status")["jobs"]] == ["load"]
    assert daemon.stop() == 0


def test_the_same_port_goes_over_to_all_addresses_and_back(make: Make) -> None:
    token = f'token = "{FIRST}"\n'
    port = free_port()
    daemon = make(JOB, at(port) + token).start()
    for host in ("0.0.0.0", "127.0.0.1"):
        daemon.write(JOB, at(port, host) + token)
        daemon.cli("reload")
        daemon.wait_for(f"HTTP on http://{host}:{port}")
        assert ask(port, "/livez")[0] == 200
    assert daemon.stop() == 0


def test_http_goes_off_and_comes_back(make: Make) -> None:
    daemon = make(JOB, at(0))
    old = port_of(daemon.start())
    daemon.write(JOB, 'http = ""\n')
    daemon.cli("reload")
    with closing(socket.socket()) as client:
        assert client.connect_ex(("127.0.0.1", old)) != 0
    assert daemon.ask("status")["info"]["http"] is None
    daemon.write(JOB, at(0))
    daemon.cli("reload")
    assert ask(port_of(daemon), "/livez")[0] == 200
    assert daemon.stop() == 0


def test_another_token_counts_at_once_also_for_who_is_connected(make: Make) -> None:
    daemon = make(JOB, at(0) + 'token_file = "token"\n')
    token = daemon.home / "token"
    token.write_text(FIRST)
    token.chmod(0o600)
    port = port_of(daemon.start())
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connected:

        def trigger(given: str) -> int:
            connected.request("POST", "/api/v1/jobs/load/pause", headers=bearer(given))
            answer = connected.getresponse()
            answer.read()
            return answer.status

        assert trigger(FIRST) == 200
        token.write_text(SECOND)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("reloaded: .*; http changed")
        assert trigger(FIRST) == 401
        assert trigger(SECOND) == 200
    assert daemon.stop() == 0


def test_a_token_that_a_reload_brings_is_shown_nowhere(make: Make) -> None:
    says = job("says", 'cat token; echo "<$TOKEN>"')
    daemon = make(says, at(0))
    (daemon.home / "token").write_text(SECOND)
    (daemon.home / "token").chmod(0o600)
    daemon.start(env={"TOKEN": SECOND})
    daemon.write(says, at(0) + 'token_file = "token"\n')
    daemon.cli("reload")
    daemon.cli("trigger", "says", "--wait")
    assert Path(daemon.runs("says")[0]["log"]).read_text() == "***<>\n"
    assert daemon.stop() == 0


def test_another_host_name_is_accepted_after_a_reload(make: Make) -> None:
    daemon = make(JOB, at(0))
    port = port_of(daemon.start())
    assert ask(port, "/api/v1/jobs", Host="sexton.example")[0] == 403
    daemon.write(JOB, at(0) + 'hosts = ["sexton.example"]\n')
    daemon.cli("reload")
    assert ask(port, "/api/v1/jobs", Host="sexton.example")[0] == 200
    assert daemon.stop() == 0


def test_another_socket_waits_for_the_next_start_and_says_so(make: Make) -> None:
    daemon = make(JOB).start()
    daemon.config.write_text(daemon.config.read_text().replace("run/s.sock", "run/t.sock"))
    said = daemon.cli("reload").stdout
    assert said == "reloaded: jobs unchanged; services unchanged; socket will change with the next start\n"
    assert daemon.ask("status")["info"]["socket"] == str(daemon.home / "run/s.sock")
    assert daemon.stop() == 0


def test_a_token_may_be_a_secret_and_no_child_has_what_it_comes_from(make: Make) -> None:
    settings = at(0) + 'token = "secret:door"\nread_token = "${READ}"\n'
    plan = at_start("env", "env; env >seen; cat door; sleep 1000") + '[secrets]\ndoor = { env = "DOOR" }\n'
    daemon = make(plan, settings)
    (daemon.home / "door").write_text(f"{FIRST} {SECOND}\n")
    daemon.start(env={"DOOR": FIRST, "READ": SECOND})
    port = port_of(daemon)
    assert ask(port, "/api/v1/jobs/env/pause", "POST", **bearer(SECOND))[0] == 403
    assert ask(port, "/api/v1/jobs/env/pause", "POST", **bearer(FIRST))[0] == 200
    daemon.wait_for(r"env +\| \*\*\* \*\*\*$")
    environ = Path(f"/proc/{daemon.pid}/environ").read_bytes() + (daemon.home / "seen").read_bytes()
    shown = [body for path in ("info", "jobs", "events", "runs/1/log") for _, body in [ask(port, f"/api/v1/{path}")]]
    logs = [path.read_bytes() for path in (*daemon.home.glob("log/**/*.log"), *daemon.home.glob("state/*"))]
    for token in (FIRST, SECOND):
        assert token.encode() not in environ + b"".join(shown + logs)
    daemon.signal(signal.SIGHUP)  # the source is known still
    daemon.wait_for("reloaded: jobs unchanged; services unchanged$")
    assert ask(port, "/api/v1/jobs/env/resume", "POST", **bearer(FIRST))[0] == 200
    assert daemon.stop() == 0


def test_a_secret_that_can_be_no_token_is_refused_under_its_line(make: Make) -> None:
    plan = '[secrets]\ndoor = { file = "door" }\n'
    daemon = make(plan, at(0) + 'token = "secret:door"\n')
    (daemon.home / "door").write_text("two words")
    done = daemon.run()
    line = daemon.config.read_text().split("\n").index('door = { file = "door" }') + 1
    assert done.returncode == os.EX_CONFIG
    assert done.stderr == (
        f"{daemon.config}:{line}: secrets.door: it is the `token` of [sexton], and "
        "a token is ASCII letters, digits and signs without spaces\n"
    )
