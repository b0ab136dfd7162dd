"""One TOML file for a whole plan: it gives the same plan, whatever the front door was, and shows no secret."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.config.load import load
from sexton.config.merge import merge
from sexton.model.plan import Plan
from sexton.wire.toml import document
from tests.config.crontabs import SYSTEMS, USERS
from tools.command import TOP

ENVIRON = {"TZ": "UTC", "HOME": "/home/of-sexton", "XDG_STATE_HOME": "/state", "DB": "there"}
BLOCKS = [
    (f"{file.name}-{number}", block)
    for file in sorted(TOP.glob("docs/*.md"))
    for number, block in enumerate(re.findall(r"^```toml\n(.*?)^```$", file.read_text("utf-8"), re.M | re.S), 1)
]


def imported(folder: Path, name: str, form: str | None = None) -> tuple[Plan, Plan, str]:
    """The plan of a file, the plan of what `import` makes of it, and that text."""
    loaded = load([str(folder / name)], ENVIRON, for_run=False, form=form)
    text = "\n".join(document(*merge(loaded))) + "\n"
    (folder / "imported.toml").write_text(text, "utf-8")
    again = load([str(folder / "imported.toml")], ENVIRON, for_run=False, form=None)
    return loaded.plan, again.plan, text


def meaning(plan: Plan) -> dict[str, Any]:
    """What a plan says, wherever it was written."""
    settings = plan.settings._replace(
        http=plan.settings.http.anywhere(),
    )
    secrets = {name: secret._replace(file="") for name, secret in plan.secrets.items()}
    return plan._replace(settings=settings, secrets=secrets, files=(), warnings=())._asdict()


@pytest.mark.parametrize("text", [*USERS.values(), *SYSTEMS.values()], ids=[*USERS, *SYSTEMS])
def test_a_crontab_becomes_toml_that_means_the_same(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text, "utf-8")
    before, after, _ = imported(tmp_path, "x", "crontab" if text in USERS.values() else "cron.d")
    assert meaning(after) == meaning(before)
    assert list(after.jobs) == list(before.jobs)


@pytest.mark.parametrize("text", [text for _, text in BLOCKS], ids=[name for name, _ in BLOCKS])
def test_every_example_of_the_documents_keeps_its_meaning(tmp_path: Path, text: str) -> None:
    (tmp_path / "sexton.toml").write_text(text, "utf-8")
    before, after, _ = imported(tmp_path, "sexton.toml")
    assert meaning(after) == meaning(before)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0"), max_size=20)
NAMES = st.from_regex(r"[A-Z_][A-Z0-9_]{0,5}", fullmatch=True).filter(lambda name: name not in ("SHELL", "CRON_TZ"))
ASSIGNMENTS = st.one_of(
    st.builds('{} = "{}"'.format, NAMES, WORDS.filter(lambda word: '"' not in word)),
    st.builds(
        "{}={}".format,
        NAMES,
        st.from_regex(r"[a-z$ {}'%\\]*[a-z$]", fullmatch=True).filter(lambda v: v.lstrip()[0] != "'"),
    ),
    st.sampled_from(["SHELL=/bin/bash", "SHELL=/bin/sh", "CRON_TZ=Asia/Tokyo", "HOME=${X}", "MAILTO=", "MAILTO=a@b,c"]),
)
DIRECTIVES = st.sampled_from(
    ["# sexton: timeout=5m", '# sexton: env={ A = 0x1F, B = "$${X}" }', "# sexton: grace=1h", "# sexton: priority=-3"]
)
SCHEDULES = st.sampled_from(["* * * * *", "0 8 * * 1-5", "@daily", "@reboot", "@every 5m"])
ENTRIES = st.builds("{} echo {}".format, SCHEDULES, WORDS)


@given(st.lists(st.one_of(ASSIGNMENTS, ENTRIES, st.builds("{}\n{}".format, DIRECTIVES, ENTRIES)), max_size=8))
def test_any_crontab_keeps_its_meaning(lines: list[str]) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "crontab").write_text("\n".join([*lines, ""]), "utf-8", newline="")
        before, after, _ = imported(Path(folder), "crontab")
    assert meaning(after) == meaning(before)
    assert list(after.jobs) == list(before.jobs)
    assert len(before.jobs) == sum(line[:1] in {*"@*0"} for lines_ in lines for line in lines_.split("\n"))


def test_references_stay_as_they_are_written(tmp_path: Path) -> None:
    text = '[jobs.a]\ncommand = "${DB} ${NOT_SET:?say which} $${X} $HOME"\ntimeout = "${T}"\ngrace = "${G:-1h}"\n'
    (tmp_path / "a.toml").write_text(text)
    _, _, said = imported(tmp_path, "a.toml")
    assert said.endswith(f"\n{text}")


def test_a_key_that_says_what_holds_anyway_is_left_out(tmp_path: Path) -> None:
    keys = 'grace = "1h"\nafter = []\ncatch_up = "last"\nshell = false\npriority = 0\ntimezone = "UTC"\nuser = "0"\n'
    (tmp_path / "a.toml").write_text(f'[jobs.a]\ncommand = "x"\n{keys}')
    assert imported(tmp_path, "a.toml")[2].endswith('\n[jobs.a]\ncommand = "x"\ntimezone = "UTC"\nuser = "0"\n')


def test_a_key_of_a_service_that_says_what_holds_anyway_is_left_out(tmp_path: Path) -> None:
    db = (
        '[services.db]\ncommand = "x"\nautostart = true\nrestart = "always"\ninstances = 2\nbudget = { restarts = 5 }\n'
    )
    web = '[services.web]\ncommand = "x"\ndepends_on = ["db"]\ncritical = false\nrestart = "never"\n'
    (tmp_path / "a.toml").write_text(db + web)
    before, after, said = imported(tmp_path, "a.toml")
    assert meaning(after) == meaning(before)
    assert said.endswith(
        '[services.db]\ncommand = "x"\ninstances = 2\n\n'
        '[services.web]\ncommand = "x"\ndepends_on = ["db"]\nrestart = "never"\n'
    )


def test_included_files_are_part_of_it_and_their_paths_lead_where_they_led(tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (tmp_path / "a.toml").write_text('sexton.include = ["below/b.toml", "below/c.crontab"]\nsexton.socket = "s.sock"\n')
    keys = 'log_dir = "log"\nstate = "sqlite:///state.db"\nread_token_file = "/run/t"\n'
    (below / "b.toml").write_text(f'[sexton]\n{keys}[secrets]\npw = {{ file = "pw" }}\n[jobs.b]\ncommand = "x"\n')
    (below / "c.crontab").write_text("@daily x\n")
    before, after, said = imported(tmp_path, "a.toml")
    assert meaning(after) == meaning(before)
    assert (len(after.jobs), len(after.files)) == (2, 1)
    assert f"# {below}/c.crontab, line 1\n" in said


def test_a_token_is_carried_over_only_as_a_reference_to_a_secret(tmp_path: Path) -> None:
    tokens = 'token = "0123456789abcdef"\nread_token = "secret:t"\n'
    (tmp_path / "a.toml").write_text(f'[sexton]\n{tokens}[secrets]\nt = {{ env = "T" }}\n[jobs.a]\ncommand = "x"\n')
    said = imported(tmp_path, "a.toml")[2]
    assert "0123456789abcdef" not in said
    assert f"# `token` of {tmp_path}/a.toml is left out, for a token is a secret; set `token_file`\n" in said
    assert 'read_token = "secret:t"\n' in said
