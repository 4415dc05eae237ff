"""Why a question went wrong: the earliest stage after which it could no longer go right."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from evaluation.comparing import Side, check_comparable
from evaluation.dataset import Example
from evaluation.gold import GoldText
from evaluation.metrics.answers import matches
from evaluation.results import Answered, CitedClaim, Result, Retrieved
from rag.answer import Outcome

DEPTH: Final = 5
"""How many places of a ranking are taken to reach a prompt when only a search was measured."""


class Cause(StrEnum):
    """The stage that failed, in the order in which the stages work.

    ``PARSING``: the gold text stands in no passage of its documents. ``RETRIEVAL``: it was not
    found. ``RANKING``: it was found, too far down to get into the prompt. ``REFUSAL``: a question
    was refused that the prompt answers, or answered though no document does. ``ANSWER``: the text
    does not say what is right, or the question could not be asked. ``CITATION``: it says what is
    right, but what it cites does not.
    """

    PARSING = "parsing"
    RETRIEVAL = "retrieval"
    RANKING = "ranking"
    REFUSAL = "refusal"
    ANSWER = "answer"
    CITATION = "citation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A question that went right with one system and wrong with the other.

    ``position`` counts from 0 among the examples of the runs. One of the causes is None.
    """

    position: int
    example: Example
    before: Cause | None
    after: Cause | None

    @property
    def became_right(self) -> bool:
        """Whether it went wrong before."""
        return self.after is None


def cause_of(example: Example, result: Result) -> Cause | None:
    """The earliest stage that failed, None where nothing is wrong."""
    if isinstance(result, Retrieved):
        return _cause_in_ranking(example, result)
    return _cause_in_answer(example, result)


def causes_of(side: Side) -> tuple[Cause | None, ...]:
    """For each question of the run, why the system failed, None where it did not."""
    pairs = zip(side.run.examples, side.run.results[side.system], strict=True)
    return tuple(cause_of(example, result) for example, result in pairs)


def counted(side: Side) -> Counter[Cause]:
    """How often each stage failed; those that never did are not in it."""
    return Counter(cause for cause in causes_of(side) if cause is not None)


def flips(before: Side, after: Side) -> list[Flip]:
    """The questions that went from right to wrong or back. Raises RunsDiffer."""
    check_comparable(before, after)
    pairs = zip(before.run.examples, causes_of(before), causes_of(after), strict=True)
    return [
        Flip(position=position, example=example, before=old, after=new)
        for position, (example, old, new) in enumerate(pairs)
        if (old is None) != (new is None)
    ]


def _cause_in_ranking(example: Example, found: Retrieved) -> Cause | None:
    """By the gold places alone: a search does not tell why one is not there."""
    gold = {place.unit for place in example.gold}
    if not gold or gold.intersection(found.units[:DEPTH]):
        return None
    return Cause.RANKING if gold.intersection(found.units) else Cause.RETRIEVAL


def _cause_in_answer(example: Example, answered: Answered) -> Cause | None:
    if answered.error is not None:
        return Cause.ANSWER
    if not example.answerable:
        return Cause.REFUSAL if answered.outcome is Outcome.ANSWERED else None
    if answered.outcome is not Outcome.ANSWERED:
        return _lost(answered) or Cause.REFUSAL
    right = matches(example, answered)
    if math.isnan(right):
        return _lost(answered) or _citation_fault(example, answered)
    if right:
        return _citation_fault(example, answered)
    return _lost(answered) or Cause.ANSWER


def _lost(answered: Answered) -> Cause | None:
    """Where the gold text was lost on its way to the prompt; None if it came or is not known."""
    if answered.gold is None or answered.gold_in_prompt:
        return None
    if not answered.gold.parsed:
        return Cause.PARSING
    return Cause.RETRIEVAL if answered.gold.rank is None else Cause.RANKING


def _citation_fault(example: Example, answered: Answered) -> Cause | None:
    """CITATION if a claim is not supported by what it cites, or the wrong text carries the answer.

    The latter is so when the gold text was in the prompt and no claim that holds the answer (no
    claim at all, where none holds it alone) cites it. An answer that is right without the gold text
    may rest on another place that says the same.
    """
    if not all(claim.supported for claim in answered.claims):
        return Cause.CITATION
    if not answered.gold_in_prompt:
        return None
    gold = GoldText.of(example)
    cited = (one for claim in _carrying(example, answered) for one in claim.claim.citations)
    return None if any(gold.cited_by(one) for one in cited) else Cause.CITATION


def _carrying(example: Example, answered: Answered) -> tuple[CitedClaim, ...]:
    alone = (
        one
        for one in answered.claims
        if matches(example, replace(answered, text=one.claim.text)) == 1
    )
    return tuple(alone) or answered.claims
