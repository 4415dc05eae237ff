"""PDFs, read again by the engine that draws them."""

from __future__ import annotations

from contextlib import closing

import pypdfium2
import pytest

from app.exports.pdf import to_pdf
from app.i18n import Translator
from app.wiring import Services
from tests.app.exports.conversation import HOURS, LONG, exported
from tests.app.exports.test_markdown import with_text
from tests.app.voted_answers import HOSTILE

EN = Translator("en")


def text_of(data: bytes) -> str:
    """All text, without blanks and breaks."""
    with closing(pypdfium2.PdfDocument(data)) as document:
        read = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    return "".join("".join(read).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_everything_is_on_the_pages(library: Services) -> None:
    transcript = exported(library, EN)
    text = text_of(to_pdf(transcript, EN))
    for one in transcript.exchanges:
        for said in one.sentences:
            assert squeezed(said.text) in text
        for reference in one.references:
            assert squeezed(reference.place) in text
            assert squeezed(reference.quote) in text
    assert squeezed(f"{HOURS}The diaphragm must be replaced every 8,000 hours.[1]") in text
    assert LONG in text
    assert squeezed(HOSTILE) in text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("naïve café – “quoted” €5", "naïve café – “quoted” €5"),
        ("Привет, αβγ, 水泵，繁體", "Привет, αβγ, 水泵，繁體"),
        ("a 🙂 b", "a □ b"),
        ("<b>x</b> &amp; <font", "<b>x</b> &amp; <font"),
        ("w" * 3000, "w" * 3000),
        ("lone \ud800 end", "lone □ end"),
    ],
)
def test_every_character_is_set_or_boxed(text: str, read: str) -> None:
    assert squeezed(read) in text_of(to_pdf(with_text(text), EN))
