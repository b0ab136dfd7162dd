"""Further doors, for supervisord's own paths alone: its `[unix_http_server]` and `[inet_http_server]` sections.

They open, follow a reload and are left behind as the two doors of Sexton's own are (doors.py, which loads this for a
plan that has such sections). Invariant: a new place is open before an old one is closed, and what a place answers by is
what the plan in force says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sexton.api.doors.basicrule import BasicRule
from sexton.api.doors.socketfile import SocketFile
from sexton.api.doors.tcpdoor import TcpDoor
from sexton.api.doors.throttle import Throttle
from sexton.api.resources.supervisord import PATHS
from sexton.model.errors import ConfigError, Problem, SextonError

if TYPE_CHECKING:
    from sexton.api.doors.server import Server
    from sexton.model.handover import FurtherLeft
    from sexton.model.supervisord import Server as Section
    from sexton.ports import Control, Loop

EVERYWHERE = "0.0.0.0"
HERE = ("127.0.0.1", "localhost")


class FurtherDoor:
    """One of them, listening; `server` is there once it is answered."""

    __slots__ = ("door", "rule", "section", "server")

    def __init__(self, section: Section, rule: BasicRule, door: SocketFile | TcpDoor) -> None:
        self.section = section
        self.rule = rule
        self.door = door
        self.server: Server | None = None

    def close(self) -> None:
        if self.server is not None:
            self.server.close()
        self.door.close()

    def retire(self) -> None:
        """Take in nobody more; who is here may have one more answer."""
        if self.server is not None:
            self.server.retire()
        else:
            self.door.close()


class FurtherDoors:
    """`hosts` are further names of this machine; `report` hears of defects and troubles."""

    def __init__(self, loop: Loop, hosts: frozenset[str], report: Callable[[str], None]) -> None:
        self._loop = loop
        self._hosts = hosts
        self._report = report
        self._throttle = Throttle(loop.clock, report)
        self._control: Control | None = None
        self._doors: list[FurtherDoor] = []
        self._leaving: list[Server] = []

    @property
    def servers(self) -> list[Server]:
        """Those that have been answered at, also those that are on their way out."""
        self._leaving = [server for server in self._leaving if server.clients]
        return [each.server for each in self._doors if each.server is not None] + self._leaving

    def open(self, sections: Sequence[Section]) -> None:
        """Listen. Raises ConfigError for a place that cannot be had; then none is open."""
        try:
            for section in sections:
                self._doors.append(self._made(section))
        except ConfigError:
            self.close()
            raise

    def take_up(self, left: Sequence[FurtherLeft]) -> None:
        """Listen on with the sockets of the last image."""
        for each in left:
            section = each.section
            door = (
                SocketFile.taken_up(section.path, each.listener, each.identity)
                if section.path
                else TcpDoor.taken_up(each.url, each.listener)
            )
            self._doors.append(self._of(section, door))

    def leave_behind(self) -> tuple[FurtherLeft, ...]:
        """What the next image of Sexton listens on with."""
        from sexton.model.handover import FurtherLeft

        return tuple(
            FurtherLeft(each.section, each.door.fileno(), each.door.identity)
            if isinstance(each.door, SocketFile)
            else FurtherLeft(each.section, each.door.fileno(), url=each.door.url)
            for each in self._doors
        )

    def serve(self, control: Control) -> None:
        """Answer at all of them."""
        self._control = control
        for each in self._doors:
            self._answer(each)

    def prepare(
        self, sections: Sequence[Section], hosts: frozenset[str]
    ) -> tuple[Callable[[], None], Callable[[], None]]:
        """Listen where new sections want it; what then goes over to them, and what does without. Raises ConfigError,
        and nothing has changed then."""
        known = {_place(each.section): each for each in self._doors}
        fresh: dict[tuple[object, ...], FurtherDoor] = {}

        def do_without() -> None:
            for each in fresh.values():
                each.close()

        try:
            for section in sections:
                if _place(section) not in known:
                    fresh[_place(section)] = self._made(section)
        except ConfigError:
            do_without()
            raise
        wanted = [(section, (known | fresh)[_place(section)]) for section in sections]
        return lambda: self._go_over(wanted, hosts), do_without

    def tell(self, say: Callable[[str, str], None]) -> None:
        """Say where they are, and which of them refuse other machines."""
        for each in self._doors:
            section, place = each.section, each.door.place
            say("info", f"supervisord's clients on {place}")
            if section.username is None and not section.path and section.host not in HERE:
                say("warning", f"{place}: without a username and a password it answers its own machine only")

    def close(self) -> None:
        """Drop all clients, stop listening. May be called twice."""
        for server in self._leaving:
            server.close()
        for each in self._doors:
            each.close()

    def _go_over(self, wanted: Sequence[tuple[Section, FurtherDoor]], hosts: frozenset[str]) -> None:
        self._hosts = hosts
        before, self._doors = self._doors, [each for _, each in wanted]
        for each in before:
            if each not in self._doors:
                each.retire()
                self._leaving += [each.server] if each.server is not None else []
        for section, each in wanted:
            each.section = section
            each.rule.follow(section, hosts)
            if each.server is None and self._control is not None:
                self._answer(each)

    def _made(self, section: Section) -> FurtherDoor:
        try:
            if section.path:
                return self._of(section, SocketFile(section.path, section.mode, section.owner, ours=False))
            return self._of(section, TcpDoor((section.host or EVERYWHERE, section.port)))
        except SextonError as error:
            raise ConfigError([Problem(section.file, section.line, str(error))]) from error

    def _of(self, section: Section, door: SocketFile | TcpDoor) -> FurtherDoor:
        return FurtherDoor(section, BasicRule(section, self._hosts, self._throttle), door)

    def _answer(self, each: FurtherDoor) -> None:
        from sexton.api.doors.server import Server
        from sexton.api.encoded import EncodedJobs
        from sexton.api.limits import LIMITS
        from sexton.api.site import Site

        assert self._control is not None
        unix = bool(each.section.path)
        site = Site(self._loop, self._control, each.rule, self._report, LIMITS, EncodedJobs(), unix, PATHS)
        each.server = Server(each.door, site)


def _place(section: Section) -> tuple[object, ...]:
    """What has to be opened anew where it differs."""
    return section.path, section.mode, section.owner, section.host, section.port
