"""A whole Sexton, started with signals ignored and blocked as nohup, `&` and careless parents leave them."""

import re
import subprocess
import sys
from pathlib import Path

CONFIG = """
[sexton]
state = ":memory:"
log_dir = "{folder}/log"
socket = "{folder}/s.sock"
relay = "raw"
[jobs.look]
schedule = "@reboot"
command = "cat /proc/self/status"
"""
DAEMON = """
import signal, sys
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTTOU, signal.SIGUSR2):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD])
from sexton.cli.main import main
sys.exit(main(["run", "--once", sys.argv[1]]))
"""


def test_jobs_find_every_signal_at_its_default_whatever_sexton_was_started_with(tmp_path: Path) -> None:
    file = tmp_path / "sexton.toml"
    file.write_text(CONFIG.format(folder=tmp_path))
    done = subprocess.run([sys.executable, "-c", DAEMON, str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    masks = dict(re.findall(r"^Sig(Blk|Ign|Cgt):\s*(\w+)$", done.stdout, re.MULTILINE))
    assert {name: int(mask, 16) for name, mask in masks.items()} == {"Blk": 0, "Ign": 0, "Cgt": 0}
