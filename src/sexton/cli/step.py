"""`sexton step NAME …`: one built-in step by hand, with its options from its KEYS. Needs no daemon.

The step runs in this very process. Whatever it writes as it goes is on standard output, its counts and what it hands on
follow; with `--json` they alone are there, and the rest is on standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from datetime import datetime
from importlib import import_module
from typing import Any

from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Option, Usage, did_you_mean
from sexton.cli.step_folders import folders
from sexton.cli.step_report import ByHand
from sexton.config.steps.address import bears_password
from sexton.config.steps.catalogue import STEPS, Described, options_module
from sexton.config.steps.key import Key
from sexton.config.values import Unfit, boolean
from sexton.config.zones import default_zone
from sexton.model.errors import EXIT_OK
from sexton.steps import durable, manifest
from sexton.steps.child import read_manifest
from sexton.steps.digest import sha256_of
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.manifest import Entry, Manifest
from sexton.steps.options import read_options
from sexton.steps.order import time_zone
from sexton.steps.troubles import told
from sexton.steps.work import Work
from sexton.wire.clean import clean

_OWN = (
    Option("--input", "the manifest of the step before", value="MANIFEST"),
    Option("--output", "write what it hands on to this file", value="MANIFEST"),
    Option("--home", "remember there what is done; else nothing is", value="FOLDER"),
)
USAGE = Usage(
    "sexton step NAME [OPTIONS] [FILE...] [--json]",
    "Do one built-in step of a job by hand. FILEs, or those of --input, are what it\n"
    "is given. Without NAME: which there are. sexton step NAME --help: its options.\n"
    'JSON: {"step", "counts", "summaries", "files"}, files as a manifest has them.',
    _OWN,
    most=None,
)


def usage(words: Sequence[str]) -> Usage:
    """How it is called with these words: a step that is named has options of its own."""
    if not words or words[0].startswith("-"):
        return USAGE
    step = _named(words[0])
    keys = tuple(options_module(step.name).KEYS)
    options = tuple(_option(key) for key in keys if not key.positional)
    places = "".join(f" {_shown(key)}" for key in keys if key.positional)
    needed = "".join(f" {option.name} {option.value}" for option, key in _needed(keys))
    return Usage(
        f"sexton step {step.name}{needed} [OPTIONS]{places} [FILE...]",
        f"{step.does[0].upper()}{step.does[1:]}.\n{_places(keys)}",
        (*options, *_OWN),
        most=None,
    )


def _needed(keys: Sequence[Key]) -> list[tuple[Option, Key]]:
    return [(_option(key), key) for key in keys if key.required and not key.positional]


def _places(keys: Sequence[Key]) -> str:
    return "".join(f"{_shown(key)}: {key.help}\n" for key in keys if key.positional)


def _shown(key: Key) -> str:
    return key.metavar or key.name.upper()


def _option(key: Key) -> Option:
    name = f"--{key.name.replace('_', '-')}"
    if key.secret:
        return Option(f"{name}-file", f"{key.help}; read from a file", value="FILE")
    if key.convert is boolean:
        return Option(f"--no-{name[2:]}", f"not: {key.help}") if key.default else Option(name, key.help)
    return Option(name, key.help + ("; strftime's % too" if key.dated else ""), value=_shown(key))


def execute(arguments: Arguments, console: Console) -> int:
    if not arguments.operands:
        _list(arguments, console)
        return EXIT_OK
    step = _named(arguments.operands[0])
    try:
        values, files = _values(step.name, arguments)
        if step.wants_files and not (files or "from" in values or arguments.text("--input")):
            raise UsageError(f"which files? sexton step {step.name} … FILE, or --input MANIFEST")
        fire_time = datetime.now(time_zone(default_zone(console.environ)))
        options = read_options(step.name, values, fire_time)
    except (Unfit, Misconfigured) as error:
        raise UsageError(str(error)) from None
    module = import_module(f"sexton.steps.{step.name}")
    with _prepared(module, options, files):
        given = _given(arguments, files)
    report = ByHand(step.name, console)
    with folders(arguments.text("--home")) as (folder, home), _apart(arguments):
        work = Work(given, folder, home, fire_time, report)
        handed: Manifest = module.run(options, work)
        if step.settles:
            module.settle(options, work)
    report.end()
    if (output := arguments.text("--output")) is not None:
        _write(os.path.abspath(output), manifest.as_json(handed))
    _tell(step, handed, report, arguments, console)
    return EXIT_OK


def _write(path: str, text: str) -> None:
    """A device or a pipe stays what it is, and is written to."""
    with told("write what is handed on"):
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        else:
            durable.write(path, text, 0o644)


def _prepared(module: Any, options: Any, files: Sequence[str]) -> AbstractContextManager[None]:
    """Some steps want large libraries: these are loaded while the files are hashed."""
    if not files or not hasattr(module, "prepare"):
        return nullcontext()
    from sexton.steps.meanwhile import meanwhile

    return meanwhile(lambda: module.prepare(options))


def _list(arguments: Arguments, console: Console) -> None:
    if arguments.has("--json"):
        console.json([{"name": step.name, "does": step.does} for step in STEPS.values()])
        return
    for step in STEPS.values():
        console.line(f"{console.paint(f'{step.name:<9}', 'bold')} {step.does}")
    console.line("\nOne in detail: sexton step NAME --help. Among jobs: docs/steps.md of the source.")


def _named(name: str) -> Described:
    if name not in STEPS:
        raise UsageError(f"there is no step '{name}'{did_you_mean(name, STEPS)}")
    return STEPS[name]


def _values(step: str, arguments: Arguments) -> tuple[dict[str, Any], list[str]]:
    """The step's values as TOML would have them, and the operands that are files."""
    keys: tuple[Key, ...] = options_module(step).KEYS
    operands = iter(arguments.operands[1:])
    values: dict[str, Any] = {}
    for key in keys:
        words = [next(operands, None)] if key.positional else _words(key, arguments)
        given = [_read(key, word) for word in words if word is not None]
        if given:
            values[key.name] = given if len(given) > 1 else given[0]
    return values, list(operands)


