"""What listeners answer and what they write to standard error, in the logs, as supervisord keeps them."""

from pathlib import Path

from tests.acceptance.beside import Beside

SPEAK = "sh -c 'echo oops >&2; echo READY; exec sleep 1000'"
LISTENERS = f"""
[eventlistener:named]
command = {SPEAK}
events = TICK_3600
stdout_logfile = {{home}}/named.out
stderr_logfile = {{home}}/named.err
[eventlistener:auto]
command = {SPEAK}
events = TICK_3600
[eventlistener:mute]
command = {SPEAK}
events = TICK_3600
stdout_logfile = NONE
stderr_logfile = NONE
"""
TAILS = [(f"readProcess{channel}Log", name) for name in ("named", "auto", "mute") for channel in ("Stdout", "Stderr")]


def test_both_channels_of_a_listener_are_shown_as_supervisord_shows_them(tmp_path: Path) -> None:
    with Beside(tmp_path, LISTENERS) as both:
        tails = [(tail, *both.call(*tail, -1600, 0)) for tail in TAILS]
        assert [(tail, ours) for tail, ours, _ in tails] == [(tail, theirs) for tail, _, theirs in tails]
        assert [(home / "named.out").read_text() for home in both.homes] == ["READY\n"] * 2
        assert [(home / "named.err").read_text() for home in both.homes] == ["oops\n"] * 2
        ours, theirs = ({info["name"]: info for info in infos} for infos in both.call("getAllProcessInfo"))
        for key in ("logfile", "stdout_logfile", "stderr_logfile"):
            assert [infos["named"][key] for infos in (ours, theirs)] == [theirs["named"][key]] * 2
            assert ours["mute"][key] == theirs["mute"][key] == ""
            assert ours["auto"][key]
