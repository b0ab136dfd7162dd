"""The `[services.NAME]` and `[groups.NAME]` tables: what each key becomes, and what is said of a wrong one."""

from collections.abc import Callable, Mapping

import pytest

from sexton.config.services import SERVICE_KEYS
from sexton.model.plan import Plan
from sexton.model.process import Process, Reach
from sexton.model.service import Backoff, Budget, Restart, Service
from sexton.model.units import MILLISECOND, MINUTE, SECOND

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]


def services(load: Load, text: str) -> Mapping[str, Service]:
    return load(text, {"TZ": "UTC"}).services


def test_a_command_is_enough(load: Load) -> None:
    assert services(load, '[services.web]\ncommand = "true"') == {"web": Service("web", Process(("true",)))}


def test_standard_input_may_stay_open(load: Load) -> None:
    process = services(load, '[services.web]\ncommand = "cat"\nstdin = { open = true }')["web"].process
    assert (process.fed, process.stdin) == (True, None)


def test_every_key_of_a_service_is_taken(load: Load) -> None:
    plan = services(
        load,
        """
        [services.db]
        command = "db"
        [services.web]
        command = ["./web", ""]
        restart = "unexpected"
        backoff = { delay = "250ms", factor = 1.5, limit = "5s" }
        budget = { restarts = 0, within = "10s" }
        start_seconds = "10s"
        success_codes = [0, 3]
        depends_on = "db"
        critical = true
        autostart = false
        """,
    )
    assert list(plan) == ["db", "web"]
    assert plan["web"] == Service(
        name="web",
        process=Process(("./web", "")),
        restart=Restart.UNEXPECTED,
        backoff=Backoff(250 * MILLISECOND, 1.5, 5 * SECOND),
        budget=Budget(0, 10 * SECOND),
        start_seconds=10 * SECOND,
        success_codes=frozenset({0, 3}),
        depends_on=("db",),
        critical=True,
        autostart=False,
    )


def test_a_key_that_is_left_out_of_a_table_keeps_its_default(load: Load) -> None:
    web = services(load, '[services.web]\ncommand = "web"\nbackoff = { limit = "5s" }\nbudget = { restarts = 9 }')[
        "web"
    ]
    assert (web.backoff, web.budget) == (Backoff(limit=5 * SECOND), Budget(9, MINUTE))


def test_instances_are_numbered_and_make_a_group_that_others_depend_on(load: Load) -> None:
    plan = services(
        load,
        """
        [services.web]
        command = "web"
        depends_on = ["worker", "db"]
        [services.worker]
        command = "worker"
        instances = 3
        [services.db]
        command = "db"
        instances = 1
        """,
    )
    assert list(plan) == ["web", "worker-1", "worker-2", "worker-3", "db"]
    assert {plan[f"worker-{n}"].group for n in (1, 2, 3)} == {"worker"}
    assert (plan["db"].group, plan["web"].depends_on) == (None, ("worker-1", "worker-2", "worker-3", "db"))


def test_a_group_takes_the_services_that_it_names(load: Load) -> None:
    plan = services(
        load,
        """
        [services.web]
        command = "web"
        [services.db]
        command = "db"
        [services.other]
        command = "other"
        [groups.site]
        services = ["web", "db"]
        """,
    )
    assert {name: service.group for name, service in plan.items()} == {"web": "site", "db": "site", "other": None}


def test_services_may_stand_in_several_files(load: Load) -> None:
    plan = load(
        '[sexton]\ninclude = ["more.toml"]\n[services.web]\ncommand = "web"\ndepends_on = "db"',
        {"TZ": "UTC"},
        more='[services.db]\ncommand = "db"',
    )
    assert list(plan.services) == ["web", "db"]


def test_a_service_that_may_stand_in_a_file_that_cannot_be_read_is_not_called_unknown(complain: Complain) -> None:
    text = """
        sexton.include = ["gone.toml"]
        [services.web]
        command = "web"
        depends_on = "db"
        [groups.site]
        services = ["web", "db"]
        """
    assert complain(text) == [
        "sexton.toml:2: sexton.include[0]: cannot include gone.toml: cannot read it: No such file or directory"
    ]


KEYS = ", ".join(f"`{key}`" for key in SERVICE_KEYS)
WRONG = [
    ('restart = "sometimes"', 'restart: "sometimes" is unknown; known here: "always", "unexpected", "never"'),
    (
        "backoff = false",
        'backoff: false is a boolean; a table such as { delay = "1s", factor = 2, limit = "30s" } is meant',
    ),
    ('backoff = { limits = "3s" }', "backoff: unknown key `limits`; did you mean `limit`?"),
    ("backoff = { factor = 0.5 }", "backoff.factor: 0.5 is out of range; a number from 1 to 100 is meant"),
    ("backoff = { factor = nan }", "backoff.factor: nan is out of range; a number from 1 to 100 is meant"),
    ("backoff = { factor = true }", "backoff.factor: true is a boolean; a number from 1 to 100 is meant"),
    ("budget = 3", 'budget: 3 is a number; a table such as { restarts = 5, within = "1m" }, or false, is meant'),
    (
        "budget = { restarts = -1 }",
        "budget.restarts: -1 is out of range; a number of restarts such as 5 is meant",
    ),
    ("budget = { within = 5 }", 'budget.within: 5 is a number; a duration such as "1m" is meant'),
    ("start_seconds = 1", 'start_seconds: 1 is a number; a duration such as "1s" is meant'),
    ("success_codes = [300]", "success_codes: 300 is out of range; an exit code from 0 to 255 is meant"),
    ("instances = 0", "instances: 0 is out of range; a number from 1 to 1000 is meant"),
    ("instances = 1001", "instances: 1001 is out of range; a number from 1 to 1000 is meant"),
    ('critical = "yes"', 'critical: "yes" is a string; true or false is meant'),
    ("autostart = 1", "autostart: 1 is a number; true or false is meant"),
    ('depends_on = "wbe"', "depends_on: there is no service `wbe`; did you mean `web`?"),
]


