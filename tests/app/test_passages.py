from dataclasses import replace

import pytest

from app.conversations import Turn
from app.i18n import Translator
from app.passages import disagreements_of, place_in_words, sentences_of, sources_of
from app.wiring import Services
from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim, Conflict, Side
from tests.app.voted_answers import ANSWERED, HELD, HOSTILE, HOURS, OLD_HOURS, REFUTED

EN = Translator("en")
DIAPHRAGM = "The diaphragm must be replaced every 8,000 hours."


def cite(services: Services) -> Answer:
    return services.ask("How often must the diaphragm be replaced?", ("manuals",), "extractive")


def claims_answer(text: str, *claims: str) -> Answer:
    return Answer(
        question="q", model="m", text=text, claims=tuple(Claim(text=claim) for claim in claims)
    )


def test_a_source_is_the_passage_with_the_cited_sentence_marked(library: Services) -> None:
    [source, *_] = sources_of(Turn.of("t", cite(library)), library.record, EN)
    assert source.marked == DIAPHRAGM
    assert source.number == 1
    assert source.page == ""
    assert source.headings == ("Pump manual", "Maintenance")
    assert not source.missing


def test_a_deleted_document_leaves_the_quotation(library: Services) -> None:
    turn = Turn.of("t", cite(library))
    library.ingestion.remove("manuals", ["pump.md"])
    [source, *_] = sources_of(turn, library.record, EN)
    assert source.missing
    assert (source.before, source.marked, source.after) == ("", DIAPHRAGM, "")


def test_without_citations_the_nearest_passages_are_given(library: Services) -> None:
    answer = library.ask("Who won in 1998?", ("manuals", "制度"), "extractive")
    assert answer.outcome is Outcome.NOT_IN_DOCUMENTS
    turn = Turn.of("t", answer)
    sources = sources_of(turn, library.record, EN)
    assert sources
    assert all(source.number is None and source.before for source in sources)
    library.ingestion.remove("manuals", ["pump.md"])
    library.ingestion.remove("制度", ["差旅.md"])
    assert all(source.missing for source in sources_of(turn, library.record, EN))


def test_pages_are_named_as_the_document_prints_them(library: Services) -> None:
    [citation] = cite(library).claims[0].citations
    turn = Turn.of("t", answer_citing(citation, paginated=True, page_label="iv"))
    assert sources_of(turn, library.record, EN)[0].page == "p. iv"
    turn = Turn.of("t", answer_citing(citation, paginated=True, page_label=None))
    assert sources_of(turn, library.record, Translator("zh"))[0].page == "第 1 页"


@pytest.mark.parametrize(
    ("label", "en", "zh"),
    [
        ("slide 4", "slide 4", "第 4 张幻灯片"),
        ("chapter 序言", "chapter “序言”", "章节“序言”"),
    ],
)
def test_slides_and_chapters_are_named_as_such(
    library: Services, label: str, en: str, zh: str
) -> None:
    [citation] = cite(library).claims[0].citations
    turn = Turn.of("t", answer_citing(citation, paginated=True, page_label=label))
    assert sources_of(turn, library.record, EN)[0].page == en
    assert sources_of(turn, library.record, Translator("zh"))[0].page == zh


def test_rows_are_named_by_their_cells(library: Services) -> None:
    [citation] = cite(library).claims[0].citations
    text = library.record.page(citation.document_id, citation.version, 1).text
    row = 90 - text[citation.end :].count("\n")
    turn = Turn.of("t", answer_citing(citation, paginated=True, page_label="Plan!A1:C90"))
    assert sources_of(turn, library.record, EN)[0].page == f"Plan!A{row}:C{row}"


def answer_citing(citation: Citation, *, paginated: bool, page_label: str | None) -> Answer:
    values = {name: getattr(citation, name) for name in Citation.__slots__}
    changed = Citation(**{**values, "paginated": paginated, "page_label": page_label})
    return Answer(
        question="q",
        model="m",
        text="x",
        outcome=Outcome.ANSWERED,
        claims=(Claim(text="x", citations=(changed,)),),
    )


def test_sentences_keep_what_stands_between_them() -> None:
    answer = claims_answer("\nOne. Two.\n\n- Three.", "One.", "Two.", "Three.")
    assert [(one.gap, one.text) for one in sentences_of(answer)] == [
        ("", "One."),
        (" ", "Two."),
        ("\n\n- ", "Three."),
    ]


def test_a_sentence_that_stands_otherwise_in_the_text_is_still_shown() -> None:
    answer = claims_answer("One.  Two", "One.", "Two!")
    assert [(one.gap, one.text) for one in sentences_of(answer)] == [("", "One."), (" ", "Two!")]


def test_sentences_keep_their_checks() -> None:
    assert [one.check for one in sentences_of(ANSWERED)][:2] == [HELD.check, REFUTED.check]
    assert [one.check for one in sentences_of(claims_answer("One.", "One."))] == [None]


def test_sources_that_differ_can_be_opened_after_those_cited(library: Services) -> None:
    answer = cite(library)
    [used] = answer.claims[0].citations
    passage = next(hit.passage for hit in answer.hits if hit.passage.chunk_id != used.chunk_id)
    other = Citation.of(passage, passage.chunk.sentences[0])
    sides = (Side(value="8,000", citation=used), Side(value="7,000", citation=other))
    turn = Turn.of("t", replace(answer, conflicts=(Conflict(claim=0, sides=sides),)))
    sources = sources_of(turn, library.record, EN)
    cited = len(answer.citations())
    assert [one.key for one in sources] == list(range(1, cited + 2))
    assert [one.number for one in sources] == [*range(1, cited + 1), None]
    assert sources[-1].marked == other.quote
    [disagreement] = disagreements_of(turn.answer, EN)
    assert [one.key for one in disagreement.sides] == [1, cited + 1]
    assert [one.number for one in disagreement.sides] == [1, None]
    assert [one.used for one in disagreement.sides] == [True, False]


def test_a_disagreement_names_its_sentence_values_places_and_days() -> None:
    [disagreement] = disagreements_of(ANSWERED, Translator("zh"))
    assert disagreement.about == HELD.text
    told = [(one.value, one.place, one.added_on) for one in disagreement.sides]
    assert told == [
        ("8,000 hours", "pump.md，第 1 页", "2025-03-04"),
        (HOSTILE, "旧手册.pdf，第 2 页", ""),
    ]


def test_a_disagreement_on_a_sentence_that_is_gone_is_still_told() -> None:
    conflict = Conflict(claim=7, sides=ANSWERED.conflicts[0].sides)
    [disagreement] = disagreements_of(replace(ANSWERED, conflicts=(conflict,)), EN)
    assert disagreement.about == ""
    assert [one.used for one in disagreement.sides] == [False, False]
    assert disagreements_of(replace(ANSWERED, conflicts=()), EN) == ()


def test_a_place_without_pages_is_its_document() -> None:
    assert place_in_words(HOURS, EN) == "pump.md, p. 1"
    assert place_in_words(replace(OLD_HOURS, paginated=False), EN) == "旧手册.pdf"
