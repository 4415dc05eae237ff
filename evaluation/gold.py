"""Where the gold text of a question stands: in its documents, in what was found, in the prompt.

The gold text is what a reader must see to answer. It is told apart from other text of the gold
place by the gold answer and the evidence given with it, as wordings that a passage holds or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Self

from evaluation.dataset import Example
from evaluation.metrics.answers import holds, tokens
from evaluation.results import GoldTrace
from rag.claims import Citation
from rag.language import sentence_spans
from rag.types import Passage
from rag.words import stop_words, words

SENTENCE_HELD: Final = 0.6
"""Share of a sentence's words that makes a text hold it; parsers and annotators differ a little."""

AROUND_ANSWER: Final = 1 / 3
"""The same where the answer stands in the text as well: a passage may begin or end in between."""

_SHORTEST_SENTENCE: Final = 4
_LONGEST_LITERAL: Final = 8
_SAYS_NOTHING_ALONE: Final = frozenset(
    {"yes", "no", "true", "false", "none"}
    | {"是", "否", "不是", "对", "不对", "错", "有", "没有", "无", "能", "不能", "可以", "不可以"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """A text that holds ``share`` of ``words``.

    With a ``literal`` it holds this, and the share is of the other words that carry content.
    """

    literal: str = ""
    words: tuple[tuple[str, int], ...] = ()
    share: float = 0.0

    def stands_in(self, text: str) -> bool:
        wanted = Counter(dict(self.words))
        if self.literal:
            if not holds(text, self.literal):
                return False
            rest = {word: count for word, count in self.words if word not in stop_words()}
            wanted = Counter(rest) - _counted(self.literal)
        return (wanted & _counted(text)).total() >= self.share * wanted.total()

    def contains(self, text: str) -> bool:
        """Whether ``text`` is, but for a few words, a piece of this wording."""
        own, part = dict(self.words), _counted(text)
        found = sum(min(count, own.get(word, 0)) for word, count in part.items())
        return len(part) >= _SHORTEST_SENTENCE and found >= SENTENCE_HELD * sum(part.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldText:
    """The gold text of one example.

    ``places`` are (document, page), page None for the whole document; empty: any document. The
    text has ``parts``, each said by any of its wordings; without parts any text there is gold.
    """

    places: frozenset[tuple[str, int | None]]
    parts: tuple[tuple[_Wording, ...], ...]

    @classmethod
    def of(cls, example: Example, shelf: Iterable[Passage] = ()) -> Self:
        """What can be said of the gold text of ``example``.

        With evidence, a text is gold when it holds an answer together with ``AROUND_ANSWER`` of the
        evidence's sentence in which that answer stands; if no short answer stands in the
        evidence, ``SENTENCE_HELD`` of one of its sentences. Without evidence it
        is gold when it holds an answer, a long one by ``SENTENCE_HELD`` of its words. Answers such
        as "yes" name no text. Where an answer needs several groups (``required``), each is a part.

        ``shelf`` are all passages of the gold documents. Long answers without evidence that none of
        them holds were worded anew: then every text of the gold places is gold.
        """
        groups = example.required or ((example.answers,) if example.answers else ())
        parts = tuple(_wordings(group, example.evidence) for group in groups or ((),))
        gold = cls(
            places=frozenset((place.document, place.page) for place in example.gold),
            parts=tuple(part for part in parts if part),
        )
        literal = any(wording.literal for part in gold.parts for wording in part)
        if literal or example.evidence or gold.held_by(shelf):
            return gold
        return replace(gold, parts=())

    def held_by(self, passages: Iterable[Passage]) -> bool:
        """Whether ``passages`` together hold every part, each part in one of them."""
        return self.rank_in(passages) is not None

    def rank_in(self, passages: Iterable[Passage]) -> int | None:
        """From 1, the passage with which every part has been held; None if that never comes."""
        missing = list(self.parts)
        for rank, passage in enumerate(passages, start=1):
            if not self._is_there(passage.document, passage.chunk.page):
                continue
            text = passage.chunk.text
            missing = [part for part in missing if not _any_stands_in(part, text)]
            if not missing:
                return rank
        return None

    def cited_by(self, citation: Citation) -> bool:
        """Whether ``citation`` points at a gold place and quotes a part, or a piece of one."""
        if not self._is_there(citation.document, citation.page):
            return False
        quote = citation.quote
        return not self.parts or any(
            _any_stands_in(part, quote) or any(wording.contains(quote) for wording in part)
            for part in self.parts
        )

    def _is_there(self, document: str, page: int) -> bool:
        return not self.places or not self.places.isdisjoint(((document, None), (document, page)))


def trace(gold: GoldText, found: Sequence[Passage], shelf: Iterable[Passage]) -> GoldTrace:
    """How far ``gold`` came.

    ``found`` are the passages of a search, best first; ``shelf`` all passages of the gold
    documents. What was found was parsed, so an empty shelf does no harm where places are unknown.
    """
    rank = gold.rank_in(found)
    return GoldTrace(parsed=rank is not None or gold.held_by(shelf), rank=rank, searched=len(found))


def _any_stands_in(part: Iterable[_Wording], text: str) -> bool:
    return any(wording.stands_in(text) for wording in part)


def _wordings(answers: Sequence[str], evidence: Sequence[str]) -> tuple[_Wording, ...]:
    telling = [one for one in answers if tokens(one) and not _says_nothing(one)]
    if not evidence:
        return tuple(_of_answer(one) for one in telling)
    short = [one for one in telling if not _is_long(one)]
    beside = tuple(wording for one in short for wording in _beside_answer(one, evidence))
    return beside or tuple(_of_sentence(one) for one in _sentences(evidence))


def _of_answer(answer: str) -> _Wording:
    return _of_sentence(answer) if _is_long(answer) else _Wording(literal=answer)


def _of_sentence(sentence: str) -> _Wording:
    return _Wording(words=tuple(_counted(sentence).items()), share=SENTENCE_HELD)


def _beside_answer(answer: str, evidence: Sequence[str]) -> Iterator[_Wording]:
    """For each piece of evidence with the answer in it: the answer amid its sentence."""
    for item in evidence:
        if not holds(item, answer):
            continue
        sentences = [one for one in _sentences([item]) if holds(one, answer)]
        for sentence in sentences or [item]:
            counted = tuple(_counted(sentence).items())
            yield _Wording(literal=answer, words=counted, share=AROUND_ANSWER)


def _sentences(evidence: Sequence[str]) -> list[str]:
    """The sentences of ``evidence``; short ones, which stand everywhere, only if all are."""
    found = [item[span.start : span.end] for item in evidence for span in sentence_spans(item)]
    long = [one for one in found if len(words(one)) >= _SHORTEST_SENTENCE]
    return long or found


def _is_long(answer: str) -> bool:
    """Whether a text may say it in other words, or a passage end within it."""
    return len(words(answer)) > _LONGEST_LITERAL


def _says_nothing(answer: str) -> bool:
    return "".join(tokens(answer)) in _SAYS_NOTHING_ALONE


@lru_cache(maxsize=8192)
def _counted(text: str) -> Counter[str]:
    return Counter(words(text))
