"""What is exported is what the page shows: same sentences, same numbers, same quotations."""

from __future__ import annotations

from app.conversations import Turn
from app.exports.transcript import transcript_of
from app.i18n import Translator
from app.passages import sentences_of, sources_of
from app.wiring import Services
from rag.filter import Filter
from rag.settings import Settings
from tests.app.exports.conversation import AT, HOURS, NOWHERE, exported

EN, ZH = Translator("en"), Translator("zh")
DIAPHRAGM = "The diaphragm must be replaced every 8,000 hours."


def test_sentences_numbers_and_quotations_are_those_of_the_page(library: Services) -> None:
    answer = library.ask(HOURS, ("manuals",), "extractive")
    turn = Turn.of("t", answer)
    [one] = transcript_of([turn], library.record, Settings(), EN, at=AT).exchanges
    shown = sentences_of(answer)
    assert [(said.text, said.numbers) for said in one.sentences] == [
        (sentence.text, sentence.numbers) for sentence in shown
    ]
    sources = sources_of(turn, library.record, EN)
    assert [(own.number, own.quote) for own in one.references] == [
        (source.number, source.marked) for source in sources
    ]
    assert one.references[0].quote == DIAPHRAGM
    assert one.references[0].headings == ("Pump manual", "Maintenance")
    assert one.cited
    assert all(said.reserve == "" for said in one.sentences)


def test_after_a_deletion_the_quotations_are_the_same(library: Services) -> None:
    turn = Turn.of("t", library.ask(HOURS, ("manuals",), "extractive"))
    [before] = transcript_of([turn], library.record, Settings(), EN, at=AT).exchanges
    library.ingestion.remove("manuals", ["pump.md"])
    [after] = transcript_of([turn], library.record, Settings(), EN, at=AT).exchanges
    assert [own.quote for own in after.references] == [own.quote for own in before.references]
    assert {own.remark for own in after.references} == {EN("source.missing")}


def test_what_is_not_in_the_documents_is_said_with_the_nearest_passages(library: Services) -> None:
    _, nowhere, *_ = exported(library, EN).exchanges
    assert nowhere.question == NOWHERE
    assert not nowhere.cited
    assert "not say" in nowhere.sentences[0].text
    assert nowhere.references
    assert all(own.number is None and own.quote for own in nowhere.references)


def test_reserves_votes_and_differing_sources_are_told(library: Services) -> None:
    *_, voted, hostile = exported(library, EN).exchanges
    assert [said.reserve for said in voted.sentences] == [
        "",
        "not supported",
        "partly supported",
        "not supported",
    ]
    assert any("2 of 4 samples agree" in note for note in voted.notes)
    assert len(voted.differing) == 1
    assert "8,000 hours (pump.md, p. 1)" in voted.differing[0]
    assert hostile.asked[0].startswith("Searched for: ")


def test_it_speaks_the_readers_language(library: Services) -> None:
    transcript = exported(library, ZH)
    assert transcript.title == "与文档的对话"
    assert transcript.about == "2026-01-02 03:04 自 Quorum 导出"
    assert [said.reserve for said in transcript.exchanges[2].sentences][1] == "出处不支持"


def test_what_the_search_was_narrowed_down_to_is_told(library: Services) -> None:
    answer = library.ask(HOURS, ("manuals",), "extractive")
    turn = Turn.of("t", answer, Filter(documents=("pump.md",)))
    [one] = transcript_of([turn], library.record, Settings(), EN, at=AT).exchanges
    assert one.asked == ("Narrowed down to: pump.md",)


def test_an_empty_conversation_has_a_heading(library: Services) -> None:
    transcript = transcript_of([], library.record, Settings(), EN, at=AT)
    assert transcript.title
    assert transcript.exchanges == ()
