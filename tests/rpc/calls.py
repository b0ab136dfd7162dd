"""Calls put to a staged Sexton, and read as Python's own client reads the answers."""

import xmlrpc.client
from typing import Any

from sexton.rpc.surface import answer
from sexton.wire.xmlrpc import read_call
from tests.engine.stage import Stage


class Client:
    """`client("getState")` gives the value or raises xmlrpc.client.Fault; `ask` gives a list that gets it later."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def __call__(self, method: str, *params: Any) -> Any:
        (body,) = self.ask(method, *params)
        return read(body)

    def ask(self, method: str, *params: Any) -> list[bytes]:
        name = method if "." in method else f"supervisor.{method}"
        bodies: list[bytes] = []
        answer(self.stage.control.programs, read_call(xmlrpc.client.dumps(params, name).encode()), bodies.append)
        self.stage.loop.advance(0)
        return bodies

    def fault(self, method: str, *params: Any) -> tuple[int, str]:
        try:
            self(method, *params)
        except xmlrpc.client.Fault as fault:
            return fault.faultCode, fault.faultString
        raise AssertionError(f"{method}{params} gave no fault")


def read(body: bytes) -> Any:
    ((value,), _) = xmlrpc.client.loads(body)
    return value
