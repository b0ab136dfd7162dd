"""`user` or `user:group` → ids, for what is to belong to somebody: a socket."""

from sexton.config.values import Unfit, shown, text


def owner(value: object) -> tuple[int, int]:
    """User and group id, of names or numbers that this machine knows; -1 for the group where none is named."""
    import grp
    import pwd

    user, colon, group = text(value).partition(":")
    try:
        uid = pwd.getpwuid(int(user)).pw_uid if user.isdecimal() else pwd.getpwnam(user).pw_uid
        if not colon:
            return uid, -1
        return uid, grp.getgrgid(int(group)).gr_gid if group.isdecimal() else grp.getgrnam(group).gr_gid
    except (KeyError, OverflowError):
        raise Unfit(f"{shown(value)} names nobody on this machine; user or user:group is meant") from None
