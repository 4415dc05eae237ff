from __future__ import annotations

import pytest

from rag.condensing.slots import Kind, best_match, found_name, replaced, slots_of, with_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What was revenue in 2020?", [(Kind.YEAR, "2020")]),
        (
            "Is 3 May 2024 before 2024-10-01?",
            [(Kind.DATE, "3 May 2024"), (Kind.DATE, "2024-10-01")],
        ),
        ("May I come in May?", [(Kind.MONTH, "May")]),
        ("profit in Q3 on Mondays", [(Kind.QUARTER, "Q3"), (Kind.WEEKDAY, "Mondays")]),
        ("the X-200B and an x350", [(Kind.CODE, "X-200B"), (Kind.CODE, "x350")]),
        ("a 24-month plan, the 3rd of 8,000", [(Kind.NUMBER, n) for n in ("24", "3", "8,000")]),
        ("Who leads Blue Heron?", [(Kind.NAME, "Blue Heron")]),
        (
            "Is Marta Lindqvist's desk in Brno?",
            [(Kind.NAME, "Marta Lindqvist"), (Kind.NAME, "Brno")],
        ),
        ("Who wrote “Quiet Water”?", [(Kind.QUOTED, "“Quiet Water”")]),
        ("2021年第三季度的产量", [(Kind.YEAR, "2021年"), (Kind.QUARTER, "第三季度")]),
        ("10月1日星期一的班车", [(Kind.DATE, "10月1日"), (Kind.WEEKDAY, "星期一")]),
        ("二〇二一年的《守则》", [(Kind.YEAR, "二〇二一年"), (Kind.QUOTED, "《守则》")]),
        ("", []),
        ("How does it work?", []),
    ],
)
def test_slots_are_found_with_their_kind(text: str, found: list[tuple[Kind, str]]) -> None:
    slots = slots_of(text)
    assert [(one.kind, one.text) for one in slots] == found
    assert all(text[one.start : one.end] == one.text for one in slots)


def test_a_slot_replaces_the_likest_of_its_kind() -> None:
    theirs = slots_of("Does the S-40 fit the X-200 since 2020?")
    [code] = slots_of("the X-350")
    [year] = slots_of("in 2021")
    match = best_match(code, theirs)
    assert match is not None
    assert match.text == "X-200"
    assert best_match(year, theirs) == theirs[2]
    assert best_match(slots_of("5 %")[0], theirs) is None
    assert best_match(slots_of("… the X-200")[0], theirs[1:2]) is None


def test_several_stretches_are_replaced_at_once() -> None:
    assert replaced("a b c", [(0, 1, "first"), (4, 5, "last")]) == "first b last"
    assert replaced("a", []) == "a"


def test_the_one_name_of_an_answers_first_sentence_is_found() -> None:
    assert found_name("It is the X-350. The X-100 is lighter.", "Which pump?") == "X-350"
    assert found_name("It is the X-350 or the X-100.", "Which pump?") is None
    assert found_name("It is the X-350.", "Is the X-350 heavy?") is None
    assert found_name("", "Which pump?") is None


def test_missing_words_are_added_once() -> None:
    assert with_words("Why?", ["pump", "X-200", "pump"], brackets="()") == "Why? (pump X-200)"
    assert with_words("Why the pump?", ["pumps"], brackets="()") == "Why the pump?"
    assert with_words("为什么？", ["年假", "结转"], brackets="（）") == "为什么？（年假 结转）"
