"""A passage found, cut at the ends of sentences around the one that is nearest to the question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rag.types import Hit, Passage


def cut(hit: Hit, fits: Callable[[Passage], bool]) -> Passage | None:
    """The sentences around the nearest one that ``fits``, those after it first.

    None if not even that one fits, or if the passage has no sentences.
    """
    spans = hit.passage.chunk.sentences
    if not spans:
        return None
    first = last = _nearest(hit)
    kept = _between(hit.passage, first, last)
    if not fits(kept):
        return None
    while last + 1 < len(spans) and fits(wider := _between(hit.passage, first, last + 1)):
        kept, last = wider, last + 1
    while first > 0 and fits(wider := _between(hit.passage, first - 1, last)):
        kept, first = wider, first - 1
    return kept


def nearest_sentence(hit: Hit) -> Passage:
    """The passage cut to its nearest sentence; whole where it has none."""
    if not hit.passage.chunk.sentences:
        return hit.passage
    nearest = _nearest(hit)
    return _between(hit.passage, nearest, nearest)


def _nearest(hit: Hit) -> int:
    """Which sentence is nearest to the question: by cosine and words held, the first of equals."""
    count = len(hit.passage.chunk.sentences)
    cosines = hit.sentence_scores or (0.0,) * count
    covered = hit.sentence_coverages or (0.0,) * count
    return max(range(count), key=lambda at: max(0.0, cosines[at]) + covered[at])


def _between(passage: Passage, first: int, last: int) -> Passage:
    """``passage`` from its sentence number ``first`` to its sentence number ``last``."""
    chunk = passage.chunk
    spans = chunk.sentences[first : last + 1]
    start, end = spans[0].start, spans[-1].end
    part = replace(
        chunk,
        start=start,
        end=end,
        text=chunk.text[start - chunk.start : end - chunk.start],
        sentences=spans,
    )
    return replace(passage, chunk=part)
