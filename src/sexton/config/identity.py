"""The keys that say as whom a process runs: user, group and user_env → User, and variables of theirs.

Names are looked up where the plan is read, so that an unknown one is a problem with its line and no start waits for
a directory server. A name is taken as one before it is taken as a number, as chown(1) does. A plan that is only looked
at may be another machine's: what this one does not know is a warning then. Invariant: whoever asks for a user gets
that one or a problem, never Sexton's own instead.
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.config.capabilities import missing
from sexton.config.table import Table
from sexton.config.values import Unfit, boolean, found, shown, text
from sexton.model.process import User

if TYPE_CHECKING:
    from pwd import struct_passwd

_USER = 'a user such as "www-data", "www-data:adm" or 1000'
_HIGHEST = 2**32 - 2  # the last number means "leave it" (setreuid(2))


class Wish(NamedTuple):
    """Whom the keys name: a user's and a group's name or number; empty when there is none."""

    user: str
    group: str


class Identity(NamedTuple):
    """`user` is None for a process that runs as Sexton does; `env` are the user's own variables, when asked for."""

    user: User | None
    env: dict[str, str]


def read_identity(table: Table, *, for_run: bool) -> Identity:
    """As whom the process of this table runs."""
    with_env = table.read("user_env", boolean, False)
    wish = table.read("user", _wish, Wish("", ""))
    group = table.read("group", _one, "")
    if group and wish.group:
        table.problem(f"`user` names the group {shown(wish.group)} already; name it once", "group")
    if with_env and "user" not in table:
        table.problem("it takes the variables of `user`, and there is none; name one", "user_env")
    wish = Wish(wish.user, group or wish.group)
    if wish == ("", ""):
        return Identity(None, {})
    try:
        return _found(wish, table.places.owner or (os.geteuid(), os.getegid()), with_env=with_env)
    except Unfit as error:
        others = error.user if isinstance(error, _NotOurs) and table.places.lenient else None
        say: Callable[..., None] = table.problem if for_run and others is None else table.warning
        say(str(error), "user" if "user" in table else "group")
        return Identity(others, {})


def read_home(table: Table) -> str | None:
    """The home of the user of this table's process; None for one who has none, or is not known here."""
    try:
        account = _account(table.read("user", _wish, Wish("", "")).user or str(os.geteuid()))
    except Unfit:  # read_identity says so
        return None
    return account.pw_dir if account else None


class _NotOurs(Unfit):
    """A user who is there, but whom we cannot become. Where one process must not stop the others, its start fails."""

    def __init__(self, user: User, message: str) -> None:
        super().__init__(message)
        self.user = user


def _found(wish: Wish, own: tuple[int, int], *, with_env: bool) -> Identity:
    """`own` are the user and the group whom Sexton runs as."""
    account = _account(wish.user or str(own[0]))
    uid = account.pw_uid if account else int(wish.user or own[0])
    gid = _gid(wish.group, account, wish.user)
    groups = tuple(os.getgrouplist(account.pw_name, gid)) if account else (gid,)
    user = User(wish.user or wish.group, uid, gid, groups)
    return Identity(_other(user, own), _variables(account, wish.user) if with_env else {})


def _other(user: User, own: tuple[int, int]) -> User | None:
    """None for what we are already, or will be."""
    if (user.uid, user.gid) == own:
        return None
    if own[0] != 0:
        raise _NotOurs(
            user, f"only root can start processes as others, and Sexton runs as uid {own[0]}; start it as root"
        )
    if lacking := missing("CAP_SETGID", "CAP_SETUID", "CAP_KILL"):
        raise _NotOurs(user, f"Sexton lacks {lacking}, so it cannot start and stop processes of others; give it that")
    return user


def _account(user: str) -> "struct_passwd | None":
    """The entry in passwd(5); None for a number that has none."""
    import pwd

    try:
        return pwd.getpwnam(user)
    except KeyError:
        if not user.isdecimal():
            raise Unfit(f"there is no user {shown(user)} on this machine; add it, or name another") from None
    try:
        return pwd.getpwuid(_number(user))
    except KeyError:
        return None


def _gid(group: str, account: "struct_passwd | None", user: str) -> int:
    import grp

    if not group:
        if account is None:
            raise Unfit(f'uid {user} has no entry in /etc/passwd, so its group is not known; write "{user}:GROUP"')
        return account.pw_gid
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        if group.isdecimal():
            return _number(group)
        raise Unfit(f"there is no group {shown(group)} on this machine; add it, or name another") from None


def _number(digits: str) -> int:
    if int(digits) > _HIGHEST:
        raise Unfit(f"{digits} is out of range; a number up to {_HIGHEST} is meant")
    return int(digits)


def _variables(account: "struct_passwd | None", user: str) -> dict[str, str]:
    if account is None:
        raise Unfit(f"uid {user} has no entry in /etc/passwd, so `user_env` finds no HOME; add one, or set `env`")
    return {"HOME": account.pw_dir, "USER": account.pw_name, "LOGNAME": account.pw_name}


def _wish(value: Any) -> Wish:
    user, colon, group = _one(value).partition(":")
    if not user or (colon and not group):
        raise Unfit(f"{shown(value)} names nobody; {_USER} is meant")
    return Wish(user, group)


def _one(value: Any) -> str:
    """A name, or a number as digits."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    if not isinstance(value, str) or not text(value).strip():
        raise Unfit(f"{found(value)}; {_USER} is meant")
    return value
