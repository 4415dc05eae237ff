"""A citation is the same live, after a reload, in the next question, after a restart, exported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from app.conversations import Turn
from app.exports.markdown import to_markdown
from app.exports.transcript import transcript_of
from app.i18n import Translator
from app.passages import sources_of
from app.wiring import Services
from rag.answer import Answer
from tests.fakes import OpenServices, WordEmbedder, a_document
from tests.openai_server import ServeScript

Cited = tuple[int | None, str, str, int, int, int, str]
"""Number, document, version, page, start, end, and the quoted text."""

CASES = {
    "en": (
        "How heavy is the valve, and who checks it?",
        "And how often is it checked?",
        ("The valve weighs 4 kg.", "The night shift checks the valve."),
        "Valves are painted green. ",
    ),
    "zh": (
        "阀门有多重，由谁检查？",
        "多久检查一次？",
        ("阀门重 4 公斤。", "夜班负责检查阀门。"),
        "阀门漆成绿色。",
    ),
}


def cited(services: Services, turn: Turn, t: Translator) -> list[Cited]:
    """What a reader of ``turn`` can open."""
    shown: list[Cited] = []
    for source in sources_of(turn, services.record, t):
        leaf, span = source.leaf, source.leaf.span
        assert span is not None
        place = (source.document, leaf.version, leaf.page, span.start, span.end)
        shown.append((source.number, *place, source.marked))
    return shown


def as_claimed(answer: Answer) -> list[Cited]:
    """The same, from the answer itself."""
    return [
        (number, one.document, one.version, one.page, one.start, one.end, one.quote)
        for number, one in enumerate(answer.citations(), start=1)
    ]


def ask(services: Services, question: str, turns: Sequence[Turn]) -> Turn:
    *_, answer = services.stream(question, ("c",), "openai")
    turn = Turn.of(f"t{len(turns) + 1}", answer)
    services.conversations.add("talk", turn)
    return turn


@pytest.mark.parametrize("language", CASES)
def test_citations_stay_what_they_were(
    services: OpenServices, scripted_server: ServeScript, language: str
) -> None:
    question, then, sentences, added = CASES[language]
    t = Translator(language)
    script = {
        question: {"behaviour": "no_citation", "answer": " ".join(sentences)},
        then: {"behaviour": "right", "answer": sentences[1], "evidence": [sentences[1]]},
    }
    server = scripted_server(script)
    settings = {"openai_base_url": server.url("scripted")}
    opened = services(embedder=WordEmbedder(), **settings)
    for name, sentence in zip(("a.txt", "乙.txt"), sentences, strict=True):
        opened.ingestion.add_documents([a_document(name, f"{added}{sentence}")], "c")

    first = ask(opened, question, ())
    live = cited(opened, first, t)
    assert live == as_claimed(first.answer)
    assert [number for number, *_ in live] == [1, 2]
    assert {quote for *_, quote in live} == set(sentences)
    for *_, start, end, quote in live:
        assert (start, end) == (len(added), len(added) + len(quote))

    (reloaded,) = opened.conversations.turns("talk")
    assert cited(opened, reloaded, t) == live

    opened.ingestion.add_documents([a_document("a.txt", f"{sentences[0]} {added}")], "c")
    ask(opened, then, (reloaded,))
    earlier, _ = opened.conversations.turns("talk")
    assert cited(opened, earlier, t) == live

    opened.close()
    again = services(embedder=WordEmbedder(), **settings)
    turns = again.conversations.turns("talk")
    assert cited(again, turns[0], t) == live
    transcript = transcript_of(turns, again.record, again.settings, t, at=datetime(2026, 1, 5))
    references = transcript.exchanges[0].references
    assert [(one.number, one.quote) for one in references] == [
        (number, quote) for number, *_, quote in live
    ]
    assert [one.place for one in references] == [document for _, document, *_ in live]
    exported = to_markdown(transcript, t).decode().replace("\\", "")
    for number, document, *_, quote in live:
        assert f"{number}. **{document}**\n   > {quote}" in exported