def _words(key: Key, arguments: Arguments) -> Sequence[str | bool]:
    option = _option(key)
    if not option.value:
        return [not key.default] if arguments.has(option.name) else []
    texts = arguments.texts(option.name)
    return [_content(path, option.name) for path in texts] if key.secret else texts


def _keep_secret(called: str, word: str | bool) -> None:
    """Refuse a password in an address: an argument is for everyone to read (ps(1))."""
    if bears_password(word):
        raise UsageError(f"{called}: everyone could read the password in it; give it by --password-file")


def _read(key: Key, word: str | bool) -> Any:
    if isinstance(word, bool):
        return word
    if not key.secret:
        _keep_secret(_shown(key) if key.positional else f"--{key.name}", word)
    try:
        return key.word(word)
    except ValueError:
        raise UsageError(f"--{key.name.replace('_', '-')}: '{word}' is no {_shown(key).lower()}") from None


def _content(path: str, option: str) -> str:
    """A secret is nobody's argument, where everyone could read it (ps(1))."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(65_536).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{option}: cannot read {path}: {error}") from None


def _given(arguments: Arguments, files: Sequence[str]) -> Manifest:
    path = arguments.text("--input")
    before = read_manifest(path) if path is not None else Manifest()
    return Manifest((*before.files, *(_entry(file) for file in files)))


def _entry(file: str) -> Entry:
    path = os.path.abspath(file)
    try:
        size, sha256 = sha256_of(path)
    except OSError as error:
        raise StepError(f"cannot read a file that it is given: {error.strerror} ({file})") from error
    return Entry(path, os.path.basename(path), size, sha256)


@contextmanager
def _apart(arguments: Arguments) -> Iterator[None]:
    """With --json, what the step writes as it goes is on standard error."""
    if not arguments.has("--json"):
        yield
        return
    with redirect_stdout(sys.stderr):
        yield


def _tell(step: Described, handed: Manifest, report: ByHand, arguments: Arguments, console: Console) -> None:
    if arguments.has("--json"):
        files = [entry._asdict() for entry in handed.files]
        found: Mapping[str, Any] = {"step": step.name, "counts": report.counts, "summaries": report.summaries}
        console.json({**found, "files": files})
        return
    console.lines(clean(line) for line in report.lines(handed))
