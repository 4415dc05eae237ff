"""What went wrong in a run, as reports show it: how often each stage failed, and some questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from evaluation.attribution import causes_of
from evaluation.comparing import Side
from evaluation.dataset import Example
from evaluation.results import Answered, Result, Run
from rag.answer import Outcome

EXAMPLES: Final = 2
"""How many questions are shown of each system and cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedExample:
    """A question that went wrong.

    ``expected`` are its known answers, or the places that answer it where only a search was
    measured; ``given`` is the answer or what was found first, None for a refusal.
    """

    system: str
    cause: str
    question: str
    expected: tuple[str, ...]
    given: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """What went wrong in a run: for each system, how many questions by cause; and some of them."""

    causes: Mapping[str, Counter[str]]
    examples: tuple[FailedExample, ...] = ()


def failures_of(run: Run, *, most: int = EXAMPLES) -> Failures:
    """The failures of ``run``, the first ``most`` questions of each system and cause shown."""
    causes: dict[str, Counter[str]] = {}
    shown: list[FailedExample] = []
    for system, results in run.results.items():
        counts: Counter[str] = Counter()
        side = Side.of(run, system)
        for example, result, cause in zip(run.examples, results, causes_of(side), strict=True):
            if cause is None:
                continue
            counts[cause.value] += 1
            if counts[cause.value] <= most:
                shown.append(_failed(example, result, system=system, cause=cause.value))
        causes[system] = counts
    return Failures(causes=causes, examples=tuple(shown))


def _failed(example: Example, result: Result, *, system: str, cause: str) -> FailedExample:
    if isinstance(result, Answered):
        refused = result.outcome is Outcome.NOT_IN_DOCUMENTS and result.error is None
        expected = example.answers or tuple(" / ".join(group) for group in example.required)
        given = None if refused else result.text or result.error or ""
    else:
        expected = tuple(place.unit for place in example.gold)
        given = result.units[0] if result.units else ""
    return FailedExample(
        system=system, cause=cause, question=example.question, expected=expected, given=given
    )
