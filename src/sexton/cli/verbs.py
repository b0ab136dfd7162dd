"""The verbs, in the order and the groups in which help shows them. The module of a verb is loaded when it is used.

Each module has `USAGE` and `execute(arguments, console) -> exit code`.
"""

from typing import NamedTuple


class Verb(NamedTuple):
    """A verb: how it is called and what it does, in a line each."""

    name: str
    takes: str
    does: str

    @property
    def module(self) -> str:
        """Where it is; a word that Python keeps for itself has an underscore after it."""
        return f"sexton.cli.{self.name}{'_' if self.name == 'import' else ''}"


GROUPS: dict[str, tuple[Verb, ...]] = {
    "Start": (
        Verb("run", "[FILE...]", "keep services up and run jobs, in the foreground"),
        Verb("supervisord", "[OPTIONS]", "be supervisord, by its own options and file"),
        Verb("check", "[FILE...]", "what is wrong with a configuration, or when jobs run"),
        Verb("import", "[FILE...]", "print a crontab, or several files, as one TOML file"),
        Verb("crontab", "FILE | -l | -r | -e", "install a user's crontab, as crontab(1) does"),
        Verb("step", "NAME", "do one built-in step of a job by hand"),
        Verb("attach", "-- COMMAND...", "give a real supervisord a schedule, as a listener"),
    ),
    "Look ahead": (
        Verb("plan", "[FILE...]", "what would fire when: a list, a month, the load"),
        Verb("why", "JOB --at TIME", "why a job ran, or did not, at a time"),
        Verb("explain", "EXPR...", "a schedule in plain words, and when it fires"),
    ),
    "Look": (
        Verb("status", "[NAME...]", "every service and job: how it stands, and what is next"),
        Verb("runs", "[JOB]", "what ran, newest first"),
        Verb("logs", "NAME|RUN", "what a service or a run wrote; -f follows it"),
        Verb("events", "", "what the daemon has said of late; -f goes on"),
        Verb("sinks", "[test NAME]", "where notices go, and how that does"),
        Verb("outbox", "[retry|drop ID]", "notices that no sink has accepted yet"),
        Verb("health", "", "whether all is well, for HEALTHCHECK"),
    ),
    "Act": (
        Verb("start", "NAME...", "start services or groups, and stay until they run"),
        Verb("stop", "NAME...", "stop services or groups"),
        Verb("restart", "NAME...", "stop and start services or groups"),
        Verb("signal", "NAME SIGNAL", "send a signal to services or groups"),
        Verb("trigger", "JOB", "run a job now; --wait for its outcome"),
        Verb("backfill", "JOB", "run a job for past fire times; --dry-run shows which"),
        Verb("cancel", "RUN", "stop a run"),
        Verb("pause", "JOB...", "let a job's fire times pass, over restarts too"),
        Verb("resume", "JOB...", "let a paused job run on time again"),
        Verb("drain", "", "start no new run; --wait until none is going"),
        Verb("disable", "SERVICE...", "stop a service and keep it stopped, over restarts too"),
        Verb("enable", "SERVICE...", "start a disabled service and keep it up again"),
        Verb("reload", "", "read the configuration again"),
        Verb("reexec", "", "after an upgrade: go on as the new version, in place"),
    ),
}
BY_NAME = {verb.name: verb for group in GROUPS.values() for verb in group}
LINKS = frozenset({"crontab"})  # verbs that a link to `sexton` of their name stands for
