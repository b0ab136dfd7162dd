"""Canaries: random values from each kind of source, and then a search for them everywhere but where they belong."""

import http.client
import os
import signal
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start
from tests.acceptance.ledger import output, rows
from tests.vault import StandInVault

SOURCES = ("file", "variable", "variable_file", "command", "vault")


class Canaries:
    """A random value for each source, and a configuration and environment that have them so."""

    def __init__(self, home: Path, vault: StandInVault, values: dict[str, str]) -> None:
        self.values = values
        (home / "value").write_text(values["file"] + "\n")
        (home / "other").write_text(values["variable_file"] + "\n")
        (home / "print.sh").write_text(f"echo {values['command']}\n")
        self.env = {
            "CANARY_A": values["variable"],
            "CANARY_B_FILE": str(home / "other"),
            "VAULT_ADDR": vault.url,
            "VAULT_TOKEN": vault.token,
        }
        (home / "leak").write_text(f"{vault.token}\n{values['command']}\n")
        self.table = (
            '[secrets]\nfile = { file = "value" }\nvariable = { env = "CANARY_A" }\n'
            'variable_file = { env = "CANARY_B" }\ncommand = { command = ["sh", "print.sh"] }\n'
            'vault = { vault = "kv/app#canary" }\n'
        )
        self.secret = [*values.values(), vault.token]

    def found_in(self, data: bytes) -> list[str]:
        """Which of them are in `data`, as they are or in base64."""
        return [value for value in self.secret if value.encode() in data or b64encode(value.encode())[:-4] in data]


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[Canaries]:
    values = {source: f"canary-{source}-{os.urandom(12).hex()}" for source in SOURCES}
    with StandInVault({"kv/app": {"canary": values["vault"]}}, token=f"token-{os.urandom(12).hex()}") as vault:
        yield Canaries(tmp_path, vault, values)


def reached(daemon: Daemon, path: str) -> bytes:
    connection = http.client.HTTPConnection("localhost", timeout=20)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(daemon.home / "run/s.sock"))
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body
    connection.close()
    return str(answer.headers).encode() + body


def proc(pid: int, name: str) -> bytes:
    return Path(f"/proc/{pid}/{name}").read_bytes()


# Says each value in two writes, then as `Authorization: Basic` would have it, then all it has.
CHATTY = (
    "".join(f'printf %.12s "${name.upper()}"; echo "${name.upper()}" | cut -c13-; ' for name in SOURCES)
    + 'printf "user:$FILE" | base64 -w0; echo; env; env >&2; '
)
STAY = "echo all said; exec sleep 1000"


def hear(daemon: Daemon, *ends: str) -> list[str]:
    """What is said until each of `ends` was."""
    heard: list[str] = []
    while not all(any(end in line for line in heard) for end in ends):
        heard.append(daemon.wait_for(""))
    return heard


def listening(daemon: Daemon) -> bytes:
    """What the command line and the API say of everything."""
    shown = b"".join(
        reached(daemon, f"/api/v1/{path}")
        for path in ("info", "jobs", "jobs/listing", "runs", "runs/1", "runs/1/log", "runs/2/log", "runs/3")
    )
    for command in (["status"], ["status", "--json"], ["runs"], ["runs", "--json"], ["logs", "listing"]):
        shown += daemon.cli(*command).stdout.encode()
    return shown


def kernel(daemon: Daemon, listing: int) -> bytes:
    """What the kernel shows of Sexton and its children, but for the environment of the one that lists the secrets."""
    living = daemon.others() | {daemon.pid}
    return b"".join([proc(pid, "cmdline") for pid in living] + [proc(pid, "environ") for pid in living - {listing}])


def test_no_value_is_anywhere_but_in_the_process_that_lists_it(make: Callable[..., Daemon], canaries: Canaries) -> None:
    daemon = make(
        at_start("listing", CHATTY + STAY, secrets=list(SOURCES))
        + at_start("other", "cat leak; env; " + STAY)  # what it has by other ways is known all the same
        + at_start("doomed", command=["not-there"], env={"PATH": "secret:file"})  # the reason says where it looked
        + canaries.table
    )
    daemon.launch(env=canaries.env)
    heard = hear(daemon, "listing | all said", "other   | all said", "doomed: run")
    (listing,) = (pid for pid in daemon.others() if b"SEXTON_JOB=listing" in proc(pid, "environ"))
    assert set(canaries.found_in(proc(listing, "environ"))) == set(canaries.values.values())

    shown = kernel(daemon, listing) + listening(daemon)
    shown += daemon.cli("check", str(daemon.config), check=False).stdout.encode()
    for file in (daemon.home / "state").iterdir():  # with its write-ahead log, which goes at the end
        shown += file.read_bytes()
    assert daemon.stop() == 0
    shown += "\n".join([*heard, *daemon.said]).encode()
    for file in [*daemon.home.glob("log/**/*.log"), *daemon.home.glob("state/*")]:
        shown += file.read_bytes()
    assert canaries.found_in(shown) == []
    log = output(rows(daemon.home, "listing")[0]).decode()
    assert log.startswith("***\n" * len(SOURCES) + "dXNlcj")
    assert "\nFILE=***\n" in log


