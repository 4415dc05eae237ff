import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations import NEAREST, Turn, turn_from_json, turn_to_json
from app.place import Place
from rag.answer import Answer, Notice, Outcome
from rag.claims import Citation, Claim, Conflict, Side
from rag.filter import EVERYTHING, Filter
from rag.replies import Trouble
from rag.types import Chunk, Hit, Passage, Span
from tests.app.voted_answers import ANSWERED
from tests.fakes import OpenServices

TEXT = "Alpha is one. 贝塔是二。"


def hit(number: int, document: str = "![x](http://e).md") -> Hit:
    chunk = Chunk(
        sequence=number,
        page=number + 1,
        start=0,
        end=len(TEXT),
        text=TEXT,
        heading_path=("Top", "下面"),
        sentences=(Span(start=0, end=13), Span(start=14, end=len(TEXT))),
    )
    passage = Passage(
        chunk_id=f"d:v:{number}",
        document_id="d",
        collection="c",
        document=document,
        title="t",
        version="ab" * 32,
        paginated=True,
        page_label="iv",
        chunk=chunk,
    )
    return Hit(passage=passage, score=1.0 / (number + 1))


HITS = tuple(hit(number) for number in range(5))


def answered(*texts: str) -> Answer:
    cited = Citation.of(HITS[1].passage, Span(start=14, end=len(TEXT)))
    return Answer(
        question="q",
        model="m",
        text=" ".join(texts),
        outcome=Outcome.ANSWERED,
        claims=tuple(Claim(text=text, citations=(cited,)) for text in texts),
        hits=HITS,
        notice=Notice.REPLY_CUT,
        trouble=Trouble.LENGTH,
        timings_ms={"total": 1.5},
        prompt_tokens=120,
        completion_tokens=7,
        token_logprobs=(-0.1, -2.0),
        confidence=0.75,
        standalone="What is one?",
        prompt_version="cd" * 32,
        instead_of="local+合同",
        reasoning="First the table, 然后脚注。",
    )


NOWHERE = Answer(question="q?", model="m", outcome=Outcome.NOT_IN_DOCUMENTS, hits=HITS)


@pytest.mark.parametrize("answer", [answered("One.", "Two."), NOWHERE])
def test_a_turn_survives_json(answer: Answer) -> None:
    turn = Turn.of("t1", answer)
    stored = json.loads(json.dumps(turn_to_json(turn)))
    assert turn_from_json("t1", stored) == turn


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4), st.text(max_size=30))
def test_any_text_survives_json(texts: list[str], question: str) -> None:
    answer = Answer(
        question=question,
        model="m",
        outcome=Outcome.ANSWERED,
        claims=tuple(Claim(text=text) for text in texts),
    )
    turn = Turn.of("t1", answer)
    assert turn_from_json("t1", json.loads(json.dumps(turn_to_json(turn)))) == turn


def test_only_what_can_be_opened_is_kept() -> None:
    assert Turn.of("t", answered("One.")).places == (Place.of(HITS[1].passage),)
    nearest = Turn.of("t", NOWHERE).places
    assert nearest == tuple(Place.of(one.passage) for one in HITS[:NEAREST])
    assert TEXT not in json.dumps(turn_to_json(Turn.of("t", NOWHERE)), ensure_ascii=False)


def test_a_turn_keeps_counts_and_confidence_but_no_token() -> None:
    kept = turn_to_json(Turn.of("t", answered("One.")))["answer"]
    assert (kept["prompt_tokens"], kept["completion_tokens"], kept["confidence"]) == (120, 7, 0.75)
    assert "token_logprobs" not in kept
    assert turn_from_json("t", {"answer": kept, "places": []}).answer.token_logprobs == ()


def test_a_turn_without_counts_and_confidence_still_loads() -> None:
    stored = turn_to_json(Turn.of("t", answered("One.")))
    counted = ("prompt_tokens", "completion_tokens", "confidence")
    for name in (*counted, "standalone", "prompt_version", "instead_of", "reasoning"):
        del stored["answer"][name]
    answer = turn_from_json("t", stored).answer
    assert (answer.prompt_tokens, answer.completion_tokens, answer.confidence) == (None, None, None)
    assert (answer.standalone, answer.prompt_version) == (None, None)
    assert (answer.instead_of, answer.reasoning) == (None, "")
    assert answer.claims[0].text == "One."


def test_a_turn_keeps_what_its_search_was_narrowed_down_to() -> None:
    where = Filter(documents=("泵.md",), added_from=date(2026, 1, 2), heading="Care")
    turn = Turn.of("t", NOWHERE, where)
    stored = json.loads(json.dumps(turn_to_json(turn)))
    assert turn_from_json("t", stored).where == where
    del stored["where"]
    assert turn_from_json("t", stored).where == EVERYTHING


def test_turns_are_rewritten_where_they_change(services: OpenServices) -> None:
    conversations = services().conversations
    conversations.add("一", Turn.of("a", answered("One.")))
    conversations.add("two", Turn.of("b", NOWHERE))

    def without_places(turn: Turn) -> Turn:
        return replace(turn, places=()) if turn.id == "b" else turn

    assert conversations.rewrite(without_places) == 1
    assert conversations.turns("two") == (replace(Turn.of("b", NOWHERE), places=()),)
    assert conversations.turns("一") == (Turn.of("a", answered("One.")),)
    assert conversations.rewrite(without_places) == 0


def test_turns_come_back_in_order_and_never_twice(services: OpenServices) -> None:
    conversations = services().conversations
    first, second = Turn.of("a", answered("One.")), Turn.of("b", NOWHERE)
    for turn in (first, second, first):
        conversations.add("c1", turn)
    conversations.add("c2", Turn.of("z", NOWHERE))
    assert conversations.turns("c1") == (first, second)
    assert conversations.turns("'; DROP TABLE turns; --") == ()


