"""A purge takes quotations out of conversations and votes; what was asked, and the rest, stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.considered import Considered, Read
from app.conversations import Turn
from app.erasing import ERASED, without_purged
from app.place import Place
from app.wiring import Services
from evaluation.feedback import CitedPlace, Verdict, Vote
from ingest.upkeep import RECORD
from rag.answer import Answer, Outcome
from rag.claims import Claim
from tests.app.voted_answers import (
    ANSWERED,
    BARE,
    CONFLICT,
    HELD,
    HOURS,
    NINE,
    OLD_HOURS,
    a_citation,
)
from tests.fakes import OpenServices, WordEmbedder, a_document

CANARY = "The canary number seven sings behind the boiler."
BIRD = "金丝雀在锅炉后面唱歌，编号为七。"
PUMP = "A pump weighs 4 kg."


class Gone:
    """Of these texts nothing stands any more; of versions, ``versions`` are gone."""

    def __init__(self, *texts: str, versions: tuple[str, ...] = ()) -> None:
        self._texts = texts
        self._versions = versions

    def __call__(self, document_id: str, version: str, text: str = "", /) -> bool:
        return text not in self._texts if text else version not in self._versions


def a_place(version: str) -> Place:
    return Place(
        chunk_id="d:v:0",
        document_id="d",
        document="pump.md",
        version=version,
        page=1,
        page_label=None,
        paginated=True,
        start=0,
        end=9,
        heading_path=("Secret", "秘密"),
    )


TURN = Turn(id="t", answer=ANSWERED, places=(a_place("old"), a_place("kept")))


def test_a_turn_whose_quotes_all_stand_is_as_it_was() -> None:
    assert without_purged(TURN, Gone("another text")) == TURN


def test_what_cites_the_purged_text_is_erased_and_what_does_not_stays() -> None:
    after = without_purged(TURN, Gone(NINE.quote, versions=("old",))).answer
    assert after.question == ANSWERED.question
    assert [claim.text for claim in after.claims] == [HELD.text, ERASED, ERASED, ERASED]
    assert after.text == f"{HELD.text} {ERASED} {ERASED} {ERASED}"
    assert after.claims[0] == HELD
    erased = after.claims[2].citations
    assert [(one.quote, one.over) for one in erased] == [(HOURS.quote, ()), (ERASED, ())]
    assert [(one.document, one.page) for one in erased] == [("pump.md", 1), ("pump.md", 4)]
    assert (after.claims[2].check, after.tally, after.reasoning) == (None, None, "")
    assert after.conflicts == (CONFLICT,)


def test_a_source_that_differs_and_was_purged_shows_no_value() -> None:
    (conflict,) = without_purged(TURN, Gone(OLD_HOURS.quote)).answer.conflicts
    assert conflict.sides[0] == CONFLICT.sides[0]
    assert (conflict.sides[1].value, conflict.sides[1].citation.quote) == (ERASED, ERASED)


def test_headings_go_with_their_version() -> None:
    after = without_purged(TURN, Gone(versions=("old",)))
    assert [place.heading_path for place in after.places] == [(), ("Secret", "秘密")]
    assert after.answer == ANSWERED, "its quotes stand in a later version"


def test_the_title_of_what_was_found_goes_with_its_version() -> None:
    found = tuple(
        Considered(place=a_place(version), collection="c", title="Secret plan", read=Read.NOT)
        for version in ("old", "new")
    )
    after = without_purged(replace(TURN, considered=found), Gone(versions=("old",)))
    assert [one.title for one in after.considered] == ["", "Secret plan"]
    assert [one.place.heading_path for one in after.considered] == [(), ("Secret", "秘密")]


def test_a_quote_that_only_a_sample_has_takes_the_vote_with_it() -> None:
    plain = replace(ANSWERED, claims=(HELD, BARE), text=f"{HELD.text} {BARE.text}", conflicts=())
    after = without_purged(replace(TURN, answer=plain), Gone(NINE.quote)).answer
    assert after.tally is None
    assert [claim.text for claim in after.claims] == [HELD.text, ERASED]


def test_a_refusal_keeps_no_samples_of_a_purged_document() -> None:
    refused = Answer(
        question="问题？", model="m", outcome=Outcome.NOT_IN_DOCUMENTS, reasoning="因为……"
    )
    turn = Turn(id="t", answer=refused, places=(a_place("old"),))
    assert without_purged(turn, Gone()) == turn
    after = without_purged(turn, Gone(versions=("old",)))
    assert (after.answer.reasoning, after.places[0].heading_path) == ("", ())


@pytest.mark.parametrize("between", [" ", "\n\n", "\n- secret: ", ""])
def test_no_word_between_sentences_is_left(between: str) -> None:
    claims = (Claim(text="其一。", citations=(NINE,)), Claim(text="Two.", citations=(HOURS,)))
    answer = replace(
        ANSWERED, text=f"secret {claims[0].text}{between}Two. secret", claims=claims, conflicts=()
    )
    after = without_purged(replace(TURN, answer=answer), Gone(NINE.quote)).answer
    kept = between if between.isspace() or not between else " "
    assert after.text == f"{ERASED}{kept}Two."


def test_erasing_twice_changes_nothing_more() -> None:
    gone = Gone(NINE.quote, ERASED, versions=("old",))
    once = without_purged(TURN, gone)
    assert without_purged(once, gone) == once


@pytest.fixture
def opened(services: OpenServices) -> Services:
    made = services(embedder=WordEmbedder())
    texts = {"secret.txt": CANARY, "鸟.txt": BIRD, "pump.txt": PUMP}
    documents = [a_document(name, text) for name, text in texts.items()]
    made.ingestion.add_documents(documents, "c")
    questions = {
        "a": "What does the canary sing behind the boiler?",
        "b": "金丝雀在锅炉后面做什么？",
        "c": "What does a pump weigh?",
    }
    for turn_id, question in questions.items():
        answer = made.ask(question, ("c",), "extractive")
        assert answer.outcome is Outcome.ANSWERED
        made.conversations.add("talk", Turn.of(turn_id, answer))
        made.feedback.give(
            Vote(
                turn_id=turn_id,
                question=question,
                collections=("c",),
                model="extractive",
                outcome=Outcome.ANSWERED,
                answer=answer.text,
                cited=tuple(map(CitedPlace.of, answer.citations())),
                verdict=Verdict.UP,
                reason="as I remember it",
            )
        )
    return made


def files_with(opened: Services, *marks: str) -> set[str]:
    files = [file for file in opened.settings.data_dir.rglob("*") if file.is_file()]
    encoded = [mark.encode(kind) for mark in marks for kind in ("utf-8", "utf-16-le")]
    encoded += ["".join(f"\\u{ord(sign):04x}" for sign in mark).encode() for mark in marks]
    return {file.name for file in files if any(mark in file.read_bytes() for mark in encoded)}


MARKS = ("canary number seven sings", "金丝雀在锅炉后面唱歌")


def test_a_purge_leaves_no_quotation_in_any_file(opened: Services) -> None:
    opened.ingestion.remove("c", ["secret.txt", "鸟.txt"])
    assert any(name.startswith(RECORD) for name in files_with(opened, *MARKS)), "the control"
    opened.upkeep.purge()
    assert files_with(opened, *MARKS) == set()
    first, second, third = opened.conversations.turns("talk")
    assert (first.answer.text, second.answer.text) == (ERASED, ERASED)
    assert first.answer.question == "What does the canary sing behind the boiler?"
    assert third.answer.text == PUMP
    votes = {vote.turn_id: vote for vote in opened.feedback.votes()}
    assert (votes["a"].answer, votes["b"].cited, votes["c"].answer) == ("", (), PUMP)
    assert votes["a"].reason == "as I remember it"
    assert [example.id for example in opened.feedback.examples()] == ["c"]
    opened.close()
    assert files_with(opened, *MARKS) == set()


def test_without_erasing_the_quotations_stay(
    opened: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the record keeps what conversations quote."""
    monkeypatch.setattr(opened.upkeep, "_forget_quotes", lambda: None)
    opened.ingestion.remove("c", ["secret.txt", "鸟.txt"])
    opened.upkeep.purge()
    assert any(name.startswith(RECORD) for name in files_with(opened, *MARKS))


def test_a_quote_that_a_later_version_still_has_is_kept(opened: Services) -> None:
    later = a_document("secret.txt", f"{CANARY} Nothing else.", version="cd" * 32)
    opened.ingestion.add_documents([later], "c")
    assert opened.upkeep.purge() == 1
    assert opened.conversations.turns("talk")[0].answer.text == CANARY
    assert opened.feedback.votes()[0].answer == CANARY


def test_two_erased_places_of_one_document_are_two_sources_still() -> None:
    other = replace(a_citation("Another 9 kg."), start=40, end=53)
    claims = (Claim(text="A.", citations=(NINE,)), Claim(text="B.", citations=(other,)))
    answer = replace(ANSWERED, text="A. B.", claims=claims, conflicts=(), tally=None)
    after = without_purged(replace(TURN, answer=answer), Gone(NINE.quote, other.quote)).answer
    assert len(after.citations()) == 2
