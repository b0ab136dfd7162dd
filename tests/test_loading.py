"""The readers of a configuration go when it is read: in an interpreter of its own each, as in a daemon."""

import subprocess
import sys
from pathlib import Path

EVERYTHING = """\
[sexton]
state = "sqlite:///state.db"
socket = "sexton.sock"
http = "127.0.0.1:0"
token = "secret:key"
timezone = "Europe/London"
include = ["crontab"]
[secrets]
key = { env = "KEY" }
[pools.db]
slots = 2
[services.web]
command = "sleep ${LONG:-9}"
env = { TOKEN = "secret:key" }
backoff = { delay = "1s", factor = 3 }
limits = { nofile = 99 }
[services.other]
command = ["sleep", "9"]
depends_on = ["web"]
stop = { signal = "INT", timeout = "1s" }
[jobs.a]
schedule = ["*/5 8-18 * * mon-fri", "@every 5m", "calendar: Mon..Fri 08:00"]
except = ["2026-12-25"]
command = "true"
jitter = "3s"
pool = "db"
log = { max_size = "1MB", keep = 3 }
retry = { attempts = 3, delay = "1s" }
[jobs.b]
after = { job = "a", on = "any" }
command = "true"
"""
CRONTAB = "MAILTO=ops@example.com\n# sexton: name=c timeout=5s\n5 4 * * * echo a%b\n"
WRONG = "[jobs.a]\nschedule = '61 * * * *'\ncomand = 'true'\n"

LOOK = """
import gc, sys
gc.disable()
from sexton.loading import read_plan
from sexton.model.errors import ConfigError
def reader(thing):
    module = thing.__name__ if type(thing) is type(sys) else getattr(thing, "__module__", None)
    return isinstance(module, str) and module.startswith(("sexton.config", "tomllib"))
def look():
    gc.collect()
    found = [thing for thing in gc.get_objects() if isinstance(thing, (type, type(sys), type(look)))]
    return sorted({repr(thing) for thing in found if reader(thing)})
for _ in range(3):
    try:
        kept = read_plan(["sexton.toml"], {"HOME": "/"}, None)
        said = f"{len(kept.jobs)} jobs, {len(kept.services)} services"
    except ConfigError as error:
        kept, said = error, f"{len(error.problems)} problems"
    print(said, look())
"""


def look(folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_no_reader_is_alive_when_a_plan_has_been_read(tmp_path: Path) -> None:
    (tmp_path / "sexton.toml").write_text(EVERYTHING)
    (tmp_path / "crontab").write_text(CRONTAB)
    assert look(tmp_path) == "3 jobs, 2 services []\n" * 3


def test_no_reader_is_alive_when_a_configuration_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "sexton.toml").write_text(WRONG)
    assert look(tmp_path) == "3 problems []\n" * 3
