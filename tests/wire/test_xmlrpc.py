"""XML-RPC as Python's own client writes and reads it; what is none is refused, however it is meant."""

import xmlrpc.client
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.model.errors import Refused
from sexton.wire.xmlrpc import Call, Written, fault, read_call, response, written

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\r&<>]"), max_size=12)
INT = st.integers(-(2**31), 2**31 - 1)
SCALARS = st.booleans() | INT | TEXT | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
PARAMS = st.lists(VALUES, max_size=4)


def carried(text: Any) -> Any:
    """What XML makes of line ends that are not spelled out, as Python's client does not."""
    match text:
        case str():
            return text.replace("\r\n", "\n").replace("\r", "\n")
        case list():
            return [carried(each) for each in text]
        case dict():
            return {carried(name): carried(each) for name, each in text.items()}
    return text


@settings(derandomize=True, max_examples=300, deadline=None)
@given(PARAMS)
def test_calls_are_read_as_pythons_client_writes_them(params: list[Any]) -> None:
    body = xmlrpc.client.dumps(tuple(params), "supervisor.getState", allow_none=True).encode()
    assert read_call(body) == Call("supervisor.getState", tuple(carried(params)))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(VALUES)
def test_responses_are_read_by_pythons_client_as_they_were_meant(value: Any) -> None:
    ((back,), _) = xmlrpc.client.loads(response(value))
    assert back == value


def test_faults_are_faults_to_pythons_client() -> None:
    with pytest.raises(xmlrpc.client.Fault) as raised:
        xmlrpc.client.loads(fault(10, "BAD_NAME: a<b"))
    assert (raised.value.faultCode, raised.value.faultString) == (10, "BAD_NAME: a<b")


@pytest.mark.parametrize(
    ("number", "kind"), [(2**31 - 1, "int"), (2**31, "i8"), (-(2**31), "int"), (-(2**31) - 1, "i8")]
)
def test_whole_numbers_beyond_32_bits_are_i8(number: int, kind: str) -> None:
    assert written(number) == f"<value><{kind}>{number}</{kind}></value>"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x0b", "\ud800", "\uffff"])
def test_characters_that_xml_cannot_have_are_replaced(character: str) -> None:
    ((back,), _) = xmlrpc.client.loads(response(f"a{character}b"))
    assert back == "a\ufffdb"


def test_what_is_xml_already_is_taken_as_it_is() -> None:
    assert written([Written(written(1))]) == written([1])


def test_a_value_that_there_is_no_element_for_is_a_defect() -> None:
    with pytest.raises(TypeError):
        written(object())


def call(inner: str) -> bytes:
    return f"<methodCall><methodName>a.b</methodName>{inner}</methodCall>".encode()


@pytest.mark.parametrize(
    ("inner", "params"),
    [
        ("", ()),
        ("<params/>", ()),
        ("<params><param><value>bare</value></param></params>", ("bare",)),
        ("<params><param><value><i8> 7 </i8></value></param></params>", (7,)),
        ("<params><param><value><nil/></value></param></params>", (None,)),
        ("<params><param><value><base64>aMOk</base64></value></param></params>", ("hä",)),
        ("<params><param><value><boolean>1</boolean></value></param></params>", (True,)),
    ],
)
def test_what_other_clients_write_is_read(inner: str, params: tuple[Any, ...]) -> None:
    assert read_call(call(inner)) == Call("a.b", params)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no XML"),
        (b"<methodCall>", "no XML"),
        (b"<methodCall/>", "no methodName"),
        (b"<methodCall><methodName/></methodCall>", "no methodName"),
        (b"<methodResponse/>", "<methodResponse> in <>"),
        (call("<params><value/></params>"), "<value> in <params>"),
        (call("<params><param/></params>"), "no <param>"),
        (call("<params><param><value><int>x</int></value></param></params>"), "no <int>: 'x'"),
        (call("<params><param><value><boolean>2</boolean></value></param></params>"), "no <boolean>"),
        (call("<params><param><value><struct><member/></struct></value></param></params>"), "no <member>"),
        (call("<params><param><value><int>" + "9" * 30 + "</int></value></param></params>"), "no <int>"),
        (call("<params><param><value><base64>a</base64></value></param></params>"), "no <base64>"),
    ],
)
def test_what_is_no_call_is_refused_with_what_is_wrong(body: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        read_call(body)
    assert refused.value.kind == "invalid"


def test_entities_cannot_grow_since_there_is_no_document_type() -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]>' + call("<params/>")
    with pytest.raises(Refused, match="document type"):
        read_call(laughs)


def test_what_nests_too_deep_is_refused() -> None:
    deep = "<value><array><data>" * 30 + "</data></array></value>" * 30
    with pytest.raises(Refused, match="nests"):
        read_call(call(f"<params><param>{deep}</param></params>"))
