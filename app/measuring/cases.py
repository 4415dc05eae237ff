"""Questions of runs to be read one by one: what was expected, what each side gave, and from where.

Gives plain values for ``app/components/cases.py`` to draw; texts of people and documents stay text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.passages import place_in_words
from evaluation.results import Answered, Kind
from rag.answer import Outcome

if TYPE_CHECKING:
    from app.i18n import Translator
    from evaluation.attribution import Cause, Flip
    from evaluation.comparing import Side
    from evaluation.dataset import Example
    from evaluation.reports.failures import Failures
    from evaluation.results import Run

MOST_CASES: Final = 50
_MOST_SOURCES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where something stands; ``quote`` is empty where only the place is known.

    ``gold`` tells that it is a place known to be right.
    """

    place: str
    quote: str = ""
    gold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one side, named by ``heading``, gave; ``verdict`` says whether it is right."""

    heading: str
    verdict: str
    right: bool
    text: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question; ``label`` says in a few words what became of it, ``good`` if that is well."""

    question: str
    label: str
    good: bool
    expected: tuple[str, ...]
    given: tuple[Given, ...]


def flipped(
    flips: Sequence[Flip], before: Side, after: Side, names: tuple[str, str], t: Translator
) -> tuple[Case, ...]:
    """The first ``MOST_CASES`` questions that went from right to wrong or back, with both sides."""
    return tuple(
        Case(
            question=flip.example.question,
            label=t("compare.became_right" if flip.became_right else "compare.became_wrong"),
            good=flip.became_right,
            expected=expected(flip.example, t),
            given=tuple(
                _given(side, flip.position, name, cause, t)
                for side, name, cause in (
                    (before, names[0], flip.before),
                    (after, names[1], flip.after),
                )
            ),
        )
        for flip in flips[:MOST_CASES]
    )


def failed(run: Run, failures: Failures, t: Translator) -> tuple[Case, ...]:
    """Some questions of ``run`` that went wrong, by system and cause."""
    search = run.kind is Kind.RETRIEVAL

    def said(text: str) -> str:
        return place_of(text, t, by_page=run.by_page) if search else text

    return tuple(
        Case(
            question=one.question,
            label=f"{cause_name(one.cause, t)} · {one.system}",
            good=False,
            expected=tuple(map(said, one.expected)) or (t("case.unanswerable"),),
            given=(
                Given(
                    heading=one.system,
                    verdict=cause_means(one.cause, t),
                    right=False,
                    text=t("case.refused") if one.given is None else said(one.given),
                ),
            ),
        )
        for one in failures.examples[:MOST_CASES]
    )


def expected(example: Example, t: Translator) -> tuple[str, ...]:
    """What is known to be right: answers, else places."""
    if not example.answerable:
        return (t("case.unanswerable"),)
    if example.answers:
        return example.answers
    groups = tuple(" / ".join(group) for group in example.required)
    return groups or tuple(
        place_of(one.unit, t, by_page=one.page is not None) for one in example.gold
    )


def cause_name(cause: str, t: Translator) -> str:
    """The stage that failed, in a word."""
    return t.known(f"cause.{cause}", cause)


def cause_means(cause: str, t: Translator) -> str:
    """What that stage did wrong, in a sentence."""
    return t.known(f"cause.{cause}.means", cause)


def place_of(unit: str, t: Translator, *, by_page: bool) -> str:
    """A place as rankings name it (``evaluation.dataset.unit_of``), as a reader does."""
    document, _, page = unit.rpartition("#")
    if not (by_page and document and page.isdecimal()):
        return unit
    return t("source.separator").join((document, t("source.page", page=page)))


def _given(side: Side, position: int, heading: str, cause: Cause | None, t: Translator) -> Given:
    example, result = side.run.examples[position], side.run.results[side.system][position]
    by_page = side.run.by_page
    verdict = t("case.right") if cause is None else f"{t('case.wrong')}: {cause_means(cause, t)}"
    gold = {place.unit for place in example.gold}
    if not isinstance(result, Answered):
        found = tuple(
            Source(place=place_of(unit, t, by_page=by_page), gold=unit in gold)
            for unit in result.units[:_MOST_SOURCES]
        )
        return Given(heading=heading, verdict=verdict, right=cause is None, sources=found)
    refused = result.outcome is Outcome.NOT_IN_DOCUMENTS
    text = result.text or (t("case.refused") if refused else "")
    if result.error:
        text = t("case.not_asked", error=result.error)
    cited = {one: None for claim in result.claims for one in claim.claim.citations}
    documents = {place.document for place in example.gold}
    sources = tuple(
        Source(place=place_in_words(one, t), quote=one.quote, gold=one.document in documents)
        for one in cited
    )
    return Given(
        heading=heading,
        verdict=verdict,
        right=cause is None,
        text=text,
        sources=sources[:_MOST_SOURCES],
    )
