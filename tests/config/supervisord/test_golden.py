"""The same file says the same to supervisor 4.3.0 and to Sexton: programs, order, values, and what is refused."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.model.errors import ConfigError
from tests.config.supervisord.real import Program, ours, theirs

BOOLEANS = ("true", "false", "yes", "NO", "on", "0", "1", "maybe")
NUMBERS = ("0", "1", "7", " 12", "-1", "x")
FILES = ("AUTO", "auto", "NONE", "none", "off", "out.log", "%(program_name)s.log", "%(process_num)s.log", "%(here)s/x")
SIZES = ("0", "1MB", "2kb", "1GB", "3000", "5Mb", "x")
VALUES: dict[str, tuple[str, ...]] = {
    "command": (
        "/bin/cat",
        "x %(program_name)s %(group_name)s %(process_num)03d of %(numprocs)s",
        "a %% b",
        "e %(ENV_W)s",
    ),
    "process_name": ("%(program_name)s", "p%(process_num)s", "%(group_name)s-%(process_num)02d", "a b", "%(ENV_V)s"),
    "numprocs": ("1", "2", "3", "x"),
    "numprocs_start": ("0", "5"),
    "priority": NUMBERS,
    "autostart": BOOLEANS,
    "autorestart": (*BOOLEANS, "unexpected", "Unexpected"),
    "startsecs": NUMBERS,
    "startretries": NUMBERS,
    "exitcodes": ("0", "0,2", "", "256", "1, 3", "x"),
    "stopsignal": ("TERM", "SIGINT", "usr1", "9", "15", "NOPE", "CLD"),
    "stopwaitsecs": ("1", "10", "100", "x"),
    "stopasgroup": BOOLEANS,
    "killasgroup": BOOLEANS,
    "redirect_stderr": BOOLEANS,
    "stdout_logfile": FILES,
    "stderr_logfile": FILES,
    "stdout_logfile_maxbytes": SIZES,
    "stderr_logfile_maxbytes": SIZES,
    "stdout_logfile_backups": ("0", "3", "x"),
    "stderr_logfile_backups": ("0", "3"),
    "stdout_events_enabled": BOOLEANS,
    "stdout_capture_maxbytes": SIZES,
    "environment": ('A="1",B=two', 'W="%(program_name)s %(process_num)d"', "A=", 'A="b,c=d"', "A='x' , B=/y/z.w", "A"),
    "directory": ("/tmp", "%(here)s", "/d%(process_num)d"),
    "umask": ("022", "0o77", "9"),
    "unheard_of": ("1",),
}
KEYS = st.dictionaries(st.sampled_from(sorted(VALUES)), st.integers(0, 20), max_size=5)


def section(header: str, keys: dict[str, int]) -> str:
    chosen = {"command": 0, **keys}
    return f"[{header}]\n" + "".join(f"{key} = {VALUES[key][n % len(VALUES[key])]}\n" for key, n in chosen.items())


@st.composite
def confs(draw: st.DrawFn) -> str:
    programs = [section(f"program:{name}", draw(KEYS)) for name in draw(st.sampled_from(("a", "ab", "cba")))]
    grouped = draw(st.sampled_from(("", "[group:g]\nprograms=a\n", "[group:a]\nprograms = a\npriority=5\n")))
    environment = draw(st.sampled_from(("", 'environment=V="v",W="w w"\n', "environment=V=v.w\n")))
    sections = draw(st.permutations([*programs, grouped, f"[supervisord]\n{environment}"]))
    return "".join(sections)


@pytest.fixture(scope="module")
def conf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("golden") / "supervisord.conf"


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEXTON_GOLDEN", "$HOME ${X} $$")


def compared(path: Path) -> tuple[list[Program] | str, list[Program] | str]:
    try:
        expected: list[Program] | str = theirs(path)
    except ValueError:
        expected = "refused"
    try:
        return ours(path), expected
    except ConfigError:
        return "refused", expected


@settings(max_examples=300, deadline=None)
@given(confs())
def test_a_generated_file_gives_the_same_programs_or_is_refused_by_both(conf: Path, text: str) -> None:
    conf.write_text(text)
    found, expected = compared(conf)
    assert found == expected


WHOLE = """
; a file as they are in the world
[unix_http_server]
file=/tmp/supervisor.sock   ; the path to the socket file
[inet_http_server]
port=127.0.0.1:9001
username=user
password=123
[supervisord]
logfile=/tmp/supervisord.log ; main log file
nodaemon=true
environment=KEY="value",PLACE="%(here)s"
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix:///tmp/supervisor.sock
[program:nginx]
command=/usr/sbin/nginx -g "daemon off;"
priority=10
stdout_logfile=/dev/fd/2
stdout_logfile_maxbytes=0
[program:worker]
command=python3 -c 'print("%(process_num)d;%(ENV_SEXTON_GOLDEN)s")'
  --more
  --and more
