"""Content → the HTML part of a mail.

Readers of mail are old and strict browsers: tables for layout, styles where they apply, nothing fetched from anywhere.
Colours are readable on light and dark ground; those who know `prefers-color-scheme` get a dark page.
Invariant: whatever a fact or a log holds is shown as text.
"""

from collections.abc import Iterator
from html import escape

from sexton.mail.content import Content, Mood, Piece

_COLOURS = {Mood.GOOD: "#1a7f37", Mood.BAD: "#c62828", Mood.CALM: "#52606d"}
_SANS = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
_DARK = """@media (prefers-color-scheme: dark) {
.page { background: #14171a !important }
.card { background: #1f2428 !important; border-color: var(--mood) #343b42 #343b42 !important }
.ink { color: #e6e9ec !important }
.faint { color: #9aa5b1 !important }
.log { background: #14171a !important; border-color: #343b42 !important; color: #e6e9ec !important }
}"""


def html(content: Content) -> str:
    colour = _COLOURS[content.mood]
    body = "\n".join(_rows(content, colour))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{escape(content.title)}</title>
<style>
{_DARK}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f2f4f6">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f6">
<tr><td align="center" style="padding:16px 8px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" \
style="--mood:{colour};max-width:720px;table-layout:fixed;background:#ffffff;border:1px solid #d8dee4;\
border-top:4px solid {colour};border-radius:6px">
{body}
</table>
</td></tr>
</table>
</body>
</html>
"""


def _rows(content: Content, colour: str) -> Iterator[str]:
    yield _row(_heading(content, colour), "20px 24px 4px")
    if content.intro:
        paragraphs = escape(content.intro).replace("\n", "<br>\n")
        yield _row(
            f'<p class="ink" style="margin:0;{_SANS};font-size:15px;line-height:22px;color:#1f2933">{paragraphs}</p>'
        )
    if content.facts:
        yield _row(_facts(content.facts))
    for piece in content.pieces:
        yield _row(_piece(piece), "12px 24px 4px")
    for remark in content.remarks:
        yield _row(_faint(remark))
    yield _row(_faint(content.footer), "12px 24px 20px")


def _row(inner: str, padding: str = "8px 24px") -> str:
    return f'<tr><td style="padding:{padding}">\n{inner}\n</td></tr>'


def _heading(content: Content, colour: str) -> str:
    badge = (
        f'<span style="display:inline-block;padding:2px 10px;margin-left:6px;border-radius:11px;background:{colour};'
        f'color:#ffffff;font-size:13px;line-height:18px;font-weight:600;vertical-align:3px">{escape(content.badge)}</span>'
        if content.badge
        else ""
    )
    style = f"margin:0;{_SANS};font-size:22px;line-height:30px;font-weight:600;color:#1f2933;overflow-wrap:anywhere"
    return f'<h1 class="ink" style="{style}">{escape(content.title)} {badge}</h1>'


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    label = f"{_SANS};font-size:14px;line-height:20px;color:#616e7c;text-align:left;font-weight:400"
    value = f"{_SANS};font-size:14px;line-height:20px;color:#1f2933;overflow-wrap:anywhere"
    rows = "\n".join(
        f'<tr><th scope="row" class="faint" width="110" valign="top" style="padding:3px 12px 3px 0;'
        f'width:110px;{label}">'
        f"{escape(name)}</th>"
        f'<td class="ink" valign="top" style="padding:3px 0;{value}">{escape(text)}</td></tr>'
        for name, text in facts
    )
    return f'<table cellpadding="0" cellspacing="0" width="100%" style="table-layout:fixed">\n{rows}\n</table>'


def _piece(piece: Piece) -> str:
    style = (
        f"margin:0;padding:12px 14px;{_MONO};font-size:12px;line-height:17px;color:#1f2933;background:#f6f8fa;"
        "border:1px solid #d8dee4;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word"
    )
    heading = f'<p class="faint" style="margin:0 0 6px;{_SANS};font-size:13px;line-height:18px;color:#616e7c">'
    return f'{heading}{escape(piece.heading)}</p>\n<pre class="log" style="{style}">{escape(piece.text)}</pre>'


def _faint(text: str) -> str:
    return f'<p class="faint" style="margin:0;{_SANS};font-size:12px;line-height:17px;color:#616e7c">{escape(text)}</p>'
