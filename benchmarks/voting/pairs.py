"""Pairs of answers that say the same or not, and how often the product sees which.

``pairs.jsonl`` holds them, one a line: language, kind, question, the two answers, whether they say
the same, and the half. Rules and thresholds were made on the half ``development``; the half
``report`` is only counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rag.voting.likeness import Likeness

_FILE: Final = Path(__file__).with_name("pairs.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two answers to a question, and whether they say the ``same``."""

    language: str
    same: bool
    kind: str
    part: str
    question: str
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many pairs of a group were told right and wrong.

    ``joined`` say the same and were told so, ``parted`` do and were not; ``mixed`` differ and were
    told to be the same, ``kept`` differ and were told apart.
    """

    group: str
    joined: int
    parted: int
    mixed: int
    kept: int

    @property
    def f1(self) -> float:
        """F1 of being told to be the same; NaN in a group where nothing is."""
        whole = 2 * self.joined + self.parted + self.mixed
        return 2 * self.joined / whole if whole else float("nan")


def labelled_pairs() -> tuple[LabelledPair, ...]:
    """All pairs, in the order of the file."""
    lines = _FILE.read_text("utf-8").splitlines()
    return tuple(LabelledPair(**json.loads(line)) for line in lines)


def told(pairs: Sequence[LabelledPair], likeness: Callable[[str], Likeness]) -> Iterator[Told]:
    """The counts by half and language, then by half and kind."""
    found = {pair: likeness(pair.question).same(pair.one, pair.other) for pair in pairs}
    for part in dict.fromkeys(pair.part for pair in pairs):
        own = [pair for pair in pairs if pair.part == part]
        yield _counted(f"{part}, all", own, found)
        for language in sorted({pair.language for pair in own}):
            named = [pair for pair in own if pair.language == language]
            yield _counted(f"{part}, {language}", named, found)
        for kind in sorted({pair.kind for pair in own}):
            named = [pair for pair in own if pair.kind == kind]
            yield _counted(f"{part}, {kind}", named, found)


def _counted(group: str, pairs: Sequence[LabelledPair], found: dict[LabelledPair, bool]) -> Told:
    def count(same: bool, said: bool) -> int:
        return sum(pair.same is same and found[pair] is said for pair in pairs)

    return Told(
        group=group,
        joined=count(True, True),
        parted=count(True, False),
        mixed=count(False, True),
        kept=count(False, False),
    )
