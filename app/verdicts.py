"""How well the sources hold an answer, in the reader's words. Draws nothing and judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.i18n import Translator
from rag.claims import Check, Claim, Doubt, Finding, Verdict

_OF_VALUES: Final = frozenset({Doubt.NUMBER, Doubt.DATE, Doubt.UNIT, Doubt.NAME})
"""Doubts that the values on both sides say best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One doubt about a sentence: what it is about, and what is said against the sentence."""

    about: str
    text: str


def verdict_name(check: Check, t: Translator) -> str:
    """The verdict in a word or two."""
    return t(f"verdict.{check.verdict}")


def reasons_of(check: Check, t: Translator) -> tuple[Reason, ...]:
    """What is said against a sentence, the gravest first; nothing beyond a missing source."""
    return tuple(
        Reason(about=t(f"doubt.{one.doubt}"), text=_said_against(one, t))
        for one in check.findings
        if one.doubt is not Doubt.NO_CITATION
    )


def held_in_words(claims: Sequence[Claim], t: Translator) -> str:
    """How many sentences their sources hold; nothing where all do, or where it is not known.

    A single sentence has its own mark, so nothing is said of it either.
    """
    checks = [claim.check for claim in claims if claim.check]
    held = sum(check.verdict is Verdict.SUPPORTED for check in checks)
    if len(checks) < max(2, len(claims)) or held == len(checks):
        return ""
    return t("held.some" if held else "held.none", count=held, total=len(checks))


def dangling_in_words(dangling: int, t: Translator) -> str:
    """That source numbers were taken out; nothing where none was."""
    return t("answer.dangling", count=dangling) if dangling else ""


def _said_against(finding: Finding, t: Translator) -> str:
    meaning = t(f"doubt.{finding.doubt}.means")
    said, stands = finding.said.strip(), finding.stands.strip()
    if not said and not stands:
        return meaning
    key = "finding.both" if said and stands else "finding.said" if said else "finding.stands"
    values = t(key, said=said, stands=stands)
    return values if finding.doubt in _OF_VALUES else t("finding", meaning=meaning, values=values)
