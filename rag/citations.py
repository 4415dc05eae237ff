"""From a model's reply to claims: which sentence rests on which exact place.

A marker names an excerpt; the place cited is the sentence in it that fits the claim best, of the
most important passage where several passages hold as much of the claim.
Markers that point nowhere are dropped. A sentence without one is cited only if a passage plainly
holds it, and stays without a citation otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rag.checking import judged, word_share
from rag.claims import Citation, Claim, Verdict
from rag.excerpt import Excerpt
from rag.language import sentence_spans
from rag.words import content_words

_MARKER: Final = re.compile(r"\s*[\[【]\s*(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]】]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """The sentences of a reply; ``dangling`` counts the markers that named no excerpt."""

    claims: tuple[Claim, ...]
    dangling: int = 0


def cite(reply: str, excerpts: Sequence[Excerpt]) -> Cited:
    """The sentences of ``reply`` as claims, their citations pointing into ``excerpts``."""
    text, markers = _without_markers(reply)
    claims = []
    for span in sentence_spans(text):
        claim = text[span.start : span.end]
        named = dict.fromkeys(
            number
            for at, number in markers
            if span.start < at <= span.end + 1 and 1 <= number <= len(excerpts)
        )
        citations = [_place(claim, excerpts[number - 1])[0] for number in named]
        if not named:
            best = max((_place(claim, one) for one in excerpts), key=lambda p: p[1], default=None)
            citations = [best[0]] if best and _holds(best[0], claim) else []
        claims.append(Claim(text=claim, citations=tuple(dict.fromkeys(citations))))
    dangling = sum(not 1 <= number <= len(excerpts) for _, number in markers)
    return Cited(claims=tuple(claims), dangling=dangling)


def without_markers(reply: str) -> str:
    """``reply`` as a person reads it."""
    return _without_markers(reply)[0]


def cited_numbers(reply: str) -> list[int]:
    """The numbers that its markers name, in their order."""
    return [number for _, number in _without_markers(reply)[1]]


def _without_markers(reply: str) -> tuple[str, list[tuple[int, int]]]:
    """The text, and for every marker where it stood in that text and the number it named.

    A marker after the full stop belongs to the sentence before it, like one in front of it.
    """
    kept: list[str] = []
    markers: list[tuple[int, int]] = []
    length = last = 0
    for match in _MARKER.finditer(reply):
        kept.append(reply[last : match.start()])
        length += match.start() - last
        markers.extend((length, int(number)) for number in re.findall(r"\d+", match[1]))
        last = match.end()
    kept.append(reply[last:])
    return "".join(kept), markers


def _place(claim: str, excerpt: Excerpt) -> tuple[Citation, float]:
    """The sentence of the excerpt that fits the claim best, and how much of the claim it holds."""
    wanted = set(content_words(claim))
    nearest = [
        max(((place, _share_held(wanted, place.quote)) for place in places), key=lambda p: p[1])
        for places in excerpt.places()
    ]
    place, held = max(nearest, key=lambda p: word_share(wanted, set(content_words(p[0].quote))))
    return place, max(held, 0.0)


def _share_held(wanted: set[str], text: str) -> float:
    """Share of the wanted words in ``text``, a little less for text about other things as well."""
    own = set(content_words(text))
    return word_share(wanted, own) - 0.001 * len(own - wanted) if wanted else 0.0


def _holds(place: Citation, claim: str) -> bool:
    """Whether the place plainly says what the claim says."""
    return judged(claim, [place.quote], over=place.over).verdict is Verdict.SUPPORTED
