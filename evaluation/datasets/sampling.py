"""Which questions of a set are asked: those a search can be judged by, a part of them, a sample."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Final

from evaluation.dataset import Dataset, Example
from evaluation.datasets.corpus import names_of
from evaluation.errors import UnknownPart

SHARES: Final = {"train": 0.6, "dev": 0.2, "test": 0.2}
"""Share of the clusters that each part of a set holds, on average."""


def retrievable(dataset: Dataset) -> list[Example]:
    """The answerable questions with gold places that are all in the corpus, in their order.

    Which documents a library holds is not checked.
    """
    names = names_of(dataset.corpus)
    return [
        example
        for example in dataset.examples
        if example.answerable
        and example.gold
        and (names is None or all(place.document in names for place in example.gold))
    ]


def sample(examples: Sequence[Example], limit: int, seed: int) -> list[Example]:
    """``limit`` of the examples, or all where there are fewer, in the order they are drawn.

    Drawn without replacement by ``random.Random(seed).sample``: the same examples in the same order
    and the same seed give the same sample. Raises ValueError for a limit below 0.
    """
    return random.Random(seed).sample(examples, min(limit, len(examples)))  # noqa: S311


def part_of(examples: Sequence[Example], part: str, seed: int) -> list[Example]:
    """The examples of the part train, dev or test, in their order.

    Examples of one cluster stay together. Where a cluster goes depends on its name and the seed
    alone, so that added examples move no others. Raises UnknownPart.
    """
    if part not in SHARES:
        raise UnknownPart(part=part, known=", ".join(SHARES))
    return [example for example in examples if _part(example.cluster, seed) == part]


def _part(cluster: str, seed: int) -> str:
    digest = hashlib.sha256(f"{seed}\0{cluster}".encode()).digest()
    place, reached = int.from_bytes(digest[:8]) / 2**64, 0.0
    for part, share in SHARES.items():
        reached += share
        if place < reached:
            return part
    return "test"
