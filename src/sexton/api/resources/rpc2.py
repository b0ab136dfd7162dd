"""/RPC2: supervisord's XML-RPC over HTTP, at every door.

Reading is allowed to whom the door lets read, a method that changes something to whom it lets change. Starts and stops
are waited for as long as the processes are given. Loaded, with the methods and the XML parser, for the first such call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.api.answers import as_xml
from sexton.rpc.surface import answer, changes
from sexton.wire.xmlrpc import read_call

if TYPE_CHECKING:
    from sexton.api.exchange import Exchange
    from sexton.ports import Control


def post(exchange: Exchange, control: Control) -> None:
    call = read_call(exchange.request.body)
    if changes(call):
        exchange.site.access(exchange.request, True)
    exchange.unhurried = True
    answer(control.programs, call, lambda body: exchange.answer(as_xml(body)))
