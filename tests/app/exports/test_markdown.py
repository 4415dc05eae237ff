"""Markdown as a Markdown reader understands it: text stays text, lists are lists."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from app.exports.markdown import to_markdown
from app.exports.transcript import Exchanged, Reference, Said, Transcript
from app.i18n import Translator
from app.wiring import Services
from tests.app.exports.conversation import HOURS, exported
from tests.app.voted_answers import HOSTILE

EN = Translator("en")


def read(markdown: bytes) -> BeautifulSoup:
    """As HTML, with HTML inside, tables, and bare addresses as links allowed."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return BeautifulSoup(reader.render(markdown.decode()), "html.parser")


def with_text(text: str) -> Transcript:
    return Transcript(
        title=text,
        about=text,
        exchanges=(
            Exchanged(
                question=text,
                asked=(text,),
                sentences=(Said(gap="", text=text, numbers=(1,), reserve=""),),
                notes=(text,),
                differing=(text,),
                references=(
                    Reference(number=1, place=text, headings=(text,), quote=text, remark=text),
                ),
                cited=True,
            ),
        ),
    )


def test_an_answer_has_its_numbers_and_the_list_of_its_sources(library: Services) -> None:
    page = read(to_markdown(exported(library, EN), EN))
    heading = page.find_all("h2")[0]
    assert heading.text == HOURS
    first = heading.find_next("p")
    assert first is not None
    assert "The diaphragm must be replaced every 8,000 hours. [1]" in first.text
    quoted = page.find_all("blockquote")[0]
    assert quoted.text.strip() == "The diaphragm must be replaced every 8,000 hours."
    assert quoted.find_parent("ol") is not None
    place = quoted.find_parent("li")
    assert place is not None
    assert place.text.startswith("pump.md › Pump manual › Maintenance")


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "# a heading",
        "1. a list",
        "12) a list",
        "- a list",
        "+ a list",
        "> a quotation",
        "| a | table |",
        "*a* _b_ ~~c~~ `d`",
        "[a link](http://example.org) <http://example.org> ![](x)",
        "[ref]: http://example.org",
        "<script>alert(1)</script>",
        "&amp; &#60;",
        "a \\* b",
        "===",
        "---",
        "第 3.1 条 — 300 kPa 以上",
    ],
)
def test_text_stays_text(text: str) -> None:
    page = read(to_markdown(with_text(text), EN))
    for name in ("a", "img", "script", "b", "code", "table", "s", "hr", "ul"):
        assert page.find(name) is None, name
    assert [one.text for one in page.find_all(["h1", "h2"])] == [text, text]
    assert [one.text.strip() for one in page.find_all("blockquote")] == [text]


def test_bare_addresses_and_breaks_are_told_apart() -> None:
    written = to_markdown(with_text("see http://example.org\n\nor www.example.org"), EN).decode()
    assert "http://" not in written
    assert "www.example" not in written
    assert "http\\://example.org or www\\.example.org" in written


def test_plain_text_is_not_cluttered() -> None:
    text = "It weighs 9.5 kg (dry), costs -5 % at 10:30; see p. 4!"
    assert text in to_markdown(with_text(text), EN).decode()


def test_a_lone_surrogate_breaks_nothing() -> None:
    assert b"a ? b" in to_markdown(with_text("a \ud800 b"), EN)
