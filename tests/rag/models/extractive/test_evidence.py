"""What speaks for a sentence, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rag.models.extractive.evidence import AskedTerms, Examiner, Sign
from rag.types import Hit
from tests.fakes import a_hit


def signs(question: str, *hits: Hit) -> dict[str, dict[Sign, float]]:
    """The signs of each sentence by its text."""
    return {one.text: found for one, found in Examiner(question, hits).examined()}


def test_a_word_weighs_the_more_the_fewer_sentences_have_it() -> None:
    terms = AskedTerms(["mill", "wheel", "mill"], [frozenset({"mill"}), frozenset({"mill", "oak"})])
    often, never = math.log(1 + 2 / 2.5), math.log(1 + 2 / 0.5)
    assert terms.share(frozenset({"mill", "oak"})) == pytest.approx(often / (often + never))
    assert terms.share(frozenset({"mill", "wheel"})) == 1
    assert terms.beyond(frozenset({"mill", "oak", "ash"})) == 2


def test_without_words_nothing_is_shared() -> None:
    assert AskedTerms([], [frozenset({"mill"})]).share(frozenset({"mill"})) == 0
    assert signs("???") == {}
    assert list(Examiner("Who?", [a_hit("The mill turns.")]).examined())


@pytest.mark.parametrize(
    ("question", "text", "last"),
    [
        ("Is the harbour mill old?", "The harbour mill is old. It has 8 sails.", "It has 8 sails."),
        ("港口磨坊有几个叶片？", "港口磨坊很旧。它装有 8 个叶片。", "它装有 8 个叶片。"),
    ],
)
def test_a_sentence_carries_on_what_the_one_before_it_names(
    question: str, text: str, last: str
) -> None:
    found = signs(question, a_hit(text))
    first = text.removesuffix(last).strip()
    assert found[last][Sign.CARRIED] > 0
    assert Sign.CARRIED not in found[first]


def test_the_last_sentence_of_another_passage_is_not_the_one_before() -> None:
    hits = [a_hit("The harbour mill is old."), a_hit("It has 8 sails.", document="b.txt")]
    assert Sign.CARRIED not in signs("How old is the harbour mill?", *hits)["It has 8 sails."]


def test_figures_count_in_the_title_too() -> None:
    question = "What is the fee for berth B12 in 2024?"
    new = a_hit("The fee is 30 crowns.", document="harbour 2024")
    old = a_hit("The fee was 20 crowns.", document="harbour 2019")
    found = signs(question, new, old)
    assert found["The fee is 30 crowns."][Sign.FIGURES] == pytest.approx(1 / 2)
    assert Sign.FIGURES not in found["The fee was 20 crowns."]


def test_pairs_are_for_chinese_questions() -> None:
    text = "水车在转。 The mill turns."
    assert signs("水车转吗？", a_hit(text))["水车在转。"][Sign.PAIRS] > 0
    assert not any(Sign.PAIRS in one for one in signs("Does it turn?", a_hit(text)).values())


def test_meaning_counts_where_vectors_have_a_vote() -> None:
    hit = replace(a_hit("The mill turns. The wheel rests."), sentence_scores=(0.5, -0.5))
    assert not any(Sign.MEANING in one for one in signs("Does it turn?", hit).values())
    found = signs("Does it turn?", replace(hit, dense_vote=0.4))
    assert found["The mill turns."][Sign.MEANING] == 0.5
    assert Sign.MEANING not in found["The wheel rests."]


def test_a_passage_is_as_good_as_its_score_over_the_best() -> None:
    hits = [a_hit("The mill turns.", score=2.0), a_hit("Ducks.", document="b", score=0.5)]
    found = signs("mill", *hits)
    assert [found[text][Sign.PASSAGE] for text in ("The mill turns.", "Ducks.")] == [1, 0.25]
    assert Sign.PASSAGE not in signs("mill", a_hit("The mill turns.", score=0.0))["The mill turns."]


def test_what_only_repeats_the_question_has_nothing_beyond() -> None:
    text = "The miller sold the mill. The miller sold the mill to a rich weaver."
    bare, full = signs("When did the miller sell the mill?", a_hit(text)).values()
    assert Sign.NOTHING_BEYOND in bare or len(bare) < len(full)
    assert Sign.NOTHING_BEYOND not in full


def test_a_document_opens_with_what_it_is_about() -> None:
    text = "A sextant is an instrument. It is made of brass."
    found = signs("What is a sextant?", a_hit(text))
    assert found["A sextant is an instrument."][Sign.OPENS_DEFINITION] == 1
    assert Sign.OPENS_DEFINITION not in found["It is made of brass."]
    assert Sign.OPENS_DEFINITION not in signs("Who made it?", a_hit(text))["It is made of brass."]


def test_scraps_questions_and_heads_of_tables_say_nothing() -> None:
    text = "How heavy is it?\nNo.\nPart | Weight\nWheel | 40 kg\n重吗？\nThe wheel is heavy."
    assert set(signs("How heavy is the wheel?", a_hit(text))) == {
        "Wheel | 40 kg",
        "The wheel is heavy.",
    }