def test_turns_outlive_the_process(services: OpenServices) -> None:
    turn = Turn.of("a", answered("One."))
    services().conversations.add("c1", turn)
    assert services().conversations.turns("c1") == (turn,)


def test_a_cited_neighbour_of_a_hit_has_its_place_too() -> None:
    neighbour = hit(7).passage
    cited = Citation.of(neighbour, Span(start=14, end=len(TEXT)))
    claim = Claim(text="One.", citations=(cited,))
    answer = replace(answered("One."), claims=(claim,), context=(HITS[0].passage, neighbour))
    turn = Turn.of("t", answer)
    assert turn.places == (Place.of(neighbour),)
    assert turn.answer.context == ()
    assert turn_from_json("t", turn_to_json(turn)) == turn


def test_the_place_of_a_cut_passage_is_that_of_the_whole_hit() -> None:
    whole = HITS[1].passage
    part = replace(whole.chunk, start=14, text=TEXT[14:])
    answer = replace(answered("One."), context=(replace(whole, chunk=part),))
    assert Turn.of("t", answer).places == (Place.of(whole),)


def test_both_sides_of_a_conflict_can_be_opened() -> None:
    other = Citation.of(HITS[3].passage, Span(start=0, end=13))
    used = Citation.of(HITS[1].passage, Span(start=14, end=len(TEXT)))
    sides = (
        Side(value="two", citation=used),
        Side(value="one", citation=other, added_on="2025-01-02"),
    )
    answer = replace(answered("One."), conflicts=(Conflict(claim=0, sides=sides),))
    turn = Turn.of("t", answer)
    assert turn.places == (Place.of(HITS[1].passage), Place.of(HITS[3].passage))
    assert turn_from_json("t", json.loads(json.dumps(turn_to_json(turn)))) == turn


def test_a_vote_comes_back_with_its_conversation(services: OpenServices) -> None:
    turn = Turn.of("a", ANSWERED)
    services().conversations.add("c1", turn)
    [kept] = services().conversations.turns("c1")
    assert kept == turn
    assert kept.answer.tally == ANSWERED.tally
    assert kept.answer.claims[1].check == ANSWERED.claims[1].check


def other(turn_id: str, text: str, beside: str) -> Turn:
    return Turn.of(turn_id, answered(text), beside=beside)


def in_order(services: OpenServices) -> list[tuple[str, list[str]]]:
    """The ids of what was asked, each with those of its other answers, as the record has them."""
    turns = services().conversations.turns("c1")
    return [(turn.id, [one.id for one in turn.others]) for turn in turns]


def asked_again(services: OpenServices) -> None:
    kept = services().conversations
    for turn in (Turn.of("a", answered("One.")), Turn.of("b", NOWHERE)):
        kept.add("c1", turn)
    kept.add("c1", other("a2", "Two.", "a"))
    kept.add("c1", other("a3", "Three.", "a"))


def test_other_answers_stand_beside_the_first(services: OpenServices) -> None:
    asked_again(services)
    assert in_order(services) == [("a", ["a2", "a3"]), ("b", [])]
    first, _ = services().conversations.turns("c1")
    assert first.others[0] == other("a2", "Two.", "a")


def test_another_answer_takes_the_place_of_the_first(services: OpenServices) -> None:
    asked_again(services)
    services().conversations.prefer("a3")
    assert in_order(services) == [("a3", ["a2", "a"]), ("b", [])]
    first, _ = services().conversations.turns("c1")
    assert (first.beside, first.answer.text) == (None, "Three.")
    assert [(one.beside, one.answer.text) for one in first.others] == [
        ("a3", "Two."),
        ("a3", "One."),
    ]
    services().conversations.prefer("a")
    assert in_order(services) == [("a", ["a2", "a3"]), ("b", [])]


def test_what_stands_beside_nothing_is_neither_preferred_nor_forgotten(
    services: OpenServices,
) -> None:
    asked_again(services)
    for turn_id in ("a", "b", "unknown"):
        services().conversations.prefer(turn_id)
        services().conversations.forget(turn_id)
    assert in_order(services) == [("a", ["a2", "a3"]), ("b", [])]


def test_what_comes_late_stands_beside_the_answer_that_is_kept(services: OpenServices) -> None:
    asked_again(services)
    kept = services().conversations
    kept.prefer("a2")
    kept.add("c1", other("a4", "Four.", "a"))
    assert in_order(services) == [("a2", ["a", "a3", "a4"]), ("b", [])]
    kept.add("c1", other("a5", "Five.", "gone"))
    assert in_order(services)[2] == ("a5", [])


def test_another_answer_is_forgotten(services: OpenServices) -> None:
    asked_again(services)
    services().conversations.forget("a2")
    assert in_order(services) == [("a", ["a3"]), ("b", [])]


def test_nobody_changes_what_another_user_asked(services: OpenServices) -> None:
    asked_again(services)
    services().conversations.prefer("a2", user="somebody else")
    services().conversations.forget("a2", user="somebody else")
    assert in_order(services) == [("a", ["a2", "a3"]), ("b", [])]


def test_other_answers_are_rewritten_and_deleted_with_the_first(services: OpenServices) -> None:
    asked_again(services)
    conversations = services().conversations
    assert conversations.rewrite(lambda turn: replace(turn, places=())) == 4
    first, _ = conversations.turns("c1")
    assert [one.places for one in first.others] == [(), ()]
    services().conversation_list.delete("local", "c1")
    assert conversations.turns("c1") == ()
