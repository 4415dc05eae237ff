"""What a chat model reads of the passages found: joined, widened, and within a token budget.

The hits go in best first. What room is left goes to the passages before and after the best ones, so
that a sentence can be understood that was cut off from the one before it. Passages that follow each
other in a section of a page are joined. The answer's hits stay as the search gave them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from rag.cutting import cut, nearest_sentence
from rag.excerpt import Excerpt
from rag.prompting import fenced, unfence
from rag.tokens import token_bound
from rag.types import Hit, Page, Passage

Counter = Callable[[str], int]
"""How many tokens a text has."""

_MOST_BYTES: Final = 3
_WIDEST_NUMBER: Final = 999


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
    count: Counter
    chosen: dict[str, Passage] = field(default_factory=dict)

    def add(self, passage: Passage) -> bool:
        """Take ``passage`` if it fits; tells whether it is in now."""
        if passage.chunk_id in self.chosen:
            return True
        cost = self.count(unfence(passage.chunk.text)) + self._around(passage)
        if cost > self.left:
            return False
        self.chosen[passage.chunk_id] = passage
        self.left -= cost
        return True

    def cut(self, hit: Hit) -> Passage | None:
        """What fits of ``hit``; its nearest sentence, whatever it takes, if it is the best hit."""

        def fits(part: Passage) -> bool:
            around = fence_bound(hit.passage, self.count)
            return self.count(unfence(part.chunk.text)) + around <= self.left

        return cut(hit, fits) or (None if self.chosen else nearest_sentence(hit))

    def _around(self, passage: Passage) -> int:
        """Tokens of the blanks up to adjoining passages, and of the fence unless it stands."""
        near = [one for one in self.chosen.values() if _side_by_side(one, passage)]
        if not near:
            return fence_bound(passage, self.count)
        return _MOST_BYTES * sum(_gap(one, passage) for one in near)


class BudgetedContext:
    """See ``rag.protocols.Assembler``.

    No passage stands in it twice. Passages are joined, and widened by others, only within a page
    and a section (the same headings): what stands under another heading has its own. The last hit
    that goes in may be cut at the ends of sentences, around the one that is nearest to the
    question; nothing else is cut. ``max_tokens``, as ``count`` counts them, are exceeded only where
    one sentence is larger: the best hit's nearest always goes in.
    """

    def __init__(self, library: Library, *, max_tokens: int, count: Counter = token_bound) -> None:
        self._library = library
        self._max_tokens = max_tokens
        self._count = count

    def assemble(self, hits: Sequence[Hit]) -> tuple[Excerpt, ...]:
        """See ``rag.protocols.Assembler``."""
        plan = _Plan(left=self._max_tokens, count=self._count)
        for hit in hits:
            if not plan.add(hit.passage):
                return self._joined(plan, plan.cut(hit))
        self._widen(plan)
        return self._joined(plan, None)

    def _widen(self, plan: _Plan) -> None:
        found = list(plan.chosen.values())
        beside = sorted(self._library.neighbours(found).values(), key=lambda p: p.chunk.sequence)
        for passage in found:
            for other in beside:
                if _side_by_side(passage, other):
                    plan.add(other)

    def _joined(self, plan: _Plan, last: Passage | None) -> tuple[Excerpt, ...]:
        """Excerpts in the order of their most important passage; ``last`` was cut."""
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
        if last is None:
            return tuple(whole)
        return (*whole, Excerpt(passages=(last,), text=last.chunk.text, ranks=(len(rank),)))

    def _text(self, run: tuple[Passage, ...]) -> str:
        first, last = run[0], run[-1]
        if first is last:
            return first.chunk.text
        page = self._library.page(first.document_id, first.version, first.chunk.page)
        return page.text[first.chunk.start : last.chunk.end]


def fence_bound(passage: Passage, count: Counter = token_bound) -> int:
    """Tokens of what stands around a passage's text in a prompt, at most."""
    return count(fenced(_WIDEST_NUMBER, passage, "") + "\n\n")


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
