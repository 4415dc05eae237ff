"""What a chat model reads of the passages found: joined, widened, and within a token budget.

The hits go in best first. What room is left goes to the passages before and after the best ones, so
that a sentence can be understood that was cut off from the one before it. Passages that follow each
other in a section of a page are joined. The answer's hits stay as the search gave them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from rag.excerpt import Excerpt
from rag.prompts import fenced, unfence
from rag.types import Hit, Page, Passage

_LETTERS_PER_TOKEN: Final = 5
_TOKENS_PER_CHARACTER: Final = 1.5
_MOST_BYTES: Final = 3
_WIDEST_NUMBER: Final = 999

_LATIN: Final = re.compile(r"[A-Za-z]+")
_EAST_ASIAN: Final = re.compile(r"[\u2010-\u203a\u2e80-\ud7af\uf900-\ufaff\uff00-\uffef]")


class Library(Protocol):
    """Where the text around a passage is read."""

    def neighbours(self, passages: Sequence[Passage]) -> Mapping[str, Passage]:
        """The searchable passages just before and after these in their documents, by chunk id."""

    def page(self, document_id: str, version: str, number: int) -> Page:
        """A page of a version. Raises VersionNotFound and PageNotFound."""


@dataclass(slots=True, kw_only=True)
class _Plan:
    """Passages chosen so far, the most important first, and how many tokens are left."""

    left: int
    chosen: dict[str, Passage] = field(default_factory=dict)

    def add(self, passage: Passage) -> bool:
        """Take ``passage`` if it fits; tells whether it is in now."""
        if passage.chunk_id in self.chosen:
            return True
        cost = token_bound(unfence(passage.chunk.text)) + self._around(passage)
        if cost > self.left:
            return False
        self.chosen[passage.chunk_id] = passage
        self.left -= cost
        return True

    def _around(self, passage: Passage) -> int:
        """Tokens of the blanks up to adjoining passages, and of the fence unless it stands."""
        near = [one for one in self.chosen.values() if _side_by_side(one, passage)]
        if not near:
            return fence_bound(passage)
        return _MOST_BYTES * sum(_gap(one, passage) for one in near)


class BudgetedContext:
    """See ``rag.protocols.Assembler``.

    No passage stands in it twice. Passages are joined, and widened by others, only within a page
    and a section (the same headings): what stands under another heading has its own. The last hit
    that goes in may be cut at the ends of sentences, around the one that is nearest to the
    question; nothing else is cut. ``max_tokens`` (see ``token_bound``) are exceeded only where one
    sentence is larger: the best hit's nearest always goes in.
    """

    def __init__(self, library: Library, *, max_tokens: int) -> None:
        self._library = library
        self._max_tokens = max_tokens

    def assemble(self, hits: Sequence[Hit]) -> tuple[Excerpt, ...]:
        """See ``rag.protocols.Assembler``."""
        plan = _Plan(left=self._max_tokens)
        for hit in hits:
            if not plan.add(hit.passage):
                return self._joined(plan, _cut(hit, plan.left, at_least_one=not plan.chosen))
        self._widen(plan)
        return self._joined(plan, None)

    def _widen(self, plan: _Plan) -> None:
        found = list(plan.chosen.values())
        beside = sorted(self._library.neighbours(found).values(), key=lambda p: p.chunk.sequence)
        for passage in found:
            for other in beside:
                if _side_by_side(passage, other):
                    plan.add(other)

    def _joined(self, plan: _Plan, cut: Passage | None) -> tuple[Excerpt, ...]:
        """Excerpts in the order of their most important passage; ``cut`` is the last."""
        rank = {chunk_id: number for number, chunk_id in enumerate(plan.chosen)}
        whole = [
            Excerpt(
                passages=run,
                text=self._text(run),
                ranks=tuple(rank[one.chunk_id] for one in run),
            )
            for run in _runs(plan.chosen.values())
        ]
        whole.sort(key=lambda excerpt: min(excerpt.ranks))
        return (*whole, *([Excerpt.of(cut)] if cut else []))

    def _text(self, run: tuple[Passage, ...]) -> str:
        first, last = run[0], run[-1]
        if first is last:
            return first.chunk.text
        page = self._library.page(first.document_id, first.version, first.chunk.page)
        return page.text[first.chunk.start : last.chunk.end]


def token_bound(text: str) -> int:
    """How many tokens ``text`` has at most, in whatever tokenizer a chat model uses.

    A token for every five letters of a Latin word, three for two East Asian characters, one for
    every other UTF-8 byte that is no space. Measured on 3,689 stretches of 900 characters: in
    English 1.3 times what cl100k_base counts and below it for 1 in 120, in Chinese 1.2 times and
    below it for 1 in 33; o200k_base counts less (1.3 and 1.7 times). Of two texts joined it is at
    most the sum.
    """
    latin = sum(-(-len(word) // _LETTERS_PER_TOKEN) for word in _LATIN.findall(text))
    rest, east_asian = _EAST_ASIAN.subn("", _LATIN.sub("", text))
    return (
        latin
        + math.ceil(_TOKENS_PER_CHARACTER * east_asian)
        + len(rest.replace(" ", "").encode(errors="replace"))
    )


def fence_bound(passage: Passage) -> int:
    """Tokens of what stands around a passage's text in a prompt, at most."""
    return token_bound(fenced(_WIDEST_NUMBER, passage, "") + "\n\n")


def _side_by_side(one: Passage, other: Passage) -> bool:
    """Whether they follow each other in the same section of a page of the same version."""
    apart = one.chunk.sequence - other.chunk.sequence
    same_section = one.chunk.heading_path == other.chunk.heading_path
    return abs(apart) == 1 and same_section and _page_of(one) == _page_of(other)


def _gap(one: Passage, other: Passage) -> int:
    """How many characters stand between two passages of a page."""
    return max(one.chunk.start, other.chunk.start) - min(one.chunk.end, other.chunk.end)


def _page_of(passage: Passage) -> tuple[str, str, int]:
    return passage.document_id, passage.version, passage.chunk.page


def _runs(passages: Iterable[Passage]) -> Iterator[tuple[Passage, ...]]:
    """The passages in tuples of those that adjoin, each in reading order."""
    run: list[Passage] = []
    for one in sorted(passages, key=lambda one: (_page_of(one), one.chunk.sequence)):
        if run and not _side_by_side(run[-1], one):
            yield tuple(run)
            run = []
        run.append(one)
    if run:
        yield tuple(run)


def _cut(hit: Hit, left: int, *, at_least_one: bool) -> Passage | None:
    """The sentences around the hit's nearest one that fit ``left`` tokens; None if none does."""
    passage, spans = hit.passage, hit.passage.chunk.sentences
    if not spans:
        return passage if at_least_one else None
    first = last = _nearest(hit)
    kept = _between(passage, first, last)

    def fits(part: Passage) -> bool:
        return token_bound(unfence(part.chunk.text)) + fence_bound(passage) <= left

    if not fits(kept):
        return kept if at_least_one else None
    while last + 1 < len(spans) and fits(wider := _between(passage, first, last + 1)):
        kept, last = wider, last + 1
    while first > 0 and fits(wider := _between(passage, first - 1, last)):
        kept, first = wider, first - 1
    return kept


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
