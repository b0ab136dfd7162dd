"""`{{ name }}` in a text → what the name stands for. Plain substitution, no template language: what is put in is not
looked into again, and `{{` before anything but a name is two ordinary characters."""

import re
from collections.abc import Mapping

_BRACED = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_NAME = re.compile(r"\{\{ *([A-Za-z_][A-Za-z0-9_]*) *\}\}")


def fill(template: str, words: Mapping[str, str]) -> str:
    """A name that `words` has not becomes nothing."""
    return _NAME.sub(lambda found: words.get(found[1], ""), template)


def names_in(template: str) -> list[str]:
    return [found[1] for found in _NAME.finditer(template)]


def strange_in(template: str) -> list[str]:
    """What stands between `{{` and `}}` as if it were a name, and is none: it would stay as it is."""
    return [found[0] for found in _BRACED.finditer(template) if not _NAME.fullmatch(found[0])]
