from app.conversations import Turn
from app.i18n import Translator
from app.passages import sentences_of, sources_of
from app.wiring import Services
from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim

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
