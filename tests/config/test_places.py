"""Where things are by default: root's system folders, everybody else's by the XDG Base Directory Specification."""

import pytest

from sexton.config.places import Homeless, default_log_dir, default_socket, default_state

NOBODY_KNOWN = 4_000_000_000  # in no user database


def test_root_has_the_system_s_folders_whatever_the_environment() -> None:
    environ = {"HOME": "/root", "XDG_STATE_HOME": "/x", "XDG_RUNTIME_DIR": "/y"}
    assert default_state(environ, 0) == "/var/lib/sexton/state.db"
    assert default_log_dir(environ, 0) == "/var/log/sexton"
    assert default_socket(environ, 0) == "/run/sexton/sexton.sock"


def test_others_have_the_xdg_folders() -> None:
    environ = {"HOME": "/home/u", "XDG_STATE_HOME": "/x/", "XDG_RUNTIME_DIR": "/run/user/7"}
    assert default_state(environ, 7) == "/x/sexton/state.db"
    assert default_log_dir(environ, 7) == "/x/sexton/log"
    assert default_socket(environ, 7) == "/run/user/7/sexton/sexton.sock"


@pytest.mark.parametrize("unusable", [{}, {"XDG_STATE_HOME": ""}, {"XDG_STATE_HOME": "not/absolute"}])
def test_the_home_folder_is_used_when_xdg_state_home_does_not_count(unusable: dict[str, str]) -> None:
    environ = {"HOME": "/home/u", **unusable}
    assert default_state(environ, 7) == "/home/u/.local/state/sexton/state.db"
    assert default_log_dir(environ, 7) == "/home/u/.local/state/sexton/log"


def test_the_root_folder_may_be_a_home() -> None:
    assert default_state({"HOME": "/"}, 7) == "/.local/state/sexton/state.db"


@pytest.mark.parametrize("unusable", [{}, {"XDG_RUNTIME_DIR": ""}, {"XDG_RUNTIME_DIR": "run"}])
def test_the_socket_is_in_tmp_when_xdg_runtime_dir_does_not_count(unusable: dict[str, str]) -> None:
    assert default_socket(unusable, 7) == "/tmp/sexton-7/sexton/sexton.sock"


def test_a_user_without_home_is_told_what_to_set() -> None:
    with pytest.raises(Homeless, match="user 4000000000 has no home folder; set it, or set XDG_STATE_HOME or HOME"):
        default_state({}, NOBODY_KNOWN)
