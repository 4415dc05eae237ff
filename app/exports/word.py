"""A conversation as a Word document (DOCX)."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

from app.exports.transcript import Exchanged, Reference, Transcript
from app.i18n import Translator

if TYPE_CHECKING:
    from docx.document import Document

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HAN_FONT: Final = "SimSun"


def to_word(transcript: Transcript, t: Translator) -> bytes:
    """The file."""
    import docx

    written = docx.Document()
    _name_han_font(written)
    written.core_properties.title = _clean(transcript.title)[:255]
    written.add_heading(_clean(transcript.title), level=1)
    _lines(written, [transcript.about])
    for one in transcript.exchanges:
        _exchange(written, one, t)
    kept = io.BytesIO()
    written.save(kept)
    return kept.getvalue()


def _exchange(written: Document, one: Exchanged, t: Translator) -> None:
    written.add_heading(_clean(one.question), level=2)
    _lines(written, one.asked)
    paragraph = written.add_paragraph()
    for said in one.sentences:
        if "\n" in said.gap:
            paragraph = written.add_paragraph()
        else:
            paragraph.add_run(_clean(said.gap))
        paragraph.add_run(_clean(said.text))
        for number in said.numbers:
            paragraph.add_run(f" [{number}]").font.superscript = True
        if said.reserve:
            paragraph.add_run(f" ({_clean(said.reserve)})").italic = True
    _lines(written, one.differing)
    if one.references:
        title = t("sources.cited" if one.cited else "sources.nearest")
        written.add_heading(title, level=3)
        for reference in one.references:
            _reference(written, reference)
    _lines(written, one.notes)


def _reference(written: Document, reference: Reference) -> None:
    paragraph = written.add_paragraph()
    number = "" if reference.number is None else f"[{reference.number}] "
    paragraph.add_run(number + _clean(reference.place)).bold = True
    for heading in reference.headings:
        paragraph.add_run(f" › {_clean(heading)}")
    written.add_paragraph(_clean(reference.quote), style="Quote")
    _lines(written, [reference.remark] if reference.remark else [])


def _lines(written: Document, lines: Any) -> None:
    """Lines that stand aside, in italics."""
    for line in lines:
        written.add_paragraph().add_run(_clean(line)).italic = True


def _name_han_font(written: Document) -> None:
    """Name a font for Han characters: without one, Word takes whatever it finds first."""
    from docx.oxml.ns import qn

    style: Any = written.styles["Normal"]
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _HAN_FONT)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
