"""Which samples say the same, and how their votes add up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final

from rag.tally import Cluster, SampledAnswer, Tally
from rag.voting.likeness import Likeness
from rag.voting.normal_form import NormalForm, normal_form

TIE: Final = 1e-9
"""Weights that differ by no more are equal."""

_SAME: Final = 1.0
_Group = tuple[SampledAnswer, ...]


def tally(
    question: str,
    samples: Iterable[SampledAnswer],
    *,
    planned: int,
    stopped_early: bool,
    likeness: Likeness,
) -> Tally:
    """How ``samples`` of an answer to ``question`` voted; see ``clusters`` and ``Tally``."""
    in_order = tuple(sorted(samples, key=lambda sample: sample.number))
    found = clusters(question, in_order, likeness)
    return Tally(
        samples=in_order,
        clusters=found,
        planned=planned,
        stopped_early=stopped_early,
        tied=len(found) > 1 and found[0].weight - found[1].weight <= TIE,
    )


def clusters(
    question: str, samples: Iterable[SampledAnswer], likeness: Likeness
) -> tuple[Cluster, ...]:
    """The samples that say the same, the heaviest first; of equal weights the lowest number's.

    Refusals are one cluster. Answers of one normal form are together; of the rest the two groups
    whose least alike answers are the most alike come together, as long as even those say the same
    (complete linkage), so no two answers of a cluster contradict each other. A sample without a
    short answer is compared by what it says to the ``question``. One that failed has no vote. The
    order of ``samples`` plays no part.
    """
    voting = sorted((one for one in samples if not one.failed), key=lambda one: one.number)
    refusing = tuple(one for one in voting if one.refuses)
    groups = _alike([one for one in voting if not one.refuses], likeness)
    found = [_cluster(group) for group in (*groups, refusing) if group]
    return tuple(sorted(found, key=lambda one: (-round(one.weight, 9), min(one.members))))


def said(sample: SampledAnswer) -> str:
    """What ``sample`` is compared by: its short answer, else the sentences that it claims."""
    return sample.answer or " ".join(claim.text for claim in sample.claims) or sample.text


def _alike(samples: Sequence[SampledAnswer], likeness: Likeness) -> list[_Group]:
    """Groups that say the same, by complete linkage; ties go to the lowest numbers."""
    by_form: dict[NormalForm, list[SampledAnswer]] = {}
    for sample in samples:
        by_form.setdefault(normal_form(said(sample)), []).append(sample)
    groups: list[_Group] = [tuple(group) for group in by_form.values()]
    while len(groups) > 1:
        pairs = list(combinations(groups, 2))
        scores = [_least(*pair, likeness) for pair in pairs]
        best = max(scores)
        if best < _SAME:
            break
        one, other = pairs[scores.index(best)]
        both = tuple(sorted((*one, *other), key=lambda sample: sample.number))
        groups = [group for group in groups if group not in (one, other)] + [both]
        groups.sort(key=lambda group: group[0].number)
    return groups


def _least(one: _Group, other: _Group, likeness: Likeness) -> float:
    """The likeness of the two answers that are least alike."""
    own, theirs = (dict.fromkeys(map(said, group)) for group in (one, other))
    return min(likeness.score(text, their) for text in own for their in theirs)


def _cluster(group: _Group) -> Cluster:
    ranked = sorted(group, key=lambda sample: (-sample.weight, sample.number))
    return Cluster(
        members=tuple(sample.number for sample in ranked),
        weight=math.fsum(sample.weight for sample in ranked),
        answer=ranked[0].answer,
        refuses=ranked[0].refuses,
    )
