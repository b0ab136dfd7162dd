"""`{{ name }}` in a text → what the name stands for. Plain substitution, no template language: what is put in is not
looked into again, and `{{` before anything but a name is two ordinary characters."""

import re
from collections.abc import Mapping

_NAME = re.compile(r"\{\{ *([A-Za-z_][A-Za-z0-9_]*) *\}\}")


def fill(template: str, words: Mapping[str, str]) -> str:
    """A name that `words` has not becomes nothing."""
    return _NAME.sub(lambda found: words.get(found[1], ""), template)


def names_in(template: str) -> list[str]:
    return [found[1] for found in _NAME.finditer(template)]
