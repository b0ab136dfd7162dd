"""The two doors while Sexton lives: the unix socket and the TCP address. They are open before anything starts, are
answered at a little later, and follow the configuration when it is reloaded.

Invariant: a new place is open before an old one is closed, so that a change that cannot be made leaves both as they
were; and what a token or a Host may do is the same for all connections, however old.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sexton.api.doors.socketfile import SocketFile
from sexton.api.doors.tcpdoor import TcpDoor
from sexton.model.errors import ConfigError, Problem, SextonError
from sexton.model.http import Http

if TYPE_CHECKING:
    from sexton.api.doors.access import TcpRule
    from sexton.api.doors.further import FurtherDoors
    from sexton.api.doors.server import Server
    from sexton.model.handover import DoorsLeft
    from sexton.model.plan import Plan
    from sexton.model.supervisord import Server as Section
    from sexton.model.units import Duration
    from sexton.ports import Control, Logs, Loop


class Doors:
    """`where` has the places that are open, by their keys: `socket` and `http`. With `spare`, a place that cannot be
    had is no more than said, `quietly` where the socket was not asked for; `further`: those of supervisord.conf
    sections are opened too."""

    def __init__(
        self, loop: Loop, logs: Logs, *, spare: bool = False, further: bool = True, quietly: bool = False
    ) -> None:
        self.where: dict[str, str] = {}
        self._loop = loop
        self._logs = logs
        self._spare = spare
        self._with_further = further
        self._quietly = quietly
        self._control: Control | None = None  # whoever answers; nobody does yet
        self._socket: SocketFile | None = None
        self._tcp: TcpDoor | None = None
        self._http = Http(None)
        self._rule: TcpRule | None = None
        self._servers: list[Server] = []
        self._socket_server: Server | None = None
        self._tcp_server: Server | None = None
        self._further: FurtherDoors | None = None  # once a plan has some

    def open(self, plan: Plan) -> None:
        """Listen. Raises ConfigError for a place that cannot be had."""
        settings = plan.settings
        self.where["socket"] = settings.socket
        try:
            self._socket = SocketFile(settings.socket)
        except SextonError as error:
            self._without("socket", error, None if self._spare else Problem(_main_file(plan), 0, f"socket: {error}"))
        self._http = settings.http
        self._tcp = self._listen(settings.http, refuse=bool(settings.http.file) and not self._spare)
        if _sections(plan) and self._with_further:
            self._further = self._furthest()
            self._further.open(_sections(plan))
        self._show()

    def take_up(self, left: DoorsLeft) -> None:
        """Listen on with the sockets of the last image."""
        if left.socket >= 0:
            self._socket = SocketFile.taken_up(left.path, left.socket, left.identity)
        self.where["socket"] = left.path
        self._http = left.http
        if left.tcp >= 0:
            self._tcp = TcpDoor.taken_up(left.url, left.tcp)
        if left.further:
            self._further = self._furthest()
            self._further.take_up(left.further)
        self._show()

    def leave_behind(self) -> DoorsLeft:
        """What the next image of Sexton listens on with."""
        from sexton.model.handover import DoorsLeft

        left = DoorsLeft(path=self.where["socket"], http=self._http)
        if self._socket is not None:
            left = left._replace(socket=self._socket.fileno(), identity=self._socket.identity)
        if self._tcp is not None:
            left = left._replace(tcp=self._tcp.fileno(), url=self._tcp.url)
        return left if self._further is None else left._replace(further=self._further.leave_behind())

    def suspend(self, within: Duration, done: Callable[[], None]) -> None:
        """Take in nobody, and let who is here have one more answer; `done` is called when all have gone, or the time
        is over."""
        Leavetaking(self._loop, self._all, done).begin(within)

    def resume(self) -> None:
        """Take in clients again."""
        for server in self._all:
            server.resume()

    def serve(self, control: Control) -> None:
        """Answer. Who came before waits in the backlogs, and not long."""
        self._control = control
        self._answer_at_socket()
        self._answer()
        if self._further is not None:
            self._further.serve(control)

    def prepare(self, plan: Plan) -> Callable[[], None]:
        """Listen where a new plan wants it, beside what is open; the result then goes over to that, and to the plan's
        hosts and tokens. Raises ConfigError when a place cannot be had: nothing has changed then."""
        move_further, do_without = self._prepare_further(plan)
        try:
            move = self._prepare_own(plan)
        except ConfigError:
            do_without()
            raise

        def all_of_it() -> None:
            move_further()
            move()
            self._renew_socket()

        return all_of_it

    def _answer_at_socket(self) -> None:
        from sexton.api.doors.server import serve_unix

        if self._socket is not None and self._control is not None:
            self._socket_server = serve_unix(self._loop, self._control, self._socket, report=self._report)
            self._servers.append(self._socket_server)

    def _renew_socket(self) -> None:
        """Make the socket's file anew when it is gone: those who clean temporary folders may have taken it away."""
        if self._socket is None or self._socket.stands:
            return
        try:
            renewed = SocketFile(self._socket.path)
        except SextonError as error:
            self._logs.say("warning", f"socket: {error}; going on without")
            return
        if self._socket_server is not None:
            self._socket_server.retire()
        self._socket = renewed
        self._answer_at_socket()
        self._logs.say("warning", f"socket: {renewed.path} was gone and is made anew")

    def _prepare_further(self, plan: Plan) -> tuple[Callable[[], None], Callable[[], None]]:
        if self._further is None and not _sections(plan):
            return lambda: None, lambda: None
        if self._further is None:
            self._further = self._furthest()
            if self._control is not None:
                self._further.serve(self._control)
        return self._further.prepare(_sections(plan), plan.settings.http.hosts)

    def _furthest(self) -> FurtherDoors:
        from sexton.api.doors.further import FurtherDoors

        return FurtherDoors(self._loop, self._http.hosts, self._report)

    def _prepare_own(self, plan: Plan) -> Callable[[], None]:
        http = plan.settings.http
        moved = http.address != self._http.address
        if not moved and (self._tcp is not None or http.address is None):
            return lambda: self._follow(http)
        if moved and not http.file:  # nobody asked for this very address, but somebody is here to be told
            http = http._replace(file=_main_file(plan))
        door = self._listen(http, refuse=moved)
        return lambda: self._move(http, door)

    @property
    def clients(self) -> int:
        """How many are connected."""
        return sum(server.clients for server in self._all)

    @property
    def _all(self) -> list[Server]:
        return self._servers if self._further is None else [*self._servers, *self._further.servers]

    def close(self) -> None:
        """Drop all clients, stop listening. May be called twice."""
        for server in self._servers:
            server.close()
        if self._further is not None:
            self._further.close()
        if self._socket is not None:
            self._socket.close()
        if self._tcp is not None:
            self._tcp.close()

    def _listen(self, http: Http, *, refuse: bool) -> TcpDoor | None:
        if http.address is None:
            return None
        try:
            return TcpDoor(http.address, beside=self._tcp)
        except SextonError as error:
            self._without("http", error, Problem(http.file, http.line, f"sexton.http: {error}") if refuse else None)
            return None

    def _without(self, key: str, error: SextonError, problem: Problem | None) -> None:
        if problem is not None:
            raise ConfigError([problem]) from error
        level = "info" if key == "socket" and self._quietly else "warning"
        self._logs.say(level, f"{key}: {error}; going on without")

    def _show(self) -> None:
        self.where.pop("http", None)
        if self._tcp is not None:
            self.where["http"] = self._tcp.url

    def _follow(self, http: Http) -> None:
        self._http = http
        if self._rule is not None:
            self._rule.follow(http)

    def _move(self, http: Http, door: TcpDoor | None) -> None:
        """Go over to another door; who came through the old one gets the answer that is due."""
        if self._tcp_server is not None:
            self._tcp_server.retire()
        elif self._tcp is not None:
            self._tcp.close()
        self._servers = [server for server in self._servers if server.open or server.clients]
        self._tcp, self._tcp_server = door, None
        self._follow(http)
        self._show()
        self._tell_own()
        self._answer()

    def tell(self) -> None:
        """Say where HTTP is, and supervisord's clients."""
        self._tell_own()
        if self._further is not None:
            self._further.tell(self._logs.say)

    def _tell_own(self) -> None:
        if self._tcp is not None:
            self._logs.say("info", f"HTTP on {self._tcp.url}", event="listening")

    def _answer(self) -> None:
        if self._tcp is None or self._control is None:
            return
        from sexton.api.doors.tcp import make_rule, serve_tcp

        if self._rule is None:
            self._rule = make_rule(self._http, self._loop.clock, self._report)
        self._tcp_server = serve_tcp(self._loop, self._control, self._tcp, self._rule, report=self._report)
        self._servers.append(self._tcp_server)

    def _report(self, trouble: str) -> None:
        self._logs.say("error", trouble)


class Leavetaking:
    """Clients on their way out; `done` is called once."""

    def __init__(self, loop: Loop, servers: Sequence[Server], done: Callable[[], None]) -> None:
        self._loop = loop
        self._servers = servers
        self._done = done

    def begin(self, within: Duration) -> None:
        self._timer = self._loop.after(within, self._over)
        for server in self._servers:
            server.on_empty = self._look
            server.suspend()
        self._look()

    def _look(self) -> None:
        if not any(server.clients for server in self._servers):
            self._over()

    def _over(self) -> None:
        self._timer.cancel()
        for server in self._servers:
            server.on_empty = None
        self._loop.post(self._done)
        self._done = lambda: None


def _sections(plan: Plan) -> Sequence[Section]:
    """The further doors of a plan."""
    return () if plan.supervisord is None else plan.supervisord.servers


def _main_file(plan: Plan) -> str:
    return plan.files[0] if plan.files else "sexton"
