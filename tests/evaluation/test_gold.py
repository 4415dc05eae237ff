"""Where the gold text stands: by answer, by evidence, by place; in passages and in citations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.gold import GoldText, trace
from rag.claims import Citation
from rag.types import Passage, Span
from tests.evaluation.made import an_example, in_
from tests.fakes import a_passage

PUMP = "The diaphragm is replaced every 8,000 hours. The strainer is cleaned monthly."
STORE = "Spare strainers lie on shelf 12. The store is open from 8 to 16."
HOTEL = "普通员工在上海出差的住宿标准为每晚 550 元。经理的标准为每晚 700 元。"


def holds(passage: Passage, **values: Any) -> bool:
    return GoldText.of(an_example(**values)).held_by([passage])


def cited(passage: Passage, quote: str) -> Citation:
    start = passage.chunk.start + passage.chunk.text.index(quote)
    return Citation.of(passage, Span(start=start, end=start + len(quote)))


@pytest.mark.parametrize(
    ("answers", "text", "held"),
    [
        (("8,000 hours",), PUMP, True),
        (("8000 Hours.",), PUMP, True),
        (("800 hours",), PUMP, False),
        (("never", "monthly"), PUMP, True),
        (("550 元",), HOTEL, True),
        (("每晚５５０元",), HOTEL, True),
        (("50 元",), HOTEL, False),
        (("650 元",), HOTEL, False),
    ],
)
def test_a_short_answer_has_to_stand_there(answers: tuple[str, ...], text: str, held: bool) -> None:
    assert holds(a_passage(text), answers=answers, gold=in_("manual.txt")) is held


def test_only_the_gold_place_counts() -> None:
    answers = ("8,000 hours",)
    assert not holds(a_passage(PUMP), answers=answers, gold=in_("other.txt"))
    assert holds(a_passage(PUMP, page=3), answers=answers, gold=in_("manual.txt"))
    assert holds(a_passage(PUMP, page=3), answers=answers, gold=in_("manual.txt", 3))
    assert not holds(a_passage(PUMP, page=3), answers=answers, gold=in_("manual.txt", 4))
    assert holds(a_passage(PUMP), answers=answers, gold=())


def test_with_evidence_the_answer_has_to_stand_amid_its_sentence() -> None:
    """A bare 12 stands in many places; the evidence tells which one is meant."""
    asked = {
        "answers": ("12",),
        "evidence": ("Spare strainers lie on shelf 12.",),
        "gold": in_("manual.txt"),
    }
    assert holds(a_passage(STORE), **asked)
    assert not holds(a_passage("There are 12 pumps in the hall, and two are idle."), **asked)
    assert not holds(a_passage("Spare strainers lie on shelf 14."), **asked)


def test_a_passage_may_end_within_the_sentence_of_the_answer() -> None:
    """Six of the twelve words stand there: more than the third that is asked for."""
    evidence = "The plant in Brno closes on 24 December and all staff take leave then."
    asked = {"answers": ("24 December",), "evidence": (evidence,), "gold": in_("manual.txt")}
    assert holds(a_passage("The plant in Brno closes on 24 December"), **asked)
    assert not holds(a_passage("Sent on 24 December"), **asked)


def test_an_answer_worded_anew_is_told_by_the_evidence() -> None:
    """Of ten words (the, strainer, is, clean, month, by, the, shift, lead, aachen) six must stand.

    The first text has all but "aachen", which is nine; the second has the, strainer, is, clean,
    which is four.
    """
    asked = {
        "answers": ("Twelve times a year",),
        "evidence": ("The strainer is cleaned monthly by the shift lead, Aachen.",),
        "gold": in_("manual.txt"),
    }
    assert holds(a_passage("The strainer is cleaned monthly by the shift lead."), **asked)
    assert not holds(a_passage("The strainer is to be cleaned before storing."), **asked)


def test_short_lines_of_evidence_do_not_count_beside_long_ones() -> None:
    evidence = ("2022\nTotal net revenues of the European segment fell by a tenth\n2021",)
    asked = {"answers": ("yes",), "evidence": evidence, "gold": in_("manual.txt")}
    assert not holds(
        a_passage("Cash at the end of 2022 was lower than at the end of 2021."), **asked
    )
    assert holds(a_passage("total net revenues of the European segment fell"), **asked)


def test_yes_and_no_name_no_text() -> None:
    assert holds(a_passage(PUMP), answers=("No",), gold=in_("manual.txt"))
    assert holds(a_passage(HOTEL), answers=("是",), gold=in_("manual.txt"))
    assert not holds(a_passage(PUMP), answers=("No",), gold=in_("other.txt"))


def test_without_answer_and_evidence_the_place_is_all() -> None:
    assert holds(a_passage(PUMP), answers=(), gold=in_("manual.txt"))
    assert not holds(a_passage(PUMP), answers=(), gold=in_("other.txt"))


def test_a_long_answer_counts_by_its_words_where_a_text_has_them() -> None:
    said = (
        "The diaphragm of the pump has to be replaced every 8,000 hours of running, at the latest."
    )
    example = an_example(answers=(said,), gold=in_("manual.txt"))
    near = a_passage("The diaphragm of the pump is to be replaced every 8,000 hours of running.")
    far = a_passage("Paint is kept in the store.", start=500)
    gold = GoldText.of(example, [near, far])
    assert gold.held_by([near])
    assert not gold.held_by([far])
    reworded = GoldText.of(example, [far])
    assert reworded.held_by([far]), "no text has its words: the place is all that is known"


def test_every_required_part_has_to_be_held_by_some_passage() -> None:
    gold = GoldText.of(
        an_example(answers=(), required=(("陈冬", "Chen Dong"), ("刘洋",)), gold=in_("manual.txt"))
    )
    one, other = a_passage("指令长是陈冬。"), a_passage("航天员刘洋第二次飞行。", start=40)
    neither = a_passage("发射时间是六月。", start=80)
    assert not gold.held_by([one, neither])
    assert gold.held_by([one, other])
    assert gold.rank_in([neither, other, neither, one]) == 4


def test_a_trace_tells_whether_it_was_parsed_and_its_rank() -> None:
    gold = GoldText.of(an_example(answers=("8,000 hours",), gold=in_("manual.txt")))
    pump, store = a_passage(PUMP), a_passage(STORE, start=200)
    copy = a_passage(PUMP, document="copy.txt")
    found = trace(gold, [copy, store, pump, pump], [pump, store])
    assert (found.parsed, found.rank, found.searched) == (True, 3, 4)
    missed = trace(gold, [store], [pump, store])
    assert (missed.parsed, missed.rank, missed.searched) == (True, None, 1)
    lost = trace(gold, [store], [store])
    assert (lost.parsed, lost.rank) == (False, None)
    nothing = trace(gold, [], [])
    assert (nothing.parsed, nothing.rank, nothing.searched) == (False, None, 0)


def test_what_was_found_was_parsed() -> None:
    gold = GoldText.of(an_example(answers=("550 元",), gold=()))
    found = trace(gold, [a_passage(HOTEL)], [])
    assert (found.parsed, found.rank) == (True, 1)


def test_a_citation_points_at_the_gold_text_or_not() -> None:
    passage = a_passage(PUMP)
    gold = GoldText.of(
        an_example(
            answers=("8,000 hours",),
            evidence=("The diaphragm is replaced every 8,000 hours.",),
            gold=in_("manual.txt", 1),
        )
    )
    assert gold.cited_by(cited(passage, "The diaphragm is replaced every 8,000 hours."))
    assert gold.cited_by(cited(passage, "The diaphragm is replaced every")), "a piece of it"
    assert not gold.cited_by(cited(passage, "The strainer is cleaned monthly."))
    elsewhere = a_passage(PUMP, page=2)
    assert not gold.cited_by(cited(elsewhere, "The diaphragm is replaced every 8,000 hours."))


@given(st.lists(st.booleans(), max_size=12))
def test_the_rank_is_that_of_the_first_passage_with_it(has_it: list[bool]) -> None:
    gold = GoldText.of(an_example(answers=("7 bar",), gold=in_("manual.txt")))
    found = [a_passage("Opens at 7 bar." if here else "Opens slowly.") for here in has_it]
    wanted = has_it.index(True) + 1 if any(has_it) else None
    assert gold.rank_in(found) == wanted
    assert gold.held_by(found) is any(has_it)
