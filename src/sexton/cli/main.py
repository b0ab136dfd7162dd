"""`sexton VERB …`: finds the verb, loads its module alone, and turns whatever ends it into an exit code.

Exit codes: 0 done, 1 the thing asked for failed, 2 usage, 69 daemon not reachable, 75 temporary failure, 77 not
permitted, 78 configuration; 130 and 141 after Ctrl-C and a closed pipe. Invariant: a person's mistake never ends in
a traceback, a mistake of ours always does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TextIO

from sexton.cli.console import Console, PipeClosed
from sexton.cli.failures import EXIT_INTERRUPTED, EXIT_PIPE_CLOSED, UsageError, exit_code
from sexton.cli.options import Usage, did_you_mean, parse, split_verb
from sexton.cli.verbs import BY_NAME, LINKS
from sexton.model.errors import EXIT_OK, ConfigError, SextonError


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words ask for (default: the process's own arguments); the exit code."""
    words = _own_words() if argv is None else list(argv)
    console = Console(sys.stdout or _nowhere(), sys.stderr or _nowhere(), os.environ)
    try:
        code = _dispatch(words, console)
        console.flush()
    except PipeClosed:
        return EXIT_PIPE_CLOSED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except SextonError as error:
        if split_verb(words)[1] == "supervisord":
            from sexton.cli.supervisord import refuse

            return refuse(error, console)
        console.problem(_explain(error, words))
        return exit_code(error)
    return code


def _own_words() -> list[str]:
    """The process's own; a link to Sexton that is called as a verb stands for it, for scripts that know crontab(1)."""
    called = os.path.basename(sys.argv[0])
    return [called, *sys.argv[1:]] if called in LINKS else sys.argv[1:]


def _dispatch(words: list[str], console: Console) -> int:
    before, name, rest = split_verb(words)
    if name == "help":
        name, rest = (rest[0], [*rest[1:], "--help"]) if rest else (None, ["--help"])
    if name is None:
        return _without_verb(before, console)
    if name not in BY_NAME:
        raise UsageError(f"there is no verb '{name}'{did_you_mean(name, BY_NAME)}")
    verb = import_module(BY_NAME[name].module)
    usage: Usage = verb.usage(rest) if hasattr(verb, "usage") else verb.USAGE  # some have parts with their own options
    arguments = parse(before + rest, usage)
    if arguments.has("--help"):
        from sexton.cli import help

        console.lines(help.of_verb(usage, console))
        return EXIT_OK
    code: int = verb.execute(arguments, console)
    return code


def _without_verb(words: list[str], console: Console) -> int:
    if "--version" in words or "-V" in words:
        from sexton import __version__

        console.line(f"sexton {__version__}")
        return EXIT_OK
    if words and not parse(words, Usage("sexton VERB", "")).has("--help"):
        raise UsageError("which verb?")
    from sexton.cli import help

    console.lines(help.overview(console))
    return EXIT_OK


def _explain(error: SextonError, words: Sequence[str]) -> str:
    from sexton.wire.clean import clean

    if isinstance(error, ConfigError):
        return "\n".join(clean(str(problem)) for problem in error.problems)
    if not isinstance(error, UsageError):
        return f"sexton: {clean(str(error))}"
    name = split_verb(words)[1]
    if name not in BY_NAME:
        return f"sexton: {clean(str(error))}\nsee: sexton --help"
    usage = f"usage: sexton {name} {BY_NAME[name].takes}"
    return f"sexton {name}: {clean(str(error))}\n{usage}; see: sexton {name} --help"


def _nowhere() -> TextIO:
    """Takes the place of a standard stream that was closed before we started."""
    return open(os.devnull, "w", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
