"""XML-RPC without any network: a call is read from its bytes, a response becomes bytes (xmlrpc.com/spec.md).

Reads what clients send: the types of the specification, `i8` and `nil`. A document type is refused, so that no entity
can grow; elements nest at most DEEPEST deep, and how long the whole may be is the caller's to say. Writes characters
that XML 1.0 cannot have as U+FFFD, and whole numbers beyond 32 bits as `i8`. Invariant: what is written can be read.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from xml.parsers import expat

from sexton.model.errors import Refused

DEEPEST = 64  # elements within elements
_HEAD, _FOOT = "<?xml version='1.0'?>\n<methodResponse>", "</methodResponse>\n"
_SMALLEST, _LARGEST = -(2**31), 2**31 - 1
_UNFIT = re.compile("[<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "\r": "&#13;"}

_SCALARS: Mapping[str, Callable[[str], object]] = {
    "string": str,
    "int": lambda text: _whole(text),
    "i4": lambda text: _whole(text),
    "i8": lambda text: _whole(text),
    "boolean": lambda text: _boolean(text),
    "double": float,
    "dateTime.iso8601": str.strip,
    "base64": lambda text: a2b_base64(text).decode("utf-8", "replace"),
    "nil": lambda text: None,
}
_WITHIN: Mapping[str, tuple[str, ...]] = {  # where an element may stand
    "methodCall": ("",),
    "methodName": ("methodCall",),
    "params": ("methodCall",),
    "param": ("params",),
    "value": ("param", "data", "member"),
    "array": ("value",),
    "data": ("array",),
    "struct": ("value",),
    "member": ("struct",),
    "name": ("member",),
    **dict.fromkeys(_SCALARS, ("value",)),
}


class Call(NamedTuple):
    """What a client asks for. Parameters are bool, int, float, str, list, dict or None."""

    method: str
    params: tuple[Any, ...] = ()


class Written(NamedTuple):
    """A value that is XML already."""

    xml: str


def read_call(body: bytes) -> Call:
    """The call in the body of a request. Raises Refused(invalid) where there is none."""
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        raise Refused("invalid", f"the body is no XML: {expat.ErrorString(error.code)} ({where})") from None
    if not reader.method:
        raise Refused("invalid", "the body is no XML-RPC call: there is no methodName")
    return Call(reader.method, reader.params)


def response(value: object) -> bytes:
    """The answer to a call: `value` is bool, int, float, str, Written, or a list, tuple or mapping of such."""
    return f"{_HEAD}<params><param>{written(value)}</param></params>{_FOOT}".encode()


def fault(code: int, text: str) -> bytes:
    """The answer to a call that failed."""
    return f"{_HEAD}<fault>{written({'faultCode': code, 'faultString': text})}</fault>{_FOOT}".encode()


def written(value: object) -> str:
    """`value` as an XML-RPC `value` element."""
    match value:
        case Written(xml):
            return xml
        case str():
            return f"<value><string>{escaped(value)}</string></value>"
        case bool():
            return f"<value><boolean>{value:d}</boolean></value>"
        case int():
            kind = "int" if _SMALLEST <= value <= _LARGEST else "i8"
            return f"<value><{kind}>{value:d}</{kind}></value>"
        case float():
            return f"<value><double>{value!r}</double></value>"
        case list() | tuple():
            return f"<value><array><data>{''.join(map(written, value))}</data></array></value>"
        case Mapping():
            members = (f"<member><name>{escaped(name)}</name>{written(each)}</member>" for name, each in value.items())
            return f"<value><struct>{''.join(members)}</struct></value>"
    raise TypeError(f"XML-RPC has no {type(value).__name__}")


def escaped(text: str) -> str:
    """`text` as character data; what XML cannot have, U+FFFD."""
    return _UNFIT.sub(lambda found: _ESCAPES.get(found[0], "\ufffd"), text)


class _Reader:
    """Takes what the parser finds: each element becomes a value, which goes to the element around it."""

    def __init__(self) -> None:
        self.method = ""
        self.params: tuple[Any, ...] = ()
        self._open: list[tuple[str, list[Any]]] = [("", [])]  # elements that have begun, each with what is in it
        self._text = ""
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise Refused("invalid", "the body has a document type; XML-RPC has none")

    def _begin(self, tag: str, _: object) -> None:
        around = self._open[-1][0]
        if around not in _WITHIN.get(tag, ()):
            raise Refused("invalid", f"the body is no XML-RPC call: <{tag}> in <{around}>")
        if len(self._open) > DEEPEST:
            raise Refused("invalid", f"the body nests more than {DEEPEST} elements")
        self._open.append((tag, []))
        self._text = ""

    def _characters(self, text: str) -> None:
        self._text += text

    def _end(self, tag: str) -> None:
        _, found = self._open.pop()
        try:
            self._open[-1][1].append(self._made(tag, found))
        except (ValueError, IndexError):
            raise Refused("invalid", f"the body is no XML-RPC call: this is no <{tag}>: {self._text[:40]!r}") from None
        self._text = ""

    def _made(self, tag: str, found: list[Any]) -> object:
        """What an element says. Raises ValueError or IndexError where it says nothing that it could."""
        match tag:
            case "methodName":
                self.method = self._text.strip()
            case "params":
                self.params = tuple(found)
            case "value":
                return found[0] if found else self._text
            case "param" | "array":
                return found[0]
            case "data":
                return found
            case "name":
                return self._text
            case "member":
                name, value = found
                return name, value
            case "struct":
                return dict(found)
            case "methodCall":
                pass
            case _:
                return _SCALARS[tag](self._text)
        return None


def _whole(text: str) -> int:
    digits = text.strip()
    if len(digits) > 20:
        raise ValueError(digits)
    return int(digits)


def _boolean(text: str) -> bool:
    return bool(("0", "1").index(text.strip()))