@pytest.mark.parametrize(("keys", "said"), WRONG)
def test_a_wrong_value_is_reported_with_its_line_and_what_would_be_right(
    complain: Complain, keys: str, said: str
) -> None:
    assert complain(f'[services.web]\ncommand = "true"\n{keys}') == [f"sexton.toml:3: services.web.{said}"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("bogus = 1", f"unknown key `bogus`; known here: {KEYS}"),
        ("ready = { tcp = 1 }", "`ready` is not in this version of Sexton"),
    ],
)
def test_a_key_that_no_service_has_is_reported(complain: Complain, keys: str, said: str) -> None:
    assert complain(f'[services.web]\ncommand = "true"\n{keys}') == [f"sexton.toml:3: services.web: {said}"]


A, B = '[services.a]\ncommand = "a"\n', '[services.b]\ncommand = "b"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"{B}{A}instances = 2\n{A.replace('.a', '.a-1')}",
            "6: services.a-1: its instance a-1 has the name of another",
        ),
        (f'{A}[jobs.a]\ncommand = "x"', "1: services.a: `a` is a job's name already"),
        (f'{A}instances = 2\n[jobs.a-2]\ncommand = "x"', "1: services.a: `a-2` is a job's name already"),
        (f'{A}[groups.a]\nservices = ["a"]', "3: groups.a: `a` is a service's name already"),
        (f'{A}instances = 2\n{B}[groups.a]\nservices = ["b"]', "6: groups.a: `a` is a service's name already"),
    ],
)
def test_a_name_can_be_given_only_once(complain: Complain, text: str, said: str) -> None:
    assert complain(text) == [f"sexton.toml:{said}{' service' * ('its' in said)}; give one another name"]


@pytest.mark.parametrize(
    ("keys", "line", "said"),
    [
        ('services = ["a", "bb"]', 6, ".services: there is no service `bb`; did you mean `b`?"),
        ("services = []", 6, '.services: the list is empty; a list of services such as ["web", "api"] is meant'),
        ('service = ["a"]', 6, ": unknown key `service`; did you mean `services`?"),
    ],
)
def test_a_wrong_group_is_reported(complain: Complain, keys: str, line: int, said: str) -> None:
    assert complain(f"{A}{B}[groups.g]\n{keys}") == [f"sexton.toml:{line}: groups.g{said}"]


def test_a_service_is_in_one_group_at_most(complain: Complain) -> None:
    assert complain(f'{A}[groups.g]\nservices = ["a"]\n[groups.h]\nservices = ["a"]') == [
        "sexton.toml:6: groups.h.services: `a` is in the group g already"
    ]


def test_a_group_is_read_also_when_there_is_no_service(complain: Complain) -> None:
    assert complain('[groups.g]\nservices = ["a"]') == [
        "sexton.toml:2: groups.g.services: there is no service `a`; there is none to choose from"
    ]


@pytest.mark.parametrize(
    ("needs", "cycle"),
    [({"a": "a"}, "a → a"), ({"a": "b", "b": "c", "c": "a"}, "a → b → c → a"), ({"c": "d", "d": "c"}, "c → d → c")],
)
def test_services_that_wait_for_each_other_are_reported(
    complain: Complain, needs: Mapping[str, str], cycle: str
) -> None:
    tables = [
        f'[services.{name}]\ncommand = "x"\ninstances = 2\ndepends_on = "{needs.get(name, "e")}"' for name in "abcd"
    ]
    line = 4 * ("abcd".index(cycle[0]) + 1)
    assert complain("\n".join([*tables, '[services.e]\ncommand = "x"'])) == [
        f"sexton.toml:{line}: services.{cycle[0]}.depends_on: services that wait for each other never start: {cycle}"
    ]


def test_supervisords_way_of_trying_again_can_be_said(load: Load) -> None:
    keys = 'start_retries = 3\nstart_seconds = "0s"\nbudget = false\n'
    backoff = 'backoff = { factor = 1, step = "1s", limit = "3s" }\n'
    web = services(load, f'[services.web]\ncommand = "web"\n{keys}{backoff}')["web"]
    assert (web.start_retries, web.start_seconds, web.budget) == (3, 0, None)
    assert web.backoff == Backoff(SECOND, 1, 3 * SECOND, SECOND)


def test_the_reach_of_a_stop_can_be_the_process_alone(load: Load) -> None:
    stop = 'stop = { reach = "process", kill_reach = "process" }'
    process = services(load, f'[services.web]\ncommand = "web"\n{stop}')["web"].process
    assert (process.stop.reach, process.stop.kill_reach) == (Reach.PROCESS, Reach.PROCESS)


def test_services_stand_in_the_order_of_their_priorities_those_of_a_group_together(load: Load) -> None:
    tables = [
        f'[services.{name}]\ncommand = "x"\npriority = {priority}\n'
        for name, priority in (("a", 7), ("b", 1), ("c", 9), ("d", 3))
    ]
    plan = services(load, "".join(tables) + '[groups.g]\nservices = ["a", "b"]\npriority = 5\n')
    assert [(name, each.group_priority) for name, each in plan.items()] == [("d", 3), ("b", 5), ("a", 5), ("c", 9)]
