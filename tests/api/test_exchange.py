"""One answer per request, and nothing left over when it is out."""

from sexton.api.answers import Reply, as_json
from sexton.api.doors.access import Rule, socket_owner
from sexton.api.encoded import EncodedJobs
from sexton.api.exchange import Exchange
from sexton.api.limits import LIMITS
from sexton.api.request import Request
from sexton.api.router import serve
from sexton.api.site import Site
from sexton.model.errors import Refused, SextonError
from tests.api.hands import HandLoop
from tests.api.harness import FakeControl


class Listener:
    """The connection's place: keeps what it is told."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.aborted = False

    def reply(self, reply: Reply) -> None:
        self.replies.append(reply)

    def abort(self) -> None:
        self.aborted = True


def made(rule: Rule = socket_owner) -> tuple[Exchange, Listener, list[str]]:
    peer, reports = Listener(), list[str]()
    site = Site(HandLoop(), FakeControl(), rule, reports.append, LIMITS, EncodedJobs())
    return Exchange(site, Request("GET", b"/api/v1/info"), peer), peer, reports


def test_the_first_answer_counts() -> None:
    exchange, peer, _ = made()
    exchange.answer(as_json(1))
    exchange.answering(as_json)(2)
    assert [reply.body for reply in peer.replies] == [b"1"]


def test_an_error_in_place_of_the_answer_is_the_answer() -> None:
    exchange, peer, _ = made()
    exchange.answering(as_json)(SextonError("out of order"))
    assert peer.replies[0].status == 503


def test_nothing_goes_on_when_the_exchange_has_ended() -> None:
    exchange, peer, _ = made()
    went_on: list[object] = []
    late = exchange.then(went_on.append)
    exchange.end()
    late("too late")
    exchange.answer(as_json(1))
    assert (went_on, peer.replies) == ([], [])


def test_what_the_answer_needed_is_given_back_once() -> None:
    exchange, _, _ = made()
    given: list[int] = []
    exchange.on_end(lambda: given.append(1))
    exchange.end()
    exchange.end()
    exchange.on_end(lambda: given.append(2))
    assert given == [1, 2]


def test_an_answer_that_has_begun_is_cut_off_when_something_fails() -> None:
    exchange, peer, reports = made()
    exchange.answer(as_json(1))
    exchange.then(lambda _: None)(SextonError("the disk is gone"))
    assert (len(peer.replies), peer.aborted, len(reports)) == (1, True, 1)


def test_the_doors_rule_is_asked_before_the_resource() -> None:
    asked: list[tuple[str, bool]] = []

    def nobody(request: Request, changes: bool) -> None:
        asked.append((request.path, changes))
        raise Refused("forbidden", "not from here")

    exchange, peer, _ = made(nobody)
    serve(exchange)
    assert (peer.replies[0].status, asked) == (403, [("/api/v1/info", False)])
