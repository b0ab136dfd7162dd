"""Crontabs run by a real Sexton: what cron(8) would give each command, and what every run of Sexton's has."""

import os
import pwd
from collections.abc import Callable

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import FAR_OFF
from tests.acceptance.ledger import output, rows

Make = Callable[..., Daemon]

TABLE = """\
# sexton: name=first
@reboot echo "$0 $FROM_CONTAINER-$WHO-"; pwd; date +\\%d >/dev/null; cat
WHO=positional
HOME={home}/work
SHELL=/bin/bash
# sexton: name=second after=first schedule="{far_off}"
@daily echo "$0 $FROM_CONTAINER-$WHO-" "$HOME"; pwd; [[ -v SEXTON_RUN_ID ]] && cat%Dear all,%100\\%
SHELL=/bin/sh
{far_off} echo again
"""


def started(make: Make, text: str, name: str = "crontab") -> Daemon:
    daemon = make("")
    (daemon.home / "work").mkdir()
    (daemon.home / name).parent.mkdir(exist_ok=True)
    (daemon.home / name).write_text(text.format(home=daemon.home, far_off=FAR_OFF))
    return daemon.start(str(daemon.home / name), env={"FROM_CONTAINER": "here"})


def printed(daemon: Daemon, job: str) -> list[str]:
    (row,) = (row for row in rows(daemon.home) if row["job"] == job)
    return output(row).decode().splitlines()


def test_entries_run_as_cron_would_run_them_in_the_container_s_environment(make: Make) -> None:
    daemon = started(make, TABLE)
    assert daemon.ended("first")["outcome"] == daemon.ended("second")["outcome"] == "succeeded"
    assert printed(daemon, "first") == ["/bin/sh here--", str(daemon.home)]
    work = f"{daemon.home}/work"
    assert printed(daemon, "second") == [f"/bin/bash here-positional- {work}", work, "Dear all,", "100%"]


def test_an_entry_without_a_name_can_be_triggered_by_the_one_it_is_given(make: Make) -> None:
    daemon = started(make, TABLE)
    (name,) = (job["name"] for job in daemon.ask("status")["jobs"] if job["name"].startswith("echo-"))
    daemon.cli("trigger", name, "--wait")
    assert printed(daemon, name) == ["again"]


def test_a_bad_line_after_the_start_changes_nothing(make: Make) -> None:
    daemon = started(make, TABLE)
    with (daemon.home / "crontab").open("a") as file:
        file.write("61 * * * * x\n")
    done = daemon.cli("reload", check=False)
    assert (done.returncode, "crontab:10: schedule: minute: cannot use '61'" in done.stderr) == (78, True)
    assert len(daemon.ask("status")["jobs"]) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start processes as others")
def test_an_entry_of_a_system_crontab_is_its_user_at_home(make: Make) -> None:
    daemon = started(make, "# sexton: name=mine\n@reboot daemon id -un; echo $HOME $LOGNAME $USER; pwd\n", "cron.d/x")
    assert daemon.ended("mine")["outcome"] == "succeeded"
    home = pwd.getpwnam("daemon").pw_dir
    assert printed(daemon, "mine") == ["daemon", f"{home} daemon daemon", os.path.realpath(home)]
