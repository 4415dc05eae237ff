"""What inference may change in a verdict, and what it may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from rag.checking import JUDGE, ClaimChecker
from rag.checking.inference import CONTRADICTED, ENTAILED, Inference, can_change, joined, premise
from rag.claims import Check, Citation, Claim, Doubt, Finding, Verdict
from tests.fakes import a_passage

PASSAGE = a_passage(
    "The kettle must be unplugged before it is rinsed. 烘干机每次用完都要清理滤网。 "
    "The kettle holds 2 litres."
)
RINSED, FILTER, HOLDS = (Citation.of(PASSAGE, span) for span in PASSAGE.chunk.sentences)


class Told:
    """Answers as it is told for each claim, leaves all others open; keeps what it was asked."""

    name = "told"

    def __init__(self, answers: Mapping[str, Inference]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, str]] = []

    def infer(self, pairs: Sequence[tuple[str, str]]) -> list[Inference]:
        self.asked += pairs
        return [self._answers.get(claim, OPEN) for _, claim in pairs]


def inference(*, yes: float = 0.0, no: float = 0.0) -> Inference:
    return Inference(entailment=yes, neutral=1.0 - yes - no, contradiction=no)


OPEN = inference(yes=0.2, no=0.2)
SAYS_SO, DENIES = inference(yes=ENTAILED), inference(no=CONTRADICTED)


def a_claim(text: str, *places: Citation, doubts: Sequence[Doubt] | None = None) -> Claim:
    """A claim, with a check where ``doubts`` are given."""
    check = Check(
        verdict=Verdict.PARTLY if doubts else Verdict.SUPPORTED,
        support=0.6,
        checker=JUDGE,
        findings=tuple(Finding(doubt=doubt) for doubt in doubts or ()),
    )
    return Claim(text=text, citations=places, check=None if doubts is None else check)


@pytest.mark.parametrize(
    ("doubts", "verdict", "left"),
    [
        ((), Verdict.PARTLY, [Doubt.ENTAILMENT]),
        ((Doubt.WORDS,), Verdict.PARTLY, [Doubt.ENTAILMENT, Doubt.WORDS]),
        ((Doubt.MEANING,), Verdict.PARTLY, [Doubt.ENTAILMENT, Doubt.MEANING]),
    ],
)
def test_a_contradiction_stands_first_and_leaves_no_full_support(
    doubts: tuple[Doubt, ...], verdict: Verdict, left: list[Doubt]
) -> None:
    claim = a_claim("The kettle is rinsed while plugged in.", RINSED, doubts=doubts)
    found = joined(claim, DENIES).check
    assert found is not None
    assert (found.verdict, [one.doubt for one in found.findings]) == (verdict, left)
    assert found.findings[0].stands == "The kettle must be unplugged before it is rinsed."
    assert found.support == pytest.approx(1.0 - CONTRADICTED)


def test_an_unsupported_claim_stays_so_when_it_is_contradicted() -> None:
    claim = a_claim("滤网从来不用管。", FILTER, doubts=[Doubt.WORDS])
    assert claim.check is not None
    poor = replace(claim, check=replace(claim.check, verdict=Verdict.UNSUPPORTED, support=0.1))
    found = joined(poor, DENIES).check
    assert found is not None
    assert (found.verdict, found.support) == (Verdict.UNSUPPORTED, 0.1)
    assert found.findings[0].stands == "烘干机每次用完都要清理滤网。"


@pytest.mark.parametrize("doubt", [Doubt.WORDS, Doubt.MEANING])
def test_entailment_takes_away_a_doubt_of_words(doubt: Doubt) -> None:
    claim = a_claim("滤网须经常打扫。", FILTER, doubts=[doubt])
    found = joined(claim, SAYS_SO).check
    assert found is not None
    assert (found.verdict, found.findings, found.support) == (Verdict.SUPPORTED, (), ENTAILED)


@pytest.mark.parametrize(
    "found", [OPEN, inference(yes=ENTAILED - 0.01), inference(no=CONTRADICTED - 0.01)]
)
def test_what_is_not_plain_changes_nothing(found: Inference) -> None:
    for doubts in ((), (Doubt.WORDS,)):
        claim = a_claim("The kettle is rinsed unplugged.", RINSED, doubts=doubts)
        assert joined(claim, found) == claim
    unchecked = a_claim("The kettle is rinsed unplugged.", RINSED)
    assert joined(unchecked, DENIES) == unchecked


@pytest.mark.parametrize("doubt", sorted(set(Doubt) - {Doubt.WORDS, Doubt.MEANING}))
def test_doubts_of_values_and_names_are_out_of_its_reach(doubt: Doubt) -> None:
    for doubts in ((doubt,), (doubt, Doubt.WORDS)):
        assert not can_change(a_claim("It holds 3 litres.", HOLDS, doubts=doubts))


def test_it_is_not_asked_about_whole_quotes_or_about_nothing() -> None:
    whole = a_claim("the kettle  holds 2 litres.", HOLDS, RINSED, doubts=())
    assert not can_change(whole)
    assert not can_change(a_claim("The kettle holds water.", doubts=()))
    assert not can_change(a_claim("The kettle holds water.", HOLDS))
    assert can_change(a_claim("The kettle holds water.", HOLDS, doubts=()))


def test_a_claim_must_follow_from_all_its_places_under_their_headings() -> None:
    over = ("Manual", "Kettle")
    places = [replace(RINSED, over=over), replace(HOLDS, over=("Manual", ""))]
    assert premise(a_claim("x", *places)) == f"Manual\nKettle\n{RINSED.quote}\n{HOLDS.quote}"
    assert premise(a_claim("x", replace(FILTER, over=()))) == FILTER.quote


def test_the_checker_asks_once_for_all_claims_it_may_change() -> None:
    told = Told(
        {
            "滤网须经常打扫。": SAYS_SO,
            "The kettle must be rinsed before it is unplugged.": DENIES,
            "The kettle holds 3 litres.": SAYS_SO,
        }
    )
    claims = (
        a_claim("滤网须经常打扫。", FILTER),
        a_claim("The kettle must be rinsed before it is unplugged.", RINSED),
        a_claim("The kettle holds 3 litres.", HOLDS),
        a_claim(HOLDS.quote, HOLDS),
        a_claim("Nobody knows."),
    )
    checker = ClaimChecker(inference=told)
    checked = checker.check(claims)
    assert [one.check.verdict for one in checked if one.check] == [
        Verdict.SUPPORTED,
        Verdict.PARTLY,
        Verdict.UNSUPPORTED,
        Verdict.SUPPORTED,
        Verdict.UNSUPPORTED,
    ]
    assert [claim for _, claim in told.asked] == [claims[0].text, claims[1].text]
    assert {one.check.checker for one in checked if one.check} == {checker.name}
    assert (checker.name, ClaimChecker().name) == (f"{JUDGE}+told", JUDGE)
    assert checker.check(checked) == checked
    assert len(told.asked) == 2
