from __future__ import annotations

import pytest

from rag.condensing.english_phrases import is_attribute, is_verb, noun_phrases, parts_of, tokens_of


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        (
            "How often does the diaphragm of an X-200 pump need replacing?",
            ["the diaphragm of an X-200 pump", "an X-200 pump"],
        ),
        (
            "Who approves remote work from another country?",
            ["remote work from another country", "another country"],
        ),
        ("Can visitors use the canteen?", ["visitors", "the canteen"]),
        ("When is the canteen open on weekdays?", ["the canteen", "weekdays"]),
        ("How is the gateway reset?", ["the gateway"]),
        ("What happens if the pump runs dry?", ["the pump", "dry"]),
        ('Is the "Blue Heron" project finished?', ['the "Blue Heron" project']),
        ("Does Ms Okafor approve expense claims?", ["Ms Okafor", "expense claims"]),
        ("How do I get it there?", []),
        ("", []),
    ],
)
def test_noun_phrases_with_what_hangs_on_them(text: str, phrases: list[str]) -> None:
    assert [text[one.start : one.full_end] for one in noun_phrases(text)] == phrases


def test_a_phrase_knows_its_number_its_preposition_and_what_it_speaks_of() -> None:
    leave, staff, brno, year = noun_phrases("sick leave for the apprentices in Brno per year")
    assert (leave.plural, staff.plural) == (False, True)
    assert (staff.preposition, staff.determiner, staff.person) == ("for", "the", True)
    assert (brno.named, leave.named) == (True, False)
    assert year.temporal


@pytest.mark.parametrize(
    ("question", "wh", "auxiliary", "rest"),
    [
        ("How often must pumps be cleaned?", "How often", "must", " pumps be cleaned?"),
        ("Can guests park?", "", "Can", " guests park?"),
        ("Who signs it?", "Who", "", " signs it?"),
        ("The pump leaks. Up to what value may I fix it?", "Up to what value", "may", " I fix it?"),
        ("warranty X-350", "", "", "warranty X-350"),
        ("", "", "", ""),
    ],
)
def test_a_question_falls_into_parts(question: str, wh: str, auxiliary: str, rest: str) -> None:
    parts = parts_of(question)
    assert (parts.wh, parts.auxiliary, question[parts.rest_start :]) == (wh, auxiliary, rest)


def test_tokens_stand_where_they_say() -> None:
    text = "The X-200's “red lamp”, 3.5 bar?"
    tokens = tokens_of(text)
    assert [one.text for one in tokens] == [
        "The",
        "X-200",
        "'s",
        "“red lamp”",
        ",",
        "3.5",
        "bar",
        "?",
    ]
    assert all(text[one.start : one.end] == one.text for one in tokens)


def test_forms_of_verbs_and_properties_are_known() -> None:
    assert all(map(is_verb, ("stop", "stops", "stopped", "stopping", "carries", "written", "used")))
    assert not any(map(is_verb, ("pump", "permit", "news", "bed", "bus")))
    assert is_attribute("prices")
    assert is_attribute("Warranty")
    assert not is_attribute("pump")
