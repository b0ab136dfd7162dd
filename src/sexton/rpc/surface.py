"""An XML-RPC call on its way to its method, and the answer on its way back; system.* is answered here.

`answer` is all that a door needs. Invariant: each call is answered once, with a value or a fault, whatever it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sexton.model.errors import SextonError
from sexton.rpc.faults import Code, Fault
from sexton.rpc.later import Done, Later, as_fault
from sexton.rpc.methods import METHODS, Method
from sexton.wire.xmlrpc import Call, fault, response

if TYPE_CHECKING:
    from sexton.ports import Programs


def changes(call: Call) -> bool:
    """Whether the call wants to change something; so does one of several that does."""
    if call.method == "system.multicall":
        return any(changes(Call(_method_of(each))) for each in _calls(call.params))
    method = METHODS.get(call.method)
    return method is not None and method.changes


def answer(programs: Programs, call: Call, send: Callable[[bytes], None]) -> None:
    """Perform the call; `send` is given the body of the response, now or later."""

    def done(value: Any) -> None:
        send(fault(value.code, value.text) if isinstance(value, Fault) else response(value))

    perform(programs, call, done)


def perform(programs: Programs, call: Call, done: Done) -> None:
    try:
        value = _begin(programs, call)
        if isinstance(value, Later):
            value.begin(done)
            return
    except SextonError as error:
        value = as_fault(error)
    done(value)


def _begin(programs: Programs, call: Call) -> Any:
    method = SYSTEM.get(call.method) or METHODS.get(call.method)
    if method is None:
        raise Fault(Code.UNKNOWN_METHOD)
    if not method.takes(len(call.params)):
        raise Fault(Code.INCORRECT_PARAMETERS)
    if programs.stopping and not method.always:
        raise Fault(Code.SHUTDOWN_STATE)
    return method.body(programs, *call.params)


def _list_methods(_: Programs) -> list[str]:
    return sorted((*METHODS, *SYSTEM))


def _help(_: Programs, name: object) -> str:
    return _known(name).described


def _signature(_: Programs, name: object) -> list[str]:
    return _known(name).signature


def _known(name: object) -> Method:
    method = SYSTEM.get(str(name)) or METHODS.get(str(name))
    if method is None:
        raise Fault(Code.SIGNATURE_UNSUPPORTED)
    return method


def _multicall(programs: Programs, calls: object) -> Later:
    if not isinstance(calls, list):
        raise Fault(Code.INCORRECT_PARAMETERS)
    return Later(lambda done: _Several(programs, calls, done).go_on())


class _Several:
    """Calls performed one after the other. Their results stand bare in the answer, as supervisord has it, faults as
    structs."""

    def __init__(self, programs: Programs, calls: Sequence[object], done: Done) -> None:
        self._programs = programs
        self._left = list(reversed(calls))
        self._done = done
        self._results: list[Any] = []
        self._waiting = self._inside = False

    def go_on(self) -> None:
        """Perform what can be performed now; an answer that comes later goes on from there."""
        self._inside = True
        while self._left and not self._waiting:
            self._waiting = True
            self._perform(self._left.pop())
        self._inside = False
        if not self._waiting:
            self._done(self._results)

    def _perform(self, call: object) -> None:
        name = _method_of(call)
        if not name:
            self._took(Fault(Code.INCORRECT_PARAMETERS, "No methodName"))
        elif name == "system.multicall":
            self._took(Fault(Code.INCORRECT_PARAMETERS, "Recursive system.multicall forbidden"))
        else:
            assert isinstance(call, dict)
            params = call.get("params")
            perform(self._programs, Call(name, tuple(params) if isinstance(params, list) else ()), self._took)

    def _took(self, value: Any) -> None:
        failed = isinstance(value, Fault)
        self._results.append({"faultCode": int(value.code), "faultString": value.text} if failed else value)
        self._waiting = False
        if not self._inside:
            self.go_on()


def _calls(params: tuple[Any, ...]) -> Sequence[object]:
    return params[0] if params and isinstance(params[0], list) else ()


def _method_of(call: object) -> str:
    return str(call.get("methodName") or "") if isinstance(call, dict) else ""


def _named(body: Callable[..., Any], returns: str, text: str, *params: str) -> Method:
    return Method(body, returns, params, text, always=True)


_NAME = "string name The method"
_CALLS = "array calls Structs with the keys methodName and params"

SYSTEM: Mapping[str, Method] = {
    "system.listMethods": _named(_list_methods, "array Strings", "The names of all methods."),
    "system.methodHelp": _named(
        _help, "string Its text, and the lines @param and @return", "What a method is for.", _NAME
    ),
    "system.methodSignature": _named(
        _signature, "array The type it returns, and those it takes", "The types of a method.", _NAME
    ),
    "system.multicall": _named(
        _multicall, "array What each gave, or a struct of its fault", "Perform several calls.", _CALLS
    ),
}