def test_a_file_is_its_process_s_own_and_goes_with_it(make: Callable[..., Daemon], canaries: Canaries) -> None:
    script = 'stat -c %a:%u "$FILE_FILE"; cat "$VAULT_FILE"; cp "$FILE_FILE" got; echo "$FILE_FILE" >path; env >env'
    secrets = [{"name": name, "as": "file"} for name in ("file", "vault")]
    daemon = make(at_start("x", script, secrets=secrets) + canaries.table)
    assert daemon.once(**canaries.env).returncode == 0
    assert output(rows(daemon.home)[0]).decode() == f"600:{os.geteuid()}\n***"
    assert (daemon.home / "got").read_text() == canaries.values["file"] + "\n"
    assert canaries.found_in((daemon.home / "env").read_bytes()) == []
    path = Path((daemon.home / "path").read_text().strip())
    assert not path.exists()
    assert not path.parent.exists()


def test_a_variable_in_env_may_be_a_secret(make: Callable[..., Daemon], canaries: Canaries) -> None:
    daemon = make(at_start("x", 'echo "$PGPASSWORD" >got', env={"PGPASSWORD": "secret:vault"}) + canaries.table)
    assert daemon.once(**canaries.env).returncode == 0
    assert (daemon.home / "got").read_text() == canaries.values["vault"] + "\n"


def test_nothing_is_started_when_a_source_gives_nothing(make: Callable[..., Daemon], canaries: Canaries) -> None:
    daemon = make(at_start("x", "echo started >got") + canaries.table)
    (daemon.home / "value").unlink()
    done = daemon.run("--once", **canaries.env | {"VAULT_TOKEN": "another"})
    assert done.returncode == 78
    lines = [line.partition(" ")[0] for line in daemon.config.read_text().split("\n")]
    place = {name: f"{daemon.config}:{lines.index(name) + 1}: secrets.{name}" for name in ("file", "vault")}
    assert done.stderr.splitlines() == [
        f"{place['file']}: cannot read {daemon.home}/value: No such file or directory",
        f"{place['vault']}: kv/app#canary: Vault gives no value: permission denied",
    ]
    assert not (daemon.home / "got").exists()


def test_a_reload_that_needs_another_secret_changes_nothing(make: Callable[..., Daemon], canaries: Canaries) -> None:
    daemon = make(at_start("x", STAY) + canaries.table)
    daemon.start(env=canaries.env)
    daemon.write(at_start("x", STAY) + canaries.table.replace('"value"', '"other"'))
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("secrets.file: secrets are read when Sexton starts; start it anew")
    assert daemon.stop() == 0


def test_a_service_is_given_its_secrets_each_time_it_starts(make: Callable[..., Daemon], canaries: Canaries) -> None:
    daemon = make(
        "[services.s]\nshell = true\n"
        'command = \'echo "$$VAULT" >>got; cat "$$FILE_FILE" >>got; echo once more; read x <gate\'\n'
        'secrets = ["vault", { name = "file", as = "file" }]\n' + canaries.table
    )
    with closing(Gate(daemon.home / "gate")) as gate:
        daemon.start(env=canaries.env)
        hear(daemon, "| once more")
        gate.let_pass()
        hear(daemon, "| once more")
    both = f"{canaries.values['vault']}\n{canaries.values['file']}\n"
    assert (daemon.home / "got").read_text() == both * 2
    daemon.stop()


def test_what_is_wrong_with_a_reload_is_said_without_the_values(
    make: Callable[..., Daemon], canaries: Canaries
) -> None:
    daemon = make(at_start("x", STAY) + canaries.table)
    daemon.start(env=canaries.env)
    daemon.write(at_start("x", STAY, timeout=canaries.values["vault"]) + canaries.table)
    done = daemon.cli("reload", check=False)
    assert done.returncode == 78
    assert "jobs.x.timeout: cannot read '***' as a duration" in done.stderr
    assert canaries.found_in(done.stderr.encode() + "\n".join(hear(daemon, "nothing was changed")).encode()) == []
    assert daemon.stop() == 0


def test_nobody_is_shown_the_token_of_vault_that_a_file_holds(make: Callable[..., Daemon], canaries: Canaries) -> None:
    token = canaries.env.pop("VAULT_TOKEN")
    (daemon := make(at_start("x", "cat vault-token; env") + canaries.table)).home.joinpath("vault-token").write_text(
        token
    )
    env = canaries.env | {"VAULT_TOKEN_FILE": str(daemon.home / "vault-token")}
    assert daemon.once(**env).returncode == 0
    log = output(rows(daemon.home)[0])
    assert log.startswith(b"***")
    assert b"VAULT_TOKEN" not in log
