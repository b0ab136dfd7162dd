"""Metrics as text for Prometheus: its text format 0.0.4. What is measured is not its matter.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple


class Sample(NamedTuple):
    """One number, and by which labels it is known among those of its family."""

    value: float
    labels: Mapping[str, str] = {}


class Family(NamedTuple):
    """All samples of one name; `kind` is counter or gauge."""

    name: str
    kind: str
    help: str
    samples: Iterable[Sample]


def render(families: Iterable[Family]) -> str:
    """The text; families without samples are left out."""
    return "".join(line for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    head = f"# HELP {family.name} {_escaped(family.help)}\n# TYPE {family.name} {family.kind}\n"
    for sample in family.samples:
        yield f"{head}{family.name}{_labels(sample.labels)} {_number(sample.value)}\n"
        head = ""


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    spelled = (f'{name}="{_escaped(value, quote=True)}"' for name, value in labels.items())
    return f"{{{','.join(spelled)}}}"


def _escaped(text: str, *, quote: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quote else text


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