process_name=%(program_name)s_%(process_num)02d
numprocs=3
directory=/srv
stopsignal=QUIT
environment=NUM="%(process_num)d",COLON=a:b
[include]
files = conf.d/*.ini conf.d/none*.x
"""


def test_a_file_as_they_are_in_the_world_is_read_in_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "supervisord.conf"
    (tmp_path / "conf.d").mkdir()
    path.write_text(WHOLE)
    (tmp_path / "conf.d" / "b.ini").write_text("[program:nginx]\npriority=20\n[program:late]\ncommand=%(here)s/late\n")
    (tmp_path / "conf.d" / "a.ini").write_text("[program:nginx]\npriority=30\n[include]\nfiles=x/*.ini\n")
    found, expected = compared(path)
    assert not isinstance(found, str)
    assert not isinstance(expected, str)
    stream = "/dev/stderr", 50 * 1024 * 1024, 10
    expected[0] = expected[0]._replace(stdout=stream, command="/usr/sbin/nginx -g daemon off;")
    expected = [
        each._replace(command=each.command.replace("'", "").replace("\n", " ")) if each.group == "worker" else each
        for each in expected
    ]
    assert [each.name for each in found] == [each.name for each in expected]


@pytest.mark.parametrize(
    "text",
    [
        "[program:a]\ncommand=x\n",
        "[supervisord]\n[program:a]\n",
        "[supervisord]\n[program:a b]\ncommand=x\n",
        "[supervisord]\n[group:g]\nprograms=a\n",
        "[supervisord]\n[program:a]\ncommand=%(nothing)s\n",
        "[supervisord]\n[program:a]\ncommand=100%\n",
        "[supervisord]\n[program:a]\ncommand=%(here)\n",
        "[supervisord]\n[program:a]\ncommand=x\nstopasgroup=true\nkillasgroup=false\n",
        "[supervisord]\n[program:a]\ncommand=x\nuser=nobody-of-this-name\n",
        "[supervisord]\nloglevel=loud\n",
        "[supervisord]\nminfds=many\n",
        "[supervisord]\n[include]\n",
        "[supervisord]\n[inet_http_server]\n",
        "[supervisord]\n[inet_http_server]\nport=http\n",
        "[supervisord]\n[unix_http_server]\nfile=/x\nusername=u\n",
        "[supervisord]\n[unix_http_server]\nfile=/x\nchmod=rwx\n",
        "[supervisord]\nenvironment=A\n",
        "x=1\n[supervisord]\n",
    ],
)
def test_what_supervisor_refuses_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "supervisord.conf"
    path.write_text(text)
    assert compared(path) == ("refused", "refused")


def test_the_folder_of_a_file_is_here_also_where_it_is_included(tmp_path: Path) -> None:
    path = tmp_path / "supervisord.conf"
    (tmp_path / "more").mkdir()
    path.write_text("[supervisord]\n[include]\nfiles=more/*\n[program:a]\ncommand=%(here)s/a\n")
    (tmp_path / "more" / "b.conf").write_text("[program:b]\ncommand=%(here)s/b\n")
    found, expected = compared(path)
    assert found == expected
    assert [os.path.relpath(each.command, tmp_path) for each in found if not isinstance(each, str)] == ["a", "more/b"]
