"""Each planted fault gets its cause, in English and in Chinese; what is right gets none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pytest

from evaluation.attribution import Cause, cause_of, causes_of, counted, flips
from evaluation.comparing import Side
from evaluation.dataset import Example
from evaluation.errors import RunsDiffer
from evaluation.results import Answered, CitedClaim, GoldTrace, Kind, Retrieved, Run
from rag.answer import Outcome
from rag.claims import Citation, Claim
from rag.types import Span
from tests.evaluation.made import a_run, an_example, in_
from tests.fakes import a_passage


@dataclass(frozen=True)
class Case:
    """A question whose gold text is the first sentence of ``text``."""

    example: Example
    text: str
    right: str
    wrong: str
    beside: str

    def citing(self, quote: str) -> Citation:
        passage = a_passage(self.text)
        start = self.text.index(quote)
        return Citation.of(passage, Span(start=start, end=start + len(quote)))


ENGLISH = Case(
    example=an_example(
        question="How often is the diaphragm replaced?",
        answers=("8,000 hours",),
        evidence=("The diaphragm is replaced every 8,000 hours.",),
        gold=in_("manual.txt"),
    ),
    text="The diaphragm is replaced every 8,000 hours. The strainer is cleaned every three months.",
    right="It is replaced every 8,000 hours.",
    wrong="It is replaced every 900 hours.",
    beside="The strainer is cleaned every three months.",
)
CHINESE = Case(
    example=an_example(
        question="普通员工在上海的住宿标准是多少？",
        answers=("550 元",),
        evidence=("普通员工在上海出差的住宿标准为每晚 550 元。",),
        gold=in_("manual.txt"),
    ),
    text="普通员工在上海出差的住宿标准为每晚 550 元。报销须在返回后三十天内提交。",
    right="住宿标准是每晚 550 元。",
    wrong="住宿标准是每晚 700 元。",
    beside="报销须在返回后三十天内提交。",
)
UNANSWERABLE = an_example(answerable=False, answers=(), gold=())

IN_PROMPT = GoldTrace(parsed=True, rank=1, searched=50)
TOO_LOW = GoldTrace(parsed=True, rank=23, searched=50)
NOT_FOUND = GoldTrace(parsed=True, rank=None, searched=50)
NOT_PARSED = GoldTrace(parsed=False, rank=None, searched=50)

both = pytest.mark.parametrize("case", [ENGLISH, CHINESE], ids=["English", "Chinese"])


def answered(case: Case, text: str, quote: str = "", **values: Any) -> Answered:
    """An answer of one claim that cites ``quote``, the gold sentence unless told otherwise."""
    citation = case.citing(quote or case.example.evidence[0])
    claim = CitedClaim(
        claim=Claim(text=text, citations=(citation,)), supported=True, needed=(True,)
    )
    found = Answered(
        outcome=Outcome.ANSWERED, text=text, claims=(claim,), gold=IN_PROMPT, gold_in_prompt=True
    )
    return replace(found, **values)


def refused(trace: GoldTrace | None = IN_PROMPT, *, in_prompt: bool = True) -> Answered:
    return Answered(outcome=Outcome.NOT_IN_DOCUMENTS, text="", gold=trace, gold_in_prompt=in_prompt)


def unsupported(found: Answered) -> Answered:
    claims = tuple(replace(one, supported=False, needed=(False,)) for one in found.claims)
    return replace(found, claims=claims)


@both
def test_a_right_answer_with_the_right_citation_has_no_cause(case: Case) -> None:
    assert cause_of(case.example, answered(case, case.right)) is None


@both
@pytest.mark.parametrize(
    ("trace", "cause"),
    [
        (NOT_PARSED, Cause.PARSING),
        (NOT_FOUND, Cause.RETRIEVAL),
        (TOO_LOW, Cause.RANKING),
    ],
)
def test_gold_text_lost_on_the_way_is_the_cause_whatever_was_said(
    case: Case, trace: GoldTrace, cause: Cause
) -> None:
    wrong = answered(case, case.wrong, gold=trace, gold_in_prompt=False)
    assert cause_of(case.example, wrong) is cause
    assert cause_of(case.example, refused(trace, in_prompt=False)) is cause


@both
def test_a_refusal_with_the_gold_text_in_the_prompt(case: Case) -> None:
    assert cause_of(case.example, refused()) is Cause.REFUSAL


@both
def test_a_wrong_answer_with_the_gold_text_in_the_prompt(case: Case) -> None:
    assert cause_of(case.example, answered(case, case.wrong)) is Cause.ANSWER


@both
def test_a_right_answer_that_cites_something_else(case: Case) -> None:
    assert cause_of(case.example, answered(case, case.right, case.beside)) is Cause.CITATION


@both
def test_a_right_answer_with_a_claim_that_is_not_supported(case: Case) -> None:
    assert cause_of(case.example, unsupported(answered(case, case.right))) is Cause.CITATION


@both
def test_the_claim_that_holds_the_answer_has_to_cite_it(case: Case) -> None:
    """Another claim that cites the gold text does not make up for it."""
    [bearing] = answered(case, case.right, case.beside).claims
    [other] = answered(case, case.beside).claims
    both_claims = answered(case, case.right + case.beside, claims=(bearing, other))
    assert cause_of(case.example, both_claims) is Cause.CITATION
    [right] = answered(case, case.right).claims
    [added] = answered(case, case.beside, case.beside).claims
    fine = answered(case, case.right + case.beside, claims=(right, added))
    assert cause_of(case.example, fine) is None


@both
def test_an_answer_that_is_right_without_the_gold_text_is_right(case: Case) -> None:
    found = answered(case, case.right, case.beside, gold=NOT_FOUND, gold_in_prompt=False)
    assert cause_of(case.example, found) is None
    assert cause_of(case.example, unsupported(found)) is Cause.CITATION


def test_what_the_documents_do_not_answer_has_to_be_refused() -> None:
    assert cause_of(UNANSWERABLE, refused(None, in_prompt=False)) is None
    said = Answered(outcome=Outcome.ANSWERED, text="Five.")
    assert cause_of(UNANSWERABLE, said) is Cause.REFUSAL


def test_a_question_that_could_not_be_asked_failed_at_the_answer() -> None:
    failed = Answered(outcome=Outcome.NOT_IN_DOCUMENTS, text="", error="QuestionTooLong")
    assert cause_of(ENGLISH.example, failed) is Cause.ANSWER
    assert cause_of(UNANSWERABLE, failed) is Cause.ANSWER


def test_without_known_places_only_answer_and_refusal_can_be_told() -> None:
    example = replace(ENGLISH.example, gold=(), evidence=())
    nowhere: dict[str, Any] = {"gold": None, "gold_in_prompt": False}
    assert cause_of(example, answered(ENGLISH, ENGLISH.wrong, **nowhere)) is Cause.ANSWER
    assert cause_of(example, refused(None, in_prompt=False)) is Cause.REFUSAL
    assert cause_of(example, answered(ENGLISH, ENGLISH.right, **nowhere)) is None


def test_without_a_gold_answer_the_gold_text_has_to_come_and_be_cited() -> None:
    example = replace(ENGLISH.example, answers=())
    assert cause_of(example, answered(ENGLISH, "Every now and then.")) is None
    lost = answered(ENGLISH, "Every now and then.", gold=NOT_FOUND, gold_in_prompt=False)
    assert cause_of(example, lost) is Cause.RETRIEVAL
    beside = answered(ENGLISH, "Every now and then.", ENGLISH.beside)
    assert cause_of(example, beside) is Cause.CITATION


@pytest.mark.parametrize(
    ("units", "cause"),
    [
        (("d1",), None),
        (("a", "b", "c", "e", "d1"), None),
        (("a", "b", "c", "e", "f", "d1"), Cause.RANKING),
        (("a", "b"), Cause.RETRIEVAL),
        ((), Cause.RETRIEVAL),
        (("d1#2",), Cause.RETRIEVAL),
    ],
)
def test_a_search_goes_wrong_by_where_the_gold_place_is(
    units: tuple[str, ...], cause: Cause | None
) -> None:
    assert cause_of(an_example(1), Retrieved(units=units)) is cause
    assert cause_of(an_example(1, gold=()), Retrieved(units=units)) is None


def run_of(*results: Answered, examples: tuple[Example, ...]) -> Side:
    made: Run = a_run(kind=Kind.ANSWERS, examples=examples, results={"us": results})
    return Side.of(made, "us")


def test_causes_are_counted_and_flips_have_both() -> None:
    examples = tuple(replace(ENGLISH.example, id=f"q{n}") for n in range(4))
    good, bad = answered(ENGLISH, ENGLISH.right), answered(ENGLISH, ENGLISH.wrong)
    before = run_of(good, bad, bad, good, examples=examples)
    after = run_of(good, good, refused(), refused(), examples=examples)
    assert causes_of(before) == (None, Cause.ANSWER, Cause.ANSWER, None)
    assert counted(before) == Counter({Cause.ANSWER: 2})
    assert counted(after) == Counter({Cause.REFUSAL: 2})
    found = flips(before, after)
    assert [(one.position, one.before, one.after, one.became_right) for one in found] == [
        (1, Cause.ANSWER, None, True),
        (3, None, Cause.REFUSAL, False),
    ]
    assert found[0].example is examples[1]
    assert flips(before, before) == []


def test_runs_over_other_questions_have_no_flips() -> None:
    good = answered(ENGLISH, ENGLISH.right)
    one = run_of(good, examples=(ENGLISH.example,))
    other = run_of(good, examples=(replace(ENGLISH.example, id="other"),))
    with pytest.raises(RunsDiffer):
        flips(one, other)
