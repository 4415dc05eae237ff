"""An answer as it is kept: in JSON's own types, and back, also from before a field was there.

Passages and tokens are not kept, and of each sample only so much as a person would read. Knows no
table and no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from rag.answer import Answer, Notice, Outcome
from rag.claims import Check, Citation, Claim, Conflict, Doubt, Finding, Side, Verdict
from rag.replies import Trouble
from rag.tally import Cluster, SampledAnswer, Tally

LONGEST_SAMPLE: Final = 8_000
"""How many characters of a sample's text, and of its claims together, are kept."""

LONGEST_THOUGHTS: Final = 2_000
"""How many characters of what a sample thought are kept."""

_CUT: Final = "…"
_NOT_KEPT: Final = ("hits", "context", "token_logprobs")


def as_kept(answer: Answer) -> Answer:
    """``answer`` without what is not kept; its samples' texts are cut where they are too long."""
    tally = answer.tally
    if tally is not None:
        tally = replace(tally, samples=tuple(map(_cut, tally.samples)))
    return replace(answer, hits=(), context=(), token_logprobs=(), tally=tally)


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """What is kept of ``answer``, in JSON's own types."""
    kept = asdict(as_kept(answer))
    for name in _NOT_KEPT:
        del kept[name]
    return kept


def answer_from_json(stored: Mapping[str, Any]) -> Answer:
    """``answer_to_json`` undone; what an answer was kept without it has not."""
    outcome, notice = stored["outcome"], stored["notice"]
    tally = stored.get("tally")
    return Answer(
        question=stored["question"],
        model=stored["model"],
        text=stored["text"],
        outcome=Outcome(outcome) if outcome else None,
        claims=_claims(stored["claims"]),
        notice=Notice(notice) if notice else None,
        trouble=_trouble(stored["trouble"]),
        timings_ms=stored["timings_ms"],
        prompt_tokens=stored.get("prompt_tokens"),
        completion_tokens=stored.get("completion_tokens"),
        confidence=stored.get("confidence"),
        standalone=stored.get("standalone"),
        prompt_version=stored.get("prompt_version"),
        instead_of=stored.get("instead_of"),
        reasoning=stored.get("reasoning", ""),
        strategy=stored.get("strategy", ""),
        tally=_tally(tally) if tally else None,
        dangling=stored.get("dangling", 0),
        conflicts=tuple(map(_conflict, stored.get("conflicts", ()))),
        calibrated=stored.get("calibrated", False),
    )


def _cut(sample: SampledAnswer) -> SampledAnswer:
    """``sample`` with no more text than is kept; a claim is kept whole or not at all."""
    left = LONGEST_SAMPLE
    claims: list[Claim] = []
    for claim in sample.claims:
        left -= len(claim.text)
        if left < 0:
            break
        claims.append(claim)
    return replace(
        sample,
        text=_shortened(sample.text, LONGEST_SAMPLE),
        answer=_shortened(sample.answer, LONGEST_SAMPLE),
        claims=tuple(claims),
        reasoning=_shortened(sample.reasoning, LONGEST_THOUGHTS),
    )


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - len(_CUT)] + _CUT


def _claims(stored: Iterable[Mapping[str, Any]]) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            text=claim["text"],
            citations=tuple(map(_citation, claim["citations"])),
            check=_check(claim.get("check")),
        )
        for claim in stored
    )


def _citation(stored: Mapping[str, Any]) -> Citation:
    """JSON has lists where a citation has tuples."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
    }
    return Citation(**values)


def _check(stored: Mapping[str, Any] | None) -> Check | None:
    if stored is None:
        return None
    findings = (Finding(**{**one, "doubt": Doubt(one["doubt"])}) for one in stored["findings"])
    return Check(
        **{**stored, "verdict": Verdict(stored["verdict"]), "findings": tuple(findings)},
    )


def _conflict(stored: Mapping[str, Any]) -> Conflict:
    sides = (Side(**{**one, "citation": _citation(one["citation"])}) for one in stored["sides"])
    return Conflict(claim=stored["claim"], sides=tuple(sides))


def _tally(stored: Mapping[str, Any]) -> Tally:
    clusters = (Cluster(**{**one, "members": tuple(one["members"])}) for one in stored["clusters"])
    return Tally(
        **{
            **stored,
            "samples": tuple(map(_sample, stored["samples"])),
            "clusters": tuple(clusters),
        }
    )


def _sample(stored: Mapping[str, Any]) -> SampledAnswer:
    return SampledAnswer(
        **{
            **stored,
            "claims": _claims(stored["claims"]),
            "trouble": _trouble(stored["trouble"]),
            "passages": tuple(stored["passages"]),
        }
    )


def _trouble(stored: str | None) -> Trouble | None:
    return Trouble(stored) if stored else None
