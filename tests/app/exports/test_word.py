"""Word documents, opened again."""

from __future__ import annotations

import io

import docx

from app.exports.transcript import transcript_of
from app.exports.word import to_word
from app.i18n import Translator
from app.wiring import Services
from rag.settings import Settings
from tests.app.exports.conversation import AT, HOURS, exported
from tests.app.exports.test_markdown import with_text

ZH = Translator("zh")


def test_headings_sentences_sources_and_quotations_are_there(library: Services) -> None:
    written = docx.Document(io.BytesIO(to_word(exported(library, ZH), ZH)))
    lines = [(one.style.name if one.style else "", one.text) for one in written.paragraphs]
    assert lines[0] == ("Heading 1", "与文档的对话")
    assert ("Heading 2", HOURS) in lines
    assert ("Heading 3", "出处") in lines
    assert ("Quote", "The diaphragm must be replaced every 8,000 hours.") in lines
    [answer] = [text for style, text in lines if text.endswith("(出处不支持)") and "4 kg" in text][
        :1
    ]
    assert answer.startswith("The diaphragm lasts 8,000 hours. [1] The pump weighs 4 kg. [2]")
    numbers = [run.text for one in written.paragraphs for run in one.runs if run.font.superscript]
    assert numbers[0] == " [1]"
    assert written.core_properties.title == "与文档的对话"


def test_characters_that_no_document_may_hold_are_left_out() -> None:
    lone = to_word(with_text("a\x00b\x1b[31m \ud800c\uffff 🙂"), ZH)
    assert docx.Document(io.BytesIO(lone)).paragraphs[0].text == "ab[31m c 🙂"


def test_a_conversation_without_turns_is_a_document(library: Services) -> None:
    transcript = transcript_of([], library.record, Settings(), ZH, at=AT)
    assert len(docx.Document(io.BytesIO(to_word(transcript, ZH))).paragraphs) == 2
