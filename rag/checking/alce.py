"""The workbench's judge of citations: precision and recall need a yes or a no."""

from __future__ import annotations

from collections.abc import Sequence

from rag.checking.judging import judged
from rag.claims import Verdict


def supports(claim: str, quotes: Sequence[str]) -> bool:
    """Whether ``quotes`` together hold ``claim``, by what stands in them alone."""
    return bool(claim.strip()) and judged(claim, quotes).verdict is Verdict.SUPPORTED


def alce(claim: str, quotes: Sequence[str]) -> tuple[bool, tuple[bool, ...]]:
    """Whether all ``quotes`` together support ``claim``, and for each whether it is needed.

    A citation is needed when the claim is supported by all and either this one alone supports it,
    or the others do not without it (ALCE, Gao et al. 2023, section 3.3; there with an NLI model,
    here with ``supports``).
    """
    if not supports(claim, quotes):
        return False, (False,) * len(quotes)
    return True, tuple(
        supports(claim, [quote]) or not supports(claim, [*quotes[:at], *quotes[at + 1 :]])
        for at, quote in enumerate(quotes)
    )
