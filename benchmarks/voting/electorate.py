"""Questions with five possible answers, and samples that pick each with a known probability.

Every answer stands in the passage in as many words, so every vote weighs the same. What sample k of
a question says is drawn from the two numbers and a seed alone: whoever asks, in whatever order,
hears the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

from rag.answer import Question
from rag.prompts import SHORT_ANSWER
from rag.types import Chunk, Hit, Passage, Span

ANSWERS: Final = 5
"""How many answers a question can get; the first is the right one."""

EVEN: Final = "even"
_ENGLISH: Final = "Ledger {letter} of depot {number} gives {amount} crates."
_CHINESE: Final = "{number}号仓库的账本{letter}记着{amount}箱。"
_ASKED: Final = "How many crates does depot {number} hold?"
_ASKED_ZH: Final = "{number}号仓库有多少箱？"
_NUMBER: Final = re.compile(r"depot (\d+) hold\?|(\d+)号仓库有多少箱？")


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How samples answer: the probability of the right answer, then of each wrong one."""

    name: str
    shares: tuple[float, ...]

    @property
    def right(self) -> float:
        """The probability of the right answer."""
        return self.shares[0]


def evenly(right: float) -> Design:
    """The rest is spread evenly over the wrong answers."""
    wrong = (1 - right) / (ANSWERS - 1)
    return Design(name=EVEN, shares=(right, *[wrong] * (ANSWERS - 1)))


def unevenly(right: float) -> Design:
    """One wrong answer gathers three fifths of the rest."""
    wrong = (1 - right) * 0.4 / (ANSWERS - 2)
    return Design(name="one gathers", shares=(right, (1 - right) * 0.6, *[wrong] * (ANSWERS - 2)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question of this ``number``; odd ones are in Chinese."""

    number: int

    @property
    def question(self) -> Question:
        """As a reader asks it."""
        form = _ASKED_ZH if self.number % 2 else _ASKED
        return Question(text=form.format(number=self.number), collections=("ledgers",))

    @property
    def amounts(self) -> tuple[int, ...]:
        """The answers, the right one first: near misses of each other."""
        first = 1200 + 13 * self.number
        return (first, first + 1, first + 10, first * 10, first - 100)

    def sentence(self, answer: int) -> str:
        """What the passage says of this answer (0..4)."""
        form = _CHINESE if self.number % 2 else _ENGLISH
        amount = self.amounts[answer]
        return form.format(letter="ABCDE"[answer], number=self.number, amount=amount)

    def hit(self) -> Hit:
        """The passage that holds every answer; which comes first goes round."""
        order = [(self.number + at) % ANSWERS for at in range(ANSWERS)]
        sentences = [self.sentence(answer) for answer in order]
        ends = list(accumulate(len(one) + 1 for one in sentences))
        spans = tuple(
            Span(start=end - 1 - len(one), end=end - 1)
            for one, end in zip(sentences, ends, strict=True)
        )
        text = " ".join(sentences)
        chunk = Chunk(sequence=0, page=1, start=0, end=len(text), text=text, sentences=spans)
        passage = Passage(
            chunk_id=f"ledger-{self.number}",
            document_id="ledger",
            collection="ledgers",
            document="ledger.txt",
            title="ledger",
            version="0" * 64,
            paginated=False,
            page_label=None,
            chunk=chunk,
        )
        return Hit(passage=passage, score=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Electorate:
    """Samples that answer by ``design``."""

    design: Design
    seed: int = 0

    def picked(self, number: int, sample: int) -> int:
        """Which answer (0..4) this sample of question ``number`` gives."""
        drawn = Random(f"{self.seed}:{number}:{sample}").random()
        reached = accumulate(self.design.shares[:-1])
        return sum(drawn >= bound for bound in reached)

    def reply(self, prompt: str, sample: int) -> str:
        """What this sample says to a prompt: a sentence with its marker, and the bare answer.

        The bare answer is written in one way or another, as samples do.
        """
        asked = Asked(number=number_of(prompt))
        answer = self.picked(asked.number, sample)
        amount = asked.amounts[answer]
        counter = "箱" if asked.number % 2 else " crates"
        short = (f"{amount}", f"{amount:,}", f"{amount}{counter}")[sample % 3]
        return f"{asked.sentence(answer)} [1]\n{SHORT_ANSWER} {short}"


def number_of(prompt: str) -> int:
    """The number of the question that ``prompt`` ends in."""
    found = list(_NUMBER.finditer(prompt))
    return int(found[-1][1] or found[-1][2])
