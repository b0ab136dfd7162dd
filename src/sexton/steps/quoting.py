"""How values stand in the files that go on: RFC 4180 with "\\n" as the end of a line, UTF-8.

Nothing between two commas is no value; `""` is a string without characters. What begins with a backslash is quoted as
well, for PostgreSQL takes a line of `\\.` as the end of everything.
"""

import re
from collections.abc import Sequence

_SPECIAL = re.compile(r'[",\r\n\\]')


def quoted(text: str) -> str:
    if text and not _SPECIAL.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def quoted_all(texts: Sequence[str]) -> Sequence[str]:
    together = "".join(texts)
    plain = not any(character in together for character in '",\r\n\\')
    return texts if plain and all(texts) else list(map(quoted, texts))
