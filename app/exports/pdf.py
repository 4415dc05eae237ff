"""A conversation as PDF, by ReportLab.

Western European text is set in a font that comes along with ReportLab and is embedded; Han, Greek
and Cyrillic characters in one that every PDF reader brings (Adobe's STSong-Light), which is named
only. Where neither has a character, an empty box stands.
"""

from __future__ import annotations

import io
from functools import cache
from itertools import groupby
from typing import Any, Final
from xml.sax.saxutils import escape

from app.exports.transcript import Exchanged, Reference, Said, Transcript
from app.i18n import Translator

MEDIA_TYPE: Final = "application/pdf"

_LATIN: Final = "Vera"
_HAN: Final = "STSong-Light"
_MISSING: Final = "\u25a1"
_MARGIN_PT: Final = 56.0
_HAN_ENCODING: Final = "gbk"
_FIRST_HAN: Final = "\u2e80"


def to_pdf(transcript: Transcript, t: Translator) -> bytes:
    """The file, on A4."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    styles = _styles()
    story = _paragraphs(transcript, t, styles)
    kept = io.BytesIO()
    SimpleDocTemplate(
        kept,
        pagesize=A4,
        title=transcript.title.encode(errors="replace").decode(),
        leftMargin=_MARGIN_PT,
        rightMargin=_MARGIN_PT,
        topMargin=_MARGIN_PT,
        bottomMargin=_MARGIN_PT,
    ).build(story)
    return kept.getvalue()


def _paragraphs(transcript: Transcript, t: Translator, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import Paragraph

    def written(style: str, markup: str) -> Any:
        chosen = styles[style]
        if any(character >= _FIRST_HAN for character in markup):
            chosen = chosen.clone("", wordWrap="CJK")
        return Paragraph(markup, chosen)

    story = [written("title", _set(transcript.title)), written("aside", _set(transcript.about))]
    for one in transcript.exchanges:
        story.append(written("question", _set(one.question)))
        story += [written("aside", _set(line)) for line in one.asked]
        story += [written("body", markup) for markup in _answer(one)]
        story += [written("aside", _set(line)) for line in one.differing]
        if one.references:
            title = t("sources.cited" if one.cited else "sources.nearest")
            story.append(written("heading", _set(title)))
        for reference in one.references:
            story.append(written("body", _place(reference)))
            story.append(written("quote", _set(reference.quote)))
            story += [written("aside", _set(reference.remark))] if reference.remark else []
        story += [written("aside", _set(note)) for note in one.notes]
    return story


def _answer(one: Exchanged) -> list[str]:
    """The answer's paragraphs."""
    paragraphs = [""]
    for said in one.sentences:
        if "\n" in said.gap:
            paragraphs.append("")
        else:
            paragraphs[-1] += _set(said.gap)
        paragraphs[-1] += _sentence(said)
    return paragraphs


def _sentence(said: Said) -> str:
    numbers = "".join(f"<super>[{number}]</super>" for number in said.numbers)
    return _set(said.text) + numbers + (_set(f" ({said.reserve})") if said.reserve else "")


def _place(reference: Reference) -> str:
    number = "" if reference.number is None else f"[{reference.number}] "
    return _set(" › ".join([number + reference.place, *reference.headings]))


def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    def style(size: float, *, before: float = 4.0, indent: float = 0.0, grey: bool = False) -> Any:
        return ParagraphStyle(
            name="",
            fontName=_fonts()[0],
            fontSize=size,
            leading=1.45 * size,
            spaceBefore=before,
            leftIndent=indent,
            textColor=HexColor("#5a5a5a" if grey else "#1a1a1a"),
        )

    return {
        "title": style(16, before=0),
        "question": style(13, before=20),
        "heading": style(10.5, before=10),
        "body": style(10),
        "quote": style(9.5, before=2, indent=14, grey=True),
        "aside": style(8.5, grey=True),
    }


@cache
def _fonts() -> tuple[str, frozenset[int]]:
    """The embedded font's name, and the characters it has."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    latin = TTFont(_LATIN, "Vera.ttf")
    pdfmetrics.registerFont(latin)
    pdfmetrics.registerFont(UnicodeCIDFont(_HAN))
    return _LATIN, frozenset(latin.face.charToGlyph)


def _set(text: str) -> str:
    """``text`` as ReportLab's markup, each character in a font that has it."""
    known = "".join(one if _font_of(one) else _MISSING for one in text)
    runs = ((font, escape("".join(some))) for font, some in groupby(known, key=_font_of))
    return "".join(
        run if font == _LATIN else f'<font name="{font}">{run}</font>' for font, run in runs
    )


def _font_of(character: str) -> str:
    """The font for ``character``; nothing where none has it."""
    if character.isspace() or ord(character) in _fonts()[1]:
        return _LATIN
    try:
        character.encode(_HAN_ENCODING)
    except UnicodeEncodeError:
        return ""
    return _HAN
