"""The question in other words, as a chat model writes them: multi-query and HyDE.

Both are optional and both keep the question in the lead. A model that fails, or says nothing
usable, leaves the search as it is without them. What the model wrote is only searched with: it is
never shown, quoted or cited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from typing import Final

import numpy as np

from rag.filter import EVERYTHING, Filter
from rag.language import normalise
from rag.prompting import hypothetical_messages, rewording_messages
from rag.protocols import ChatModel, Embedder, Index, Vectors
from rag.replies import Finish, Message
from rag.types import Hit, Span

REWORDED_WEIGHT: Final = 0.25
"""Weight of all other wordings together; the question's own is 1.

The most at which three wordings about something else changed no first place (docs/experiments.md).
"""

_POOL: Final = 50
"""Passages asked for in each wording: the scores of those that do not lead count too."""

_KEPT: Final = 256
"""Replies kept: a question is often searched more than once."""

_LIST_MARK: Final = re.compile(r"^\s*(?:[-*•·–]|[(（]?\d{1,2}(?:[.)）](?!\d)|[、．：:](?!\d)))\s*")
_QUOTES: Final = " \t\"'“”‘’「」『』`*"
_LONGEST_RATIO: Final = 3
_LONGEST_SPARE: Final = 60


class MultiQuery:
    """Searches ``n`` other wordings too and adds up what they find.

    After RAG-Fusion (Raudaschl 2023), but by scores, as a weighted CombSUM (Fox and Shaw, TREC-2,
    1994): ranks forget how sure a search is. A passage's share in a wording runs from 0 to 1, that
    wording's best; its score is ``(share in the question + REWORDED_WEIGHT * mean share in the
    others) / (1 + REWORDED_WEIGHT)``. So the others, of one mind, overturn the question's order
    only where the passages are less than ``REWORDED_WEIGHT`` apart in it, and a single one that
    went astray only where they are ``REWORDED_WEIGHT / n`` apart.

    A hit found by the question keeps the evidence that it gave; ``Hit.parts`` gets ``question`` and
    ``rewordings``, the two shares.
    """

    def __init__(self, index: Index, model: ChatModel, *, n: int = 3) -> None:
        self._index = index
        self._n = n
        self._reply = _remembered(model, lambda question: rewording_messages(question, n))

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``. Where the question finds nothing, no model is asked."""

        def found(wording: str) -> list[Hit]:
            return self._index.search(
                wording, collections=collections, top_k=max(_POOL, top_k), where=where
            )

        own = found(question)
        others = [found(wording) for wording in self.wordings(question)] if own else []
        return (_added_up(own, others) if others else own)[:top_k]

    def wordings(self, question: str) -> list[str]:
        """At most ``n`` other wordings of ``question``; none when the model fails."""
        reply = self._reply(question)
        return read_wordings(reply, question)[: self._n] if reply else []


class HypotheticalEmbedder:
    """HyDE: a question's vector leans towards a passage that might answer it.

    Gao et al., "Precise Zero-Shot Dense Retrieval without Relevance Labels" (ACL 2023), with one
    passage: the mean of the question's and the passage's unit vectors, of unit length again. The
    words of the question stay what they are, and so does everything about documents.
    """

    def __init__(self, embedder: Embedder, model: ChatModel) -> None:
        self._embedder = embedder
        self._reply = _remembered(model, hypothetical_messages)

    @property
    def model_id(self) -> str:
        """See ``rag.protocols.Embedder``: the vectors are of the same space."""
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.max_tokens

    @property
    def texts_at_once(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.texts_at_once

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.count_tokens(text)

    def coverage(self, text: str) -> float:
        """See ``rag.protocols.Embedder``: of the text itself, whatever the model wrote."""
        return self._embedder.coverage(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.embed_documents(texts)

    def embed_query(self, text: str) -> Vectors:
        """See ``rag.protocols.Embedder``; the question's plain vector when the model fails."""
        own = self._embedder.embed_query(text)
        passage = self._reply(text)
        if not passage:
            return own
        both = own + self._embedder.embed_documents([passage])[0]
        length = float(np.linalg.norm(both))
        mean: Vectors = (both / length).astype(np.float32) if length > 1e-6 else own
        return mean

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.embed_passages(texts, sentences)


def read_wordings(reply: str, question: str) -> list[str]:
    """The wordings in a model's reply, one a line, without list marks and quotes.

    Left out are what says the question again, introductions (they end in a colon), lines without a
    word, and lines much longer than the question.
    """
    longest = _LONGEST_RATIO * len(question) + _LONGEST_SPARE
    found = {"": "", _folded(question): ""}
    for line in reply.splitlines():
        wording = _LIST_MARK.sub("", line).strip(_QUOTES)
        if wording.endswith((":", "：")) or len(wording) > longest:
            continue
        found.setdefault(_folded(wording), wording)
    return [wording for wording in found.values() if wording]


class _NothingWritten(Exception):
    """The model failed, was cut, or said nothing."""


def _remembered(
    model: ChatModel, prompt: Callable[[str], list[Message]]
) -> Callable[[str], str | None]:
    """What ``model`` replies to ``prompt`` of a question; None when it fails, and then asked anew.

    A reply that was cut is no reply: its last words may say anything.
    """

    @lru_cache(maxsize=_KEPT)
    def asked(question: str) -> str:
        *_, last = model.stream(prompt(question))
        if last.finish is not Finish.COMPLETE or not last.text.strip():
            raise _NothingWritten
        return last.text.strip()

    def reply(question: str) -> str | None:
        try:
            return asked(question)
        except _NothingWritten:
            return None

    return reply


def _added_up(own: Sequence[Hit], others: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Hits of all wordings by the rule of ``MultiQuery``, best first.

    Ties go by the question's own order, behind it by chunk id.
    """
    hits: dict[str, Hit] = {}
    for hit in (hit for found in (own, *others) for hit in found):
        hits.setdefault(hit.passage.chunk_id, hit)
    mine, theirs = _shares(own), [_shares(found) for found in others]
    added = []
    for chunk_id, hit in hits.items():
        parts = {
            "question": mine.get(chunk_id, 0.0),
            "rewordings": sum(shares.get(chunk_id, 0.0) for shares in theirs) / len(theirs),
        }
        score = parts["question"] + REWORDED_WEIGHT * parts["rewordings"]
        score /= 1.0 + REWORDED_WEIGHT
        added.append(replace(hit, score=score, parts={**hit.parts, **parts}))
    rank = {hit.passage.chunk_id: at for at, hit in enumerate(own)}

    def place(hit: Hit) -> tuple[float, int, str]:
        chunk_id = hit.passage.chunk_id
        return -hit.score, rank.get(chunk_id, len(rank)), chunk_id

    return sorted(added, key=place)


def _shares(hits: Sequence[Hit]) -> dict[str, float]:
    """Scores as shares, 0 to 1, of the best one's, by chunk id; below 0 the lowest counts as 0.

    A hit that stands behind another for other reasons (it repeats one) has no more than that one.
    """
    if not hits:
        return {}
    scores = list(accumulate((hit.score for hit in hits), min))
    low, high = min(0.0, scores[-1]), scores[0]
    spread = high - low
    return {
        hit.passage.chunk_id: (score - low) / spread if spread > 0 else 1.0
        for hit, score in zip(hits, scores, strict=True)
    }


def _folded(text: str) -> str:
    """What makes two wordings the same: their words, whatever stands between them."""
    return "".join(re.findall(r"\w+", normalise(text)))
