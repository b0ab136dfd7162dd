"""`cwd = "~"`."""

import os
import pwd
from collections.abc import Callable

import pytest

from sexton.model.plan import Plan

Load = Callable[..., Plan]
HOME = pwd.getpwuid(os.geteuid()).pw_dir


def cwd(load: Load, user: str) -> tuple[str | None, tuple[str, ...]]:
    plan = load(f'[services.x]\ncommand = "a"\ncwd = "~"\n{user}', {"TZ": "UTC", "HOME": "/elsewhere"}, for_run=False)
    return plan.services["x"].process.cwd, plan.warnings


@pytest.mark.skipif(not os.path.isdir(HOME), reason="this user has no home")
@pytest.mark.parametrize("user", ["", f"user = {os.geteuid()}"])
def test_a_process_starts_in_the_home_of_its_user(load: Load, user: str) -> None:
    assert cwd(load, user) == (HOME, ())


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("user = 4294967", "the user has no home; the process starts in /"),
        ('user = "no-such-user"', "the user has no home; the process starts in /"),
    ],
)
def test_a_process_starts_at_the_top_when_there_is_no_home(load: Load, user: str, said: str) -> None:
    folder, warnings = cwd(load, user)
    assert (folder, warnings[0]) == ("/", f"sexton.toml:3: services.x.cwd: {said}")
