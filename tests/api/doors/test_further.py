"""supervisord's own doors: who is answered there, what is answered there, and how they come and go."""

import base64
import hashlib
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sexton.api.doors.basicrule import BasicRule
from sexton.api.doors.further import FurtherDoors
from sexton.api.doors.throttle import Throttle
from sexton.api.request import HERE, Remote, Request
from sexton.model.errors import ConfigError, Refused
from sexton.model.supervisord import Server
from tests.api.harness import Client, Daemon
from tests.api.resources.test_rpc2 import post
from tests.fakes import WALL, FakeClock
from tests.rpc.calls import read

NAMED = Server(host="127.0.0.1", username="u", password="pw")
ELSEWHERE = Remote("192.0.2.7", False)
LOOPBACK = Remote("127.0.0.1", True)


def rule(server: Server) -> BasicRule:
    return BasicRule(server, frozenset({"box"}), Throttle(FakeClock(WALL), lambda said: None))


def request(remote: Remote = LOOPBACK, headers: Mapping[str, str] = {}) -> Request:
    named = {"Host": "localhost:9001", **headers}
    sent = [(name.lower().encode(), value.encode()) for name, value in named.items()]
    return Request("POST", b"/RPC2", headers=sent, remote=remote)


def credentials(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def kind(server: Server, asked: Request, changes: bool = True) -> str:
    """How it is refused, "" when it is not."""
    try:
        rule(server)(asked, changes)
    except Refused as refused:
        return refused.kind
    return ""


SHA = "{SHA}" + hashlib.sha1(b"pw").hexdigest()


@pytest.mark.parametrize("password", ["pw", SHA, SHA.upper()])
@pytest.mark.parametrize("remote", [LOOPBACK, ELSEWHERE, HERE])
def test_who_knows_the_password_may_do_everything(password: str, remote: Remote) -> None:
    server = NAMED._replace(password=password)
    assert kind(server, request(remote, {"Authorization": credentials("u:pw")})) == ""
    for wrong in ("u:px", "v:pw", "u:", ":", "u", "pw"):
        assert kind(server, request(remote, {"Authorization": credentials(wrong)}), False) == "unauthenticated"
    for other in ("Bearer pw", "Basic ###", ""):
        assert kind(server, request(remote, {"Authorization": other}), False) == "unauthenticated"
    assert kind(server, request(remote), False) == "unauthenticated"


def test_a_digest_is_no_password() -> None:
    assert (
        kind(NAMED._replace(password=SHA), request(headers={"Authorization": credentials(f"u:{SHA}")}))
        == "unauthenticated"
    )


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic Og=="}, {"Authorization": credentials("a:b")}])
def test_an_open_door_answers_its_own_machine_whatever_it_sends(header: dict[str, str]) -> None:
    server = Server(host="0.0.0.0", port=9001)
    assert kind(server, request(LOOPBACK, header)) == ""
    assert kind(server, request(ELSEWHERE, header), False) == "forbidden"


def test_a_page_of_another_site_changes_nothing_even_with_the_password() -> None:
    allowed = {"Authorization": credentials("u:pw")}
    assert kind(NAMED, request(headers={"Origin": "http://evil.example", **allowed})) == "forbidden"
    assert kind(NAMED, request(headers={"Sec-Fetch-Site": "cross-site", **allowed})) == "forbidden"
    assert kind(NAMED, request(headers={"Origin": "http://localhost:9001", **allowed})) == ""


def test_an_open_door_changes_nothing_under_a_name_that_is_not_its_own() -> None:
    server = Server(host="127.0.0.1", port=9001)
    rebound = request(headers={"Host": "evil.example:9001", "Origin": "http://evil.example:9001"})
    assert kind(server, rebound) == "forbidden"
    assert kind(server, request(headers={"Host": "box:9001"})) == ""
    assert kind(NAMED, request(headers={"Host": "other", "Authorization": credentials("u:pw")})) == ""


def test_guessing_ends_in_refusals_and_locks_nobody_out() -> None:
    guarded = rule(NAMED)
    for _ in range(10):
        with pytest.raises(Refused):
            guarded(request(headers={"Authorization": credentials("u:x")}), False)
    with pytest.raises(Refused, match="too many"):
        guarded(request(headers={"Authorization": credentials("u:x")}), False)
    guarded(request(headers={"Authorization": credentials("u:pw")}), True)


class Further:
    """FurtherDoors beside a daemon's own."""

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.doors = daemon.call(lambda: FurtherDoors(daemon.loop, frozenset(), daemon.reports.append))

    def open(self, *sections: Server) -> None:
        self.daemon.call(lambda: self.doors.open(sections))
        self.daemon.call(lambda: self.doors.serve(self.daemon.control))

    def reload(self, *sections: Server) -> None:
        self.daemon.call(lambda: self.doors.prepare(sections, frozenset())[0]())


@pytest.fixture
def further(daemon: Daemon) -> Iterator[Further]:
    found = Further(daemon)
    yield found
    daemon.call(found.doors.close)


def test_supervisords_paths_alone_are_answered(further: Further, tmp_path: Path) -> None:
    path = str(tmp_path / "s.sock")
    further.open(Server(path=path))
    with Client(path) as client:
        assert read(post(client, "getVersion").body) == "3.0"
        assert b"Sexton" in client.ask("/").body
        assert client.ask("/logtail/nope").status == 404
        assert client.ask("/api/v1/info").status == 404
        assert client.ask("/livez").status == 404


def test_without_the_password_the_realm_is_supervisords(further: Further, tmp_path: Path) -> None:
    path = str(tmp_path / "s.sock")
    further.open(NAMED._replace(path=path))
    with Client(path) as client:
        got = post(client, "getVersion")
        assert (got.status, got.headers["www-authenticate"]) == (401, 'Basic realm="default"')
        assert post(client, "getVersion", Authorization=credentials("u:pw")).status == 200


def test_a_socket_has_the_mode_and_owner_that_are_asked_for(further: Further, tmp_path: Path) -> None:
    path, owner = tmp_path / "s.sock", (os.getuid(), os.getgid())
    further.open(Server(path=str(path), mode=0o770, owner=owner))
    found = path.stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (0o770, *owner)
    further.daemon.call(further.doors.close)
    assert not path.exists()


def test_a_place_that_is_taken_is_refused_with_its_line_and_nothing_stays_open(
    further: Further, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = Server(host="127.0.0.1", port=other.getsockname()[1], file="x.conf", line=7)
        free = Server(path=str(tmp_path / "s.sock"))
        for listen in (further.doors.open, lambda sections: further.doors.prepare(sections, frozenset())):
            with pytest.raises(ConfigError, match=r"x\.conf:7: cannot listen"):
                listen([free, taken])
            assert not (tmp_path / "s.sock").exists()


def test_a_reload_opens_closes_and_changes_passwords(further: Further, tmp_path: Path) -> None:
    one, two = (Server(path=str(tmp_path / name)) for name in ("one", "two"))
    further.open(one)
    with Client(one.path) as client:
        assert post(client, "getVersion").status == 200
        further.reload(one._replace(username="u", password="pw"), two)
        assert post(client, "getVersion").status == 401
    with Client(two.path) as client:
        assert post(client, "getVersion").status == 200
        further.reload()
        assert client.at_end()
    assert not (tmp_path / "one").exists()
    assert not (tmp_path / "two").exists()


def test_the_next_image_listens_on_where_this_one_did(further: Further, tmp_path: Path) -> None:
    sections = (Server(path=str(tmp_path / "s.sock")), Server(host="127.0.0.1"))
    further.open(*sections)
    left = further.doors.leave_behind()
    assert [each.section for each in left] == list(sections)
    taken = [each._replace(listener=os.dup(each.listener)) for each in left]
    next_image = Further(further.daemon)
    further.daemon.call(lambda: next_image.doors.take_up(taken))
    assert next_image.doors.leave_behind() == tuple(taken)
    further.daemon.call(next_image.doors.close)


def test_nothing_that_answers_is_loaded_before_somebody_asks() -> None:
    wanted = "import sys, sexton.app, sexton.api.doors.further, sexton.api.doors.server, sexton.api.router"
    code = f"{wanted}; print([each for each in sys.modules if 'rpc' in each or 'expat' in each or 'programs' in each])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_it_is_said_which_doors_refuse_other_machines(further: Further, tmp_path: Path) -> None:
    further.open(Server(path=str(tmp_path / "s.sock")), Server(), NAMED, Server(host="127.0.0.1"))
    said: list[tuple[str, str]] = []
    further.doors.tell(lambda level, text: said.append((level, text)))
    assert [level for level, _ in said] == ["info", "info", "warning", "info", "info"]


def test_an_idle_daemon_with_such_doors_has_no_answers_in_memory() -> None:
    parts = "api.answers", "supervise.background", "supervise.cleanup", "core.event_tree"
    wanted = "sexton.supervise.start, sexton.supervise.daemon, sexton.api.doors.further, sexton.config.supervisord.door"
    loaded = f"[part for part in {parts} if f'sexton.{{part}}' in sys.modules]"
    code = f"import sys, {wanted}; print('grp' in sys.modules, {loaded})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "False []\n"
