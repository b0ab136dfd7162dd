"""What a person most likely meant by a word that is not known here."""

from collections.abc import Iterable

_MOST = 40  # words in one message


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like `word`, or None when none is near."""
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def hint(word: str, known: Iterable[str], quote: str = "`") -> str:
    """`did you mean …?` when a known word is near, else all that are known."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return f"did you mean {quote}{near}{quote}?"
    if not names:
        return "there is none to choose from"
    listed = ", ".join(f"{quote}{name}{quote}" for name in names[:_MOST])
    return f"known here: {listed}" + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")
