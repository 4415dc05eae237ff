"""Claims with the sentence they cite, made from the sentences that answer questions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.checking.edits import FALSE, TRUE
from rag.checking.names import names_in
from rag.language import language_of, sentence_pieces

SHORTEST: Final = {"en": 30, "zh": 10}
LONGEST: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A claim, the sentence it cites, what was done to it, and whether that holds it."""

    claim: str
    quote: str
    kind: str
    holds: bool
    language: str


def sentences_of(texts: Sequence[str]) -> list[str]:
    """Sentences of ``texts`` that say something, each once."""
    found = (piece.strip() for text in texts for piece in sentence_pieces(text))
    return list(
        dict.fromkeys(
            one
            for one in found
            if SHORTEST[language_of(one)] <= len(one) <= LONGEST and one[-1] in ".!。！"
        )
    )


def make_pairs(sentences: Sequence[str], *, each: int, seed: int) -> Iterator[Pair]:
    """At most ``each`` pairs of every kind; a sentence serves any number of kinds."""
    for kinds, holds in ((TRUE, True), (FALSE, False)):
        for kind, edit in kinds.items():
            draw = random.Random(f"{seed} {kind}")
            order = draw.sample(list(sentences), len(sentences))
            made = 0
            for at, sentence in enumerate(order):
                others = names_in(order[at - 1]) if kind == "name" else ()
                claim = edit(sentence, draw, others)
                if claim is None or (not holds and claim == sentence):
                    continue
                yield Pair(
                    claim=claim,
                    quote=sentence,
                    kind=kind,
                    holds=holds,
                    language=language_of(sentence),
                )
                made += 1
                if made == each:
                    break
