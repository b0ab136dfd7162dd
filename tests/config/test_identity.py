"""As whom a process runs: what the keys name, what this machine does not have, and what only root may ask for."""

import grp
import os
import pwd
from collections.abc import Callable

import pytest

from sexton.config import capabilities
from sexton.model.plan import Plan
from sexton.model.process import Process, User

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]

BIN = pwd.getpwnam("bin")
GROUP = grp.getgrnam("mail")
FREE = "4000000001"  # no machine has this one
ALL = (1 << 41) - 1


@pytest.fixture(autouse=True)
def root(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], None]:
    """We are root with every capability, whoever runs the tests; call it to have others."""
    status = tmp_path_factory.mktemp("proc") / "status"
    monkeypatch.setattr(capabilities, "_STATUS", str(status))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "getegid", lambda: 0)

    def have(mask: int) -> None:
        status.write_text(f"Name:\tx\nCapEff:\t{mask:016x}\n")

    have(ALL)
    return have


def process(load: Load, keys: str, **more: object) -> Process:
    return load(f'[jobs.x]\ncommand = "true"\n{keys}', **more).jobs["x"].process


@pytest.mark.parametrize(
    ("keys", "uid", "gid"),
    [
        ('user = "bin"', BIN.pw_uid, BIN.pw_gid),
        (f"user = {BIN.pw_uid}", BIN.pw_uid, BIN.pw_gid),
        (f'user = "{BIN.pw_uid}"', BIN.pw_uid, BIN.pw_gid),
        ('user = "bin:mail"', BIN.pw_uid, GROUP.gr_gid),
        ('user = "bin"\ngroup = "mail"', BIN.pw_uid, GROUP.gr_gid),
        (f'user = "bin"\ngroup = {GROUP.gr_gid}', BIN.pw_uid, GROUP.gr_gid),
        (f'user = "{FREE}:{FREE}"', int(FREE), int(FREE)),
        ('group = "mail"', 0, GROUP.gr_gid),
    ],
)
def test_a_user_and_a_group_are_found_by_name_or_number(load: Load, keys: str, uid: int, gid: int) -> None:
    user = process(load, keys).user
    assert user is not None
    assert (user.uid, user.gid) == (uid, gid)
    assert gid in user.groups


def test_the_supplementary_groups_are_those_of_the_user(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getgrouplist", lambda name, gid: {"bin": [gid, 7, 9]}[name])
    user = User("bin", BIN.pw_uid, GROUP.gr_gid, (GROUP.gr_gid, 7, 9))
    assert process(load, 'user = "bin:mail"').user == user


def test_a_number_without_an_entry_has_its_group_alone(load: Load) -> None:
    assert process(load, f'user = "{FREE}:12"').user == User(FREE, int(FREE), 12, (12,))


def test_nothing_changes_when_the_user_is_ours(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    assert process(load, 'user = "root"').user is None
    monkeypatch.setattr(os, "geteuid", lambda: BIN.pw_uid)
    monkeypatch.setattr(os, "getegid", lambda: BIN.pw_gid)
    assert process(load, 'user = "bin"').user is None


def test_the_variables_of_the_user_are_there_when_asked_for_and_env_wins_over_them(load: Load) -> None:
    own = {"HOME": BIN.pw_dir, "USER": "bin", "LOGNAME": "bin"}
    assert process(load, 'user = "bin"').env == {}
    assert process(load, 'user = "bin"\nuser_env = true').env == own
    assert process(load, 'user = "bin"\nuser_env = true\nenv = { HOME = "/srv" }').env == own | {"HOME": "/srv"}
    assert process(load, 'user = "root"\nuser_env = true').env["HOME"] == pwd.getpwnam("root").pw_dir


UNKNOWN = [
    ('user = "no-such"', 'jobs.x.user: there is no user "no-such" on this machine; add it, or name another'),
    ('user = "bin:no-such"', 'jobs.x.user: there is no group "no-such" on this machine; add it, or name another'),
    ('group = "no-such"', 'jobs.x.group: there is no group "no-such" on this machine; add it, or name another'),
    (
        f"user = {FREE}",
        f'jobs.x.user: uid {FREE} has no entry in /etc/passwd, so its group is not known; write "{FREE}:GROUP"',
    ),
    (
        f'user = "{FREE}:1"\nuser_env = true',
        f"jobs.x.user: uid {FREE} has no entry in /etc/passwd, so `user_env` finds no HOME; add one, or set `env`",
    ),
]


@pytest.mark.parametrize(("keys", "message"), UNKNOWN)
def test_whom_this_machine_does_not_know_is_a_problem_for_a_run(complain: Complain, keys: str, message: str) -> None:
    assert complain(f'[jobs.x]\ncommand = "true"\n{keys}') == [f"sexton.toml:3: {message}"]


@pytest.mark.parametrize(("keys", "message"), UNKNOWN)
def test_whom_this_machine_does_not_know_is_a_warning_for_a_look(load: Load, keys: str, message: str) -> None:
    plan = load(f'[jobs.x]\ncommand = "true"\n{keys}', for_run=False)
    assert plan.warnings == (f"sexton.toml:3: {message}",)
    assert plan.jobs["x"].process.user is None


NOBODY = 'a user such as "www-data", "www-data:adm" or 1000 is meant'


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("user = true", f"jobs.x.user: true is a boolean; {NOBODY}"),
        ("user = -1", f"jobs.x.user: -1 is a number; {NOBODY}"),
        ('user = ""', f'jobs.x.user: "" is a string; {NOBODY}'),
        ('user = ":mail"', f'jobs.x.user: ":mail" names nobody; {NOBODY}'),
        ('user = "bin:"', f'jobs.x.user: "bin:" names nobody; {NOBODY}'),
        ("user = 4294967295", "jobs.x.user: 4294967295 is out of range; a number up to 4294967294 is meant"),
        ('user_env = "yes"', 'jobs.x.user_env: "yes" is a string; true or false is meant'),
        ("user_env = true", "jobs.x.user_env: it takes the variables of `user`, and there is none; name one"),
    ],
)
def test_what_names_nobody_is_explained(complain: Complain, keys: str, message: str) -> None:
    assert complain(f'[jobs.x]\ncommand = "true"\n{keys}') == [f"sexton.toml:3: {message}"]


