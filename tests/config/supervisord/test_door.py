"""What a supervisord.conf becomes beyond supervisor's own words: names, warnings, Sexton's keys, settings."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sexton.config.load import load, load_plan
from sexton.config.merge import merge
from sexton.config.supervisord.logs import resolved
from sexton.logs.files import service_log
from sexton.model.errors import ConfigError
from sexton.model.log import Relay
from sexton.model.plan import Plan
from sexton.model.process import Reach, Socket
from sexton.model.service import Backoff, Service
from sexton.model.supervisord import Server
from sexton.model.units import MINUTE, SECOND
from sexton.wire.toml import document

Read = Callable[..., Plan]
MAIN = "[supervisord]\n"


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    monkeypatch.chdir(tmp_path)

    def write_and_load(text: str, environ: Mapping[str, str] | None = None, *, for_run: bool = True) -> Plan:
        (tmp_path / "x.conf").write_text(MAIN + text)
        return load_plan(["x.conf"], {"TZ": "UTC", "TMPDIR": "/tmp", **(environ or {})}, for_run=for_run)

    return write_and_load


def problems(read: Read, text: str, **options: bool) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text, **options)
    return str(caught.value).split("\n")


def test_processes_are_called_as_supervisorctl_calls_them(read: Read) -> None:
    plan = read(
        "[program:one]\ncommand=x\n[program:two]\ncommand=x\nnumprocs=2\nprocess_name=%(process_num)s\n"
        "[group:all]\nprograms=three\n[program:three]\ncommand=x\n[program:7]\ncommand=x\n"
    )
    assert sorted(plan.services) == ["7:7", "all:three", "one", "two:0", "two:1"]
    assert [service.group for _, service in sorted(plan.services.items())] == ["7", "all", None, "two", "two"]


def test_no_two_programs_share_a_log_that_is_not_named_whatever_they_are_called(read: Read) -> None:
    names = ("web", "web-stderr", "ear-stdout", "stderr")
    programs = "".join(f"[program:{name}]\ncommand=x\n" for name in names)
    plan = read(f"{programs}[eventlistener:ear]\ncommand=x\nevents=TICK_5\n")
    paths: list[str] = []
    for name, service in plan.services.items():
        log = service.process.log
        paths.append(log.file or service_log(plan.settings.log_dir, name))
        beside = log.answers.file if log.answers is not None else log.stderr
        assert beside is not None
        paths.append(beside)
    assert len(set(paths)) == 2 * len(plan.services) == 10


def test_supervisors_rules_of_trying_again_and_stopping_hold(read: Read) -> None:
    service = read("[program:a]\ncommand=x\nstartretries=5\nstopwaitsecs=0\nkillasgroup=true\n").services["a"]
    assert (service.start_retries, service.budget) == (5, None)
    assert service.backoff == Backoff(SECOND, 1, 5 * SECOND, SECOND)
    assert (service.process.stop.reach, service.process.stop.kill_reach) == (Reach.PROCESS, Reach.GROUP)
    assert 0 < service.process.stop.timeout < SECOND


def test_what_is_unknown_is_a_warning_that_suggests(read: Read) -> None:
    plan = read("[program:a]\ncommand=x\nautorestrat=true\ndependent_startup=true\n[programm:b]\n[foo]\nx=1\n")
    assert list(plan.warnings) == [
        "x.conf:4: [program:a] autorestrat: unknown key, left out; did you mean `autorestart`?",
        "x.conf:5: [program:a] dependent_startup: unknown key, left out",
        "x.conf:6: [programm:b]: unknown section, left out; did you mean [program:NAME]?",
        "x.conf:7: [foo]: unknown section, left out",
    ]


def test_everything_that_is_wrong_is_said_with_its_line_and_its_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "more.ini").write_text("[program:b]\ncommand=x\nstopsignal=TREM\n")
    text = "[include]\nfiles=*.ini\n[program:a]\ncommand=%(nme)s\nnumprocs=x\nuser=nobody-of-this-name\n"
    known = "`group_name`, `here`, `host_node_name`, `numprocs`, `process_num`, `program_name`, `ENV_X`"
    assert problems(read, text) == [
        f"x.conf:5: [program:a] command: %(nme)s is unknown here; known here: {known}",
        'x.conf:6: [program:a] numprocs: "x" is no whole number',
        'x.conf:7: [program:a] user: there is no user "nobody-of-this-name" on this machine; add it, or name another',
        f'{tmp_path}/more.ini:3: [program:b] stopsignal: "TREM" is no signal; did you mean `TERM`?',
    ]


def test_a_key_of_ours_that_is_wrong_is_said_in_the_words_of_the_file(read: Read) -> None:
    text = "[program:a]\ncommand=x\nbackoff={ delay = 3 }\ndepends_on=b\n[job:j]\nschedule=* * *\n"
    found = problems(read, text)
    assert found[:2] == [
        'x.conf:4: [program:a] backoff: 3 is a number; a duration such as "1s" is meant',
        "x.conf:5: [program:a] depends_on: there is no service `b`; known here: `a`",
    ]
    assert found[2].startswith("x.conf:6: [job:j]: `command` is missing")
    assert found[3].startswith("x.conf:7: [job:j] schedule: ")


def test_keys_of_ours_are_read_in_sections_of_supervisor(read: Read) -> None:
    plan = read(
        "[program:db]\ncommand=x\nnumprocs=2\nprocess_name=db%(process_num)d\n[program:cache]\ncommand=x\n"
        "[program:web]\ncommand=x\ndepends_on = db, cache\ncritical=true\nstop={ timeout = '3s' }\n"
        'backoff = { delay = "5s",\n  limit = "1m" }\n'
    )
    web = plan.services["web"]
    assert (web.depends_on, web.critical) == (("db:db0", "db:db1", "cache"), True)
    assert (web.process.stop.timeout, web.process.stop.reach) == (3 * SECOND, Reach.PROCESS)
    assert (web.backoff.delay, web.backoff.limit) == (5 * SECOND, MINUTE)


def test_sections_of_ours_are_read_as_in_toml(read: Read) -> None:
    plan = read(
        '[job:nightly]\nschedule = 0 8 * * 1,3\ncommand = ["./x", "100%%", "$HOME ${Y}"]\ntimeout=10m\npool=few\n'
        "env = { N = 7.50 }\n[job:late]\nafter=nightly\ncommand=[ -f x ] && date +%%F\nshell=true\n"
        '[pool:few]\nslots = 2\n[sexton]\nrelay=json\nstop_within = "20s"\n[secrets]\nPass = { env = "P" }\n',
        {"P": "x"},
    )
    job = plan.jobs["nightly"]
    assert job.process.env == {"N": "7.50"}
    assert job.process.argv == ("./x", "100%", "$HOME ${Y}")
    assert job.schedule is not None
    assert (job.timeout, job.pool, plan.pools["few"].slots) == (10 * MINUTE, "few", 2)
    assert plan.jobs["late"].process.argv[-1] == "[ -f x ] && date +%F"
    assert (plan.settings.relay, plan.settings.stop_within) == (Relay.JSON, 20 * SECOND)
    assert list(plan.secrets) == ["Pass"]


def test_a_file_that_says_nothing_of_sexton_asks_nothing_of_it(read: Read) -> None:
    settings = read("[program:a]\ncommand=x\nstopwaitsecs=30\n").settings
    assert (settings.state, settings.relay, settings.http.address) == (":memory:", Relay.OFF, None)
    assert settings.stop_within == 32 * SECOND
    assert read("[program:a]\ncommand=x\nstopwaitsecs=1\n").settings.stop_within == 9 * SECOND


def test_sinks_are_read_and_programs_and_jobs_say_who_is_told(read: Read) -> None:
    plan = read(
        '[sink:ops]\nmail={ to = "a@b", host = "smtp" }\n[sink:own]\ncommand=["./tell", "50%%"]\ndeadline=5s\n'
        '[sexton]\nnotify=ops\n[program:web]\ncommand=x\nnotify=[{ sink = "own", on = "fatal" }]\n'
        "[program:db]\ncommand=x\n[job:j]\ncommand=x\nschedule=@daily\nnotify=own\n"
    )
    assert (plan.sinks["ops"].options["to"], plan.sinks["own"].options["argv"]) == (("a@b",), ("./tell", "50%"))
    assert plan.sinks["own"].deadline == 5 * SECOND
    told = {subject: [rule.sink for rule in rules] for subject, rules in plan.notify.items()}
    assert told == {"sexton": ["ops"], "job:j": ["own"], "service:db": ["ops"], "service:web": ["own"]}


def test_sinks_bring_a_database_where_what_is_to_be_told_is_kept(read: Read) -> None:
    text = "[sink:own]\ncommand=./tell\n[program:web]\ncommand=x\n"
    assert read(text.replace("./tell", '["./tell"]')).settings.state.endswith("/state.db")


def test_a_job_brings_its_database(read: Read) -> None:
    assert read("[job:a]\ncommand=x\nschedule=@daily\n").settings.state.endswith("/state.db")


def test_programs_are_told_who_they_are(read: Read) -> None:
    text = "environment=A=main,B=main\n[unix_http_server]\nfile=/run/x.sock\n[inet_http_server]\nport=*:9001\n"
    plan = read(text + "[program:a]\ncommand=x\nenvironment=B=own,SUPERVISOR_ENABLED=no\n")
    assert plan.services["a"].process.env == {
        "SUPERVISOR_ENABLED": "no",
        "SUPERVISOR_SERVER_URL": "unix:///run/x.sock",
        "SUPERVISOR_PROCESS_NAME": "a",
        "SUPERVISOR_GROUP_NAME": "a",
        "A": "main",
        "B": "own",
    }


def test_servers_and_the_main_section_are_at_hand(read: Read, tmp_path: Path) -> None:
    servers = (
        "[inet_http_server:two]\nport=localhost:9001\nusername=u\npassword={SHA}abc\n"
        "[unix_http_server]\nfile=x.sock ; here\nchmod=0770\nchown=root:root\n"
    )
    main = read(f"identifier=me\nlogfile=/dev/null\nlogfile_maxbytes=1KB\n{servers}").supervisord
    assert main is not None
    assert (main.identifier, main.logfile, main.logfile_maxbytes) == ("me", "/dev/null", 1024)
    assert main.pidfile == f"{tmp_path}/supervisord.pid"
    assert main.servers == (
        Server(host="localhost", port=9001, username="u", password="{SHA}abc", file="x.conf", line=6),
        Server(path=f"{tmp_path}/x.sock", mode=0o770, owner=(0, 0), file="x.conf", line=10),
    )


def test_a_plug_in_is_not_loaded_and_that_is_said(read: Read) -> None:
    plan = read(
        "[rpcinterface:x]\nsupervisor.rpcinterface_factory = a.b:c\nkey=1\n[ctlplugin:x]\nsupervisor.ctl_factory=d:e\n"
    )
    (warning,) = plan.warnings
    assert "[rpcinterface:x]" in warning
    assert "a.b:c" in warning


def test_the_plug_in_that_gives_supervisord_what_is_here_anyway_needs_no_word(read: Read) -> None:
    factory = "sexton.supervisor_plugin:make_rpcinterface"
    assert read(f"[rpcinterface:sexton]\nsupervisor.rpcinterface_factory = {factory}\n").warnings == ()


def test_output_for_our_own_streams_is_known_by_any_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "access.log").symlink_to("/dev/stdout")
    (tmp_path / "error.log").symlink_to("more.log")
    assert resolved("/dev/fd/1") == resolved("/proc/self/fd/1") == resolved(f"{tmp_path}/access.log") == "/dev/stdout"
    assert resolved("/dev/stderr") == "/dev/stderr"
    assert resolved(f"{tmp_path}/error.log") == f"{tmp_path}/more.log"


def test_a_look_at_the_plan_needs_no_variable_and_a_run_does(read: Read) -> None:
    text = '[program:a]\ncommand=x %(ENV_UNSET)s\nenvironment=K="%(ENV_UNSET)s"\n'
    plan = read(text, for_run=False)
    assert any("UNSET" in warning for warning in plan.warnings)
    assert problems(read, text) == [
        f"x.conf:{line}: [program:a] {key}: %(ENV_UNSET)s: UNSET is not set; set it in the environment of Sexton"
        for line, key in ((3, "command"), (4, "environment"))
    ]


def test_import_gives_toml_that_means_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.conf").write_text(
        f'{MAIN}nodaemon=true\nenvironment=A="$x"\n[unix_http_server]\nfile=/run/x.sock\n'
        "[program:a]\ncommand=sh -c 'echo $HOME %(ENV_B)s 100%%'\nstdout_logfile=/dev/stdout\n"
        "[program:b]\ncommand=x\nnumprocs=2\nprocess_name=%(process_num)d\npriority=3\nredirect_stderr=true\n"
        "[group:g]\nprograms=c\npriority=7\n[program:c]\ncommand=y\nautorestart=true\n[job:j]\ncommand=z\nafter=k\n"
        "[job:k]\ncommand=z\nschedule=@daily\n"
    )
    environ = {"B": "two", "TZ": "UTC", "TMPDIR": "/tmp"}
    loaded = load(["x.conf"], environ, for_run=False, form=None)
    tables, remarks = merge(loaded)
    text = "\n".join(document(tables, remarks))
    (tmp_path / "x.toml").write_text(text)
    again = load_plan(["x.toml"], environ)
    meant = load_plan(["x.conf"], environ)
    assert again.services == {name: _unreachable(service) for name, service in meant.services.items()}
    assert again.jobs == meant.jobs
    assert list(again.services) == list(meant.services)
    assert again.settings == meant.settings._replace(http=again.settings.http)
    assert "${B}" in text
    assert "# not carried over: [supervisord] nodaemon" in text
    assert "# not carried over: [unix_http_server]" in text


def _unreachable(service: Service) -> Service:
    """The doors of a supervisord.conf are not carried over, and nobody is told of them."""
    env = {name: value for name, value in service.process.env.items() if name != "SUPERVISOR_SERVER_URL"}
    return service._replace(process=service.process._replace(env=env))


def test_import_leaves_out_what_toml_refuses_and_what_leads_nowhere(tmp_path: Path) -> None:
    conf = tmp_path / "x.conf"
    own = "[eventlistener:b]\ncommand=x\nevents=TICK_5\nserverurl=http://localhost:1\n"
    conf.write_text(
        f"{MAIN}identifier=box 1\n[unix_http_server]\nfile=/run/x.sock\n"
        f"[eventlistener:a]\ncommand=x\nevents=TICK_5\nenvironment=A=1\n{own}"
    )
    tables, remarks = merge(load([str(conf)], {"TMPDIR": "/tmp"}, for_run=False, form=None))
    assert "SUPERVISOR_SERVER_URL" not in tables["services"]["a"]["env"]
    assert tables["services"]["b"]["env"]["SUPERVISOR_SERVER_URL"] == "http://localhost:1"
    text = "\n".join(document(tables, remarks))
    assert "# `server` is left out: 'box 1' is no single word" in text
    (tmp_path / "x.toml").write_text(text)
    assert load_plan([str(tmp_path / "x.toml")], {"TMPDIR": "/tmp", "HOME": "/"}).listeners["a"].server == "sexton"


def test_fastcgi_programs_share_the_socket_of_their_section(read: Read) -> None:
    plan = read(
        "[fcgi-program:php]\ncommand=x\nnumprocs=2\nprocess_name=%(process_num)d\nsocket=unix:///run/%(program_name)s.sock\n"
        "socket_mode=0770\nsocket_owner=root:root\nsocket_backlog=7\n"
        "[fcgi-program:py]\ncommand=y\nsocket=tcp://localhost:9000\n[group:g]\nprograms=py\n"
    )
    php = Socket("/run/php.sock", backlog=7, owner=(0, 0), mode=0o770)
    assert {name: service.process.socket for name, service in plan.services.items()} == {
        "php:0": php,
        "php:1": php,
        "g:py": Socket(host="127.0.0.1", port=9000),
    }


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", "[fcgi-program:a]: `socket` is missing"),
        ("socket=/run/x\n", "[fcgi-program:a] socket: "),
        ("socket=unix://x\n", 'socket: "x" is no absolute path'),
        ("socket=tcp://127.0.0.1:1\nsocket_mode=0700\n", "only a socket with a `path` has one"),
        ("socket=unix:///x\nsocket_backlog=0\n", "socket: 0 is out of range; a number of connections"),
    ],
)
def test_a_socket_that_cannot_be_is_refused_as_by_supervisor(read: Read, keys: str, said: str) -> None:
    assert any(said in problem for problem in problems(read, f"[fcgi-program:a]\ncommand=x\n{keys}"))


def test_what_is_wrong_in_a_program_of_many_processes_is_said_once(read: Read) -> None:
    text = "[program:a]\ncommand=x\nnumprocs=3\nprocess_name=%(process_num)d\nstartsecs=x\n"
    assert problems(read, text) == ['x.conf:6: [program:a] startsecs: "x" is no whole number']


def test_who_depends_on_a_program_in_a_group_names_the_program(read: Read) -> None:
    plan = read("[group:g]\nprograms=a\n[program:a]\ncommand=x\n[program:b]\ncommand=x\ndepends_on=a\n")
    assert plan.services["b"].depends_on == ("g:a",)


def test_a_log_that_is_called_nothing_is_none(read: Read) -> None:
    services = read("[program:a]\ncommand=x\nstdout_logfile=\n[program:b]\ncommand=x\n").services
    assert services["a"].process.log.file == "/dev/null"
    assert services["b"].process.log.file is None


def test_a_log_that_is_no_regular_file_is_a_warning_and_the_output_is_kept(read: Read, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    plan = read(
        f"[program:a]\ncommand=x\nstdout_logfile={fifo}\nstderr_logfile={tmp_path}\nstdout_logfile_maxbytes=-1\n"
    )
    assert [warning.partition(": ")[2] for warning in plan.warnings] == [
        f"[program:a] {key}: {path} is no regular file, and only those can be logs; the output goes to an AUTO log"
        for key, path in (("stdout_logfile", fifo), ("stderr_logfile", tmp_path))
    ]
    log = plan.services["a"].process.log
    assert (log.file, log.max_size, log.mode) == (None, None, 0o600)


def test_a_program_that_its_group_names_twice_is_in_it_once(read: Read) -> None:
    assert list(read("[program:a]\ncommand=x\n[group:g]\nprograms=a,a\n").services) == ["g:a"]


def test_what_is_empty_is_refused_once_and_in_the_words_of_the_file(read: Read) -> None:
    text = "[eventlistener:a]\ncommand=x\nevents=\n[fcgi-program:b]\ncommand=x\n[program:c]\ncommand=x\nuser=\n"
    assert [problem.partition(": ")[2] for problem in problems(read, text)] == [
        "[eventlistener:a] events: there is none; kinds of events with commas between them are meant",
        "[fcgi-program:b]: `socket` is missing; unix:///path or tcp://host:port is meant",
        "[program:c] user: there is none; leave `user` out, or name one",
    ]
