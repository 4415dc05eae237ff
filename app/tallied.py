"""From a vote of samples to what a reader sees of it: a line, and the groups it opens into.

Gives plain values for ``app/components/tally.py`` to draw; counts no votes of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.i18n import Translator
from app.passages import place_in_words
from app.verdicts import held_in_words
from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim
from rag.strategies.names import StrategyName
from rag.tally import Cluster, SampledAnswer, Tally

PROBABLE: Final = 0.8
"""Calibrated confidence from which a refusal is said without reserve."""

_BETWEEN: Final = " · "
_LONGEST_ANSWER: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuote:
    """A place that a sample cites: its words, and where they stand."""

    text: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSample:
    """One sample, ready to be read; ``about`` is why it failed, what it cost, how much holds."""

    title: str
    text: str
    about: str
    thoughts: str
    quotes: tuple[ShownQuote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """Samples that say the same; ``share`` (0..1) is that of the votes' weight.

    It is None for the samples without a vote.
    """

    answer: str
    votes: str
    share: float | None
    samples: tuple[ShownSample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTally:
    """``headline`` is the closed line, ``confidence`` what its figure means; both may be empty."""

    headline: str
    confidence: str
    notes: tuple[str, ...]
    groups: tuple[ShownGroup, ...]


def tallied(answer: Answer, t: Translator) -> ShownTally | None:
    """What is shown of the vote and the confidence behind ``answer``; None where there is neither.

    A confidence without a scale says nothing by itself, so it is shown beside a vote only.
    """
    tally = answer.tally
    figure = answer.confidence if tally or answer.calibrated else None
    if tally is None and figure is None:
        return None
    heading = [_agreement(tally, answer.strategy, t)] if tally else []
    if figure is not None:
        key = "confidence" if tally else "confidence.alone"
        heading.append(t(key, figure=f"{figure:.2f}"))
    return ShownTally(
        headline=_BETWEEN.join(heading),
        confidence=_meaning(answer, t) if figure is not None else "",
        notes=tuple(_notes(tally, answer.strategy, t)) if tally else (),
        groups=tuple(_groups(tally, answer.strategy, t)) if tally else (),
    )


def progress_of(answer: Answer, t: Translator) -> tuple[float, str] | None:
    """How far the samples of a growing answer are (0..1), and in words; None where none vote."""
    tally = answer.tally
    if tally is None or not tally.planned or answer.outcome is not None:
        return None
    come = min(len(tally.samples), tally.planned)
    number = min(come + 1, tally.planned)
    words = t(f"tally.{_kind(answer.strategy)}.progress", number=number, planned=tally.planned)
    return come / tally.planned, words


def refusal_in_words(answer: Answer, t: Translator) -> str:
    """That the documents do not say, with the reserve that a calibrated confidence asks for."""
    confidence = answer.confidence if answer.calibrated else None
    unsure = confidence is not None and confidence < PROBABLE
    return t("ask.not_there.probably" if unsure else "ask.not_there")


def _agreement(tally: Tally, strategy: str, t: Translator) -> str:
    agreeing, counted = tally.agreeing, tally.counted
    said = f"tally.{_kind(strategy)}"
    if not tally.clusters:
        return t(f"{said}.none")
    if counted == 1:
        return t(f"{said}.only")
    return t(f"{said}.tied" if tally.tied else f"{said}.agree", count=agreeing, total=counted)


def _kind(strategy: str) -> str:
    """What a strategy's samples are called: rounds hang on each other, samples do not."""
    return "rounds" if strategy == StrategyName.PROGRESSIVE_HINT else "samples"


def _meaning(answer: Answer, t: Translator) -> str:
    if not answer.calibrated:
        return t("confidence.uncalibrated")
    refused = answer.outcome is Outcome.NOT_IN_DOCUMENTS
    return t("confidence.refusal" if refused else "confidence.calibrated")


def _notes(tally: Tally, strategy: str, t: Translator) -> Iterable[str]:
    asked, planned = len(tally.samples), tally.planned
    if tally.stopped_early and asked < planned:
        yield t(f"tally.{_kind(strategy)}.stopped", asked=asked, planned=planned)
    if len(tally.clusters) > 1:
        yield t("tally.weights")


def _groups(tally: Tally, strategy: str, t: Translator) -> Iterable[ShownGroup]:
    whole = sum(cluster.weight for cluster in tally.clusters)
    numbered = {sample.number: sample for sample in tally.samples}
    for cluster in tally.clusters:
        members = [numbered[number] for number in cluster.members if number in numbered]
        share = cluster.weight / whole if whole > 0 else len(members) / max(1, tally.counted)
        votes = t("tally.votes", count=len(cluster.members), share=round(100 * share))
        yield ShownGroup(
            answer=_answer(cluster, members, t),
            votes=votes,
            share=share,
            samples=tuple(_sample(one, strategy, t) for one in members),
        )
    failed = [sample for sample in tally.samples if sample.failed]
    if failed:
        yield ShownGroup(
            answer=t("tally.failed"),
            votes=t("tally.failed.votes", count=len(failed)),
            share=None,
            samples=tuple(_sample(one, strategy, t) for one in failed),
        )


def _answer(cluster: Cluster, members: list[SampledAnswer], t: Translator) -> str:
    """The short form by which the samples were compared, else the beginning of the first one."""
    if cluster.refuses:
        return t("tally.refuses")
    said = cluster.answer.strip() or (members[0].text.strip() if members else "")
    return said if len(said) <= _LONGEST_ANSWER else said[: _LONGEST_ANSWER - 1] + "…"


def _sample(sample: SampledAnswer, strategy: str, t: Translator) -> ShownSample:
    text = sample.text.strip()
    if not text:
        text = t("tally.refuses" if sample.refuses else "tally.silent")
    return ShownSample(
        title=t(f"tally.{_kind(strategy)}.title", number=sample.number + 1),
        text=text,
        about=_BETWEEN.join(_about(sample, t)),
        thoughts=sample.reasoning.strip(),
        quotes=tuple(
            ShownQuote(text=one.quote, place=place_in_words(one, t))
            for one in _cited(sample.claims)
        ),
    )


def _about(sample: SampledAnswer, t: Translator) -> Iterable[str]:
    if sample.failed:
        yield t(f"trouble.{sample.trouble}") if sample.trouble else t("trouble.other")
    if held := held_in_words(sample.claims, t):
        yield held
    read, written = sample.prompt_tokens, sample.completion_tokens
    if read is not None and written is not None:
        yield t("tally.tokens", total=read + written, read=read, written=written)
    elif written is not None:
        yield t("tally.tokens.written", count=written)
    if sample.took_ms > 0:
        yield t("tally.seconds", seconds=f"{sample.took_ms / 1000:.1f}")


def _cited(claims: Iterable[Claim]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(one for claim in claims for one in claim.citations))