def test_a_group_that_is_named_twice_is_a_problem(complain: Complain) -> None:
    problems = complain('[jobs.x]\ncommand = "true"\nuser = "bin:mail"\ngroup = "mail"')
    assert problems == ['sexton.toml:4: jobs.x.group: `user` names the group "mail" already; name it once']


def test_only_root_can_start_processes_as_others(
    complain: Complain, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    text = '[jobs.x]\ncommand = "true"\nuser = "bin"'
    said = "only root can start processes as others, and Sexton runs as uid 1234; start it as root"
    home = {"HOME": "/home/x"}
    assert complain(text, home) == [f"sexton.toml:3: jobs.x.user: {said}"]
    assert load(text, home, for_run=False).warnings == (f"sexton.toml:3: jobs.x.user: {said}",)


def test_root_without_the_capability_is_told_which(complain: Complain, root: Callable[[int], None]) -> None:
    root(ALL & ~(1 << 5 | 1 << 7))
    said = "Sexton lacks CAP_SETUID and CAP_KILL, so it cannot start and stop processes of others; give it that"
    assert complain('[jobs.x]\ncommand = "true"\nuser = "bin"') == [f"sexton.toml:3: jobs.x.user: {said}"]


def test_a_limit_that_another_user_cannot_be_given_is_a_problem(
    complain: Complain, load: Load, root: Callable[[int], None]
) -> None:
    root(ALL & ~(1 << 24))
    text = '[jobs.x]\ncommand = "true"\nuser = "bin"\nlimits = { nofile = 64, cpu = 9, core = [0, 0] }'
    said = "on another user's process takes CAP_SYS_RESOURCE; give Sexton that"
    assert complain(text) == [
        f"sexton.toml:4: jobs.x.limits.cpu: to set `cpu` {said}",
        f"sexton.toml:4: jobs.x.limits.core: to set a hard limit {said}",
    ]
    assert load(text.replace('user = "bin"\n', "")).jobs["x"].process.user is None


def test_what_cannot_be_seen_of_another_user_is_a_warning(load: Load, root: Callable[[int], None]) -> None:
    root(ALL & ~(1 << 19))
    text = '[jobs.x]\ncommand = "true"\n'
    said = "Sexton lacks CAP_SYS_PTRACE: what this process leaves behind outside of its process group is not found"
    assert load(text + 'user = "bin"').warnings == (f"sexton.toml:3: jobs.x.user: {said}",)
    assert load(text + 'user = "bin"', for_run=False).warnings == load(text).warnings == ()
