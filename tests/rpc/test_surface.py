"""Calls by name: what is no method, what is no parameter, several at once, and the way out."""

import pytest
from supervisor.rpcinterface import SupervisorNamespaceRPCInterface
from supervisor.xmlrpc import gettags

from sexton.model.units import SECOND
from sexton.rpc.methods import METHODS
from sexton.rpc.surface import SYSTEM, changes
from sexton.wire.xmlrpc import Call
from tests.engine.stage import Stage, service
from tests.rpc.calls import Client, read


def up(**life: bool) -> Client:
    stage = Stage(services=(service("solo"),))
    stage.live("solo", **life)
    stage.start()
    stage.pass_time(5 * SECOND)
    return Client(stage)


@pytest.mark.parametrize("name", ["nope", "supervisor.nope", "supervisor", "a.b.c", "supervisor._update", "system.x"])
def test_no_other_name_reaches_a_method(name: str) -> None:
    assert up().fault(name if "." in name else f"{name}.x") == (1, "UNKNOWN_METHOD")


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("getState", ("x",)),
        ("getProcessInfo", ()),
        ("startProcess", ("solo", True, 1)),
        ("tailProcessLog", ("solo", "x", 0)),
        ("stopProcess", (5,)),
        ("sendProcessStdin", ("solo", 5)),
    ],
)
def test_wrong_parameters_are_a_fault(method: str, params: tuple[object, ...]) -> None:
    assert up().fault(method, *params)[0] == 2


def test_who_sexton_is() -> None:
    client = up()
    assert (client("getAPIVersion"), client("getVersion"), client("getSupervisorVersion")) == ("3.0", "3.0", "4.3.0")
    assert client("getIdentification") == "supervisor"
    assert client("getState") == {"statecode": 1, "statename": "RUNNING"}


def test_on_the_way_out_every_method_says_so() -> None:
    client = up(stubborn=True)
    client.stage.stop()
    for method in ("getState", "getAllProcessInfo", "getPID"):
        assert client.fault(method) == (6, "SHUTDOWN_STATE")
    assert client("sendRemoteCommEvent", "a", "b") is True
    assert "supervisor.getState" in client("system.listMethods")


def test_several_calls_are_answered_bare_and_in_order() -> None:
    client = up()
    calls = [
        {"methodName": "supervisor.getVersion", "params": []},
        {"methodName": "supervisor.getProcessInfo", "params": ["nope"]},
        {"params": []},
        {"methodName": "system.multicall", "params": [[]]},
        {"methodName": "supervisor.stopProcess", "params": ["solo"]},
        {"methodName": "supervisor.getVersion"},
    ]
    assert client("system.multicall", calls) == [
        "3.0",
        {"faultCode": 10, "faultString": "BAD_NAME: nope"},
        {"faultCode": 2, "faultString": "INCORRECT_PARAMETERS: No methodName"},
        {"faultCode": 2, "faultString": "INCORRECT_PARAMETERS: Recursive system.multicall forbidden"},
        True,
        "3.0",
    ]


def test_a_call_among_several_is_begun_when_the_one_before_has_its_answer() -> None:
    client = up(stubborn=True)
    both = [{"methodName": f"supervisor.{name}", "params": ["solo"]} for name in ("stopProcess", "getProcessInfo")]
    answers = client.ask("system.multicall", both)
    assert answers == []
    client.stage.pass_time(11 * SECOND)
    stopped, info = read(answers[0])
    assert (stopped, info["statename"]) == (True, "STOPPED")


def test_a_great_many_calls_need_no_deep_stack() -> None:
    calls = [{"methodName": "supervisor.getVersion", "params": []}] * 5_000
    assert up()("system.multicall", calls) == ["3.0"] * 5_000


def test_every_method_says_what_it_takes_and_gives() -> None:
    client = up()
    for name in client("system.listMethods"):
        method = {**METHODS, **SYSTEM}[name]
        assert client("system.methodSignature", name) == method.signature
        assert method.help in client("system.methodHelp", name)
    assert client("system.methodSignature", "supervisor.startProcess") == ["boolean", "string", "boolean"]
    assert client.fault("system.methodHelp", "nope") == (4, "SIGNATURE_UNSUPPORTED")


def test_what_is_said_of_a_method_can_be_taken_apart_as_supervisor_takes_it_apart() -> None:
    client = up()
    for name in client("system.listMethods"):
        text = client("system.methodHelp", name)
        sentence, *_ = text.split("\n")
        tags = [(tag, kind, what, words) for _, tag, kind, what, words in gettags(text) if tag]
        params = [kind for tag, kind, *_ in tags if tag == "param"]
        (returned,) = [kind for tag, kind, *_ in tags if tag == "return"]
        assert client("system.methodSignature", name) == [returned, *params]
        assert sentence.endswith(".")
        assert all(what.islower() and words.strip() for _, _, what, words in tags)


def test_the_parameters_of_a_method_are_called_as_supervisor_calls_them() -> None:
    for name, function in vars(SupervisorNamespaceRPCInterface).items():
        if not name.startswith("_") and callable(function):
            theirs = [tag[1:4] for tag in gettags(function.__doc__) if tag[1] == "param"]
            ours = [tag[1:4] for tag in gettags(METHODS[f"supervisor.{name}"].described) if tag[1] == "param"]
            assert ours == theirs


def test_what_changes_something_is_known_before_it_is_done() -> None:
    reading = {name for name in METHODS if not changes(Call(name))}
    assert all(name.split(".")[1][:3] in ("get", "rea", "tai") for name in reading)
    stop = {"methodName": "supervisor.stopAllProcesses", "params": []}
    assert changes(Call("system.multicall", ([stop],)))
    assert not changes(Call("system.multicall", ([{"methodName": "supervisor.getPID"}, "x"],)))
    assert not changes(Call("system.multicall", ()))
