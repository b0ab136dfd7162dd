"""Folders of crontabs in place of files."""

import os
import pwd
from pathlib import Path

import pytest

from sexton.config.load import load_plan
from sexton.model.errors import ConfigError

ME = pwd.getpwuid(os.getuid()).pw_name


def users_of_jobs(folder: Path) -> dict[str, str]:
    plan = load_plan([str(folder)], {}, for_run=False)
    return {name: job.process.env["LOGNAME"] for name, job in plan.jobs.items()}


def test_each_file_of_a_spool_is_the_table_of_the_user_that_it_is_called_after(tmp_path: Path) -> None:
    spool = tmp_path / "crontabs"
    spool.mkdir()
    (spool / ME).write_text("# sexton: name=one\n* * * * * true\n")
    (spool / "tmp.77").write_text("not a line of a crontab\n")
    (spool / ".hidden").write_text("not a line of a crontab\n")

    assert users_of_jobs(spool) == {"one": ME}


def test_a_cron_d_has_users_before_its_commands_and_files_of_other_names_do_not_count(tmp_path: Path) -> None:
    folder = tmp_path / "cron.d"
    folder.mkdir()
    (folder / "two").write_text(f"# sexton: name=two\n* * * * * {ME} true\n")
    (folder / "two.dpkg-old").write_text("not a line of a crontab\n")

    assert users_of_jobs(folder) == {"two": ME}


def test_a_folder_may_have_no_table_yet_and_is_watched_as_one_of_the_plans_files(tmp_path: Path) -> None:
    spool = tmp_path / "crontabs"
    spool.mkdir()

    plan = load_plan([str(spool)], {}, for_run=False)

    assert (plan.jobs, plan.files) == ({}, (str(spool),))


def test_any_other_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"it is a folder; of these one named crontabs or cron\.d is meant"):
        load_plan([str(tmp_path)], {}, for_run=False)
