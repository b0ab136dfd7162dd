"""What a mail looks like, as text and as HTML."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from sexton.mail.content import Content, Mood, Piece
from sexton.mail.html import html
from sexton.mail.plain import plain

CONTENT = Content(
    title="ingest",
    badge="failed",
    mood=Mood.BAD,
    intro="It was the disk.",
    facts=(("Outcome", "failed"), ("Exit code", "3")),
    pieces=(Piece("Last 2 lines of the log:", "one\n<two>"),),
    remarks=("Not attached: x.",),
    footer="Sexton on web-1",
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(content: Content) -> _Reader:
    reader = _Reader()
    reader.feed(html(content))
    reader.close()
    return reader


def test_the_text_part_has_everything_in_its_order() -> None:
    assert plain(CONTENT) == (
        "ingest: failed\n==============\n\nIt was the disk.\n\nOutcome    failed\nExit code  3\n\n"
        "Last 2 lines of the log:\n------------------------\none\n<two>\n\nNot attached: x.\n\n-- \nSexton on web-1\n"
    )


def test_the_html_part_says_the_same() -> None:
    text = read(CONTENT).text
    said = ("ingest", "failed", "It was the disk.", "Exit code", "one\n<two>", "Not attached: x.", "Sexton on web-1")
    assert all(each in text for each in said)


def test_the_page_has_the_colour_of_the_mood() -> None:
    assert "#c62828" in html(CONTENT)
    assert "#1a7f37" in html(CONTENT._replace(mood=Mood.GOOD))


def test_nothing_is_fetched_from_anywhere() -> None:
    page = html(CONTENT)
    assert not any(word in page for word in ("http", "url(", "src=", "<img", "<link", "<script"))


@given(st.text(st.sampled_from("<>&\"'`/ =ascriptonload-!"), max_size=60))
def test_no_text_becomes_markup(hostile: str) -> None:
    calm = CONTENT._replace(facts=(("Why", "x"),), pieces=(Piece("x", "x"),), title="x", badge="x", intro="x")
    wild = Content(hostile, hostile or "x", Mood.BAD, hostile or "x", ((hostile, hostile),), (Piece(hostile, hostile),))
    tags = read(calm._replace(remarks=())).tags
    assert read(wild).tags == tags
