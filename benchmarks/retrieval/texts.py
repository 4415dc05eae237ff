"""Real text cut into chunks of 4 to 8 sentences, varied beyond what there is, and real questions.

The text comes from question sets (``corpus.jsonl``, gzipped or not). What is asked for beyond it
repeats it with other words and other numbers of the same length.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from evaluation.datasets.corpus import CORPUS
from evaluation.datasets.reading import json_rows, stored
from rag.language import HAN, language_of, sentence_spans
from rag.types import Span

FEWEST, MOST = 4, 8
"""Sentences of a chunk."""

Item = TypeVar("Item")

QUESTIONS: Final = "questions.jsonl"

_LATIN_BUDGET: Final = 900
_HAN_BUDGET: Final = 260
_CHANGED: Final = 0.15
_VOCABULARY_FROM: Final = 3000
_PIECE: Final = re.compile(f"[0-9]|[A-Za-z]{{4,}}|[{HAN}]{{2}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A chunk's text; ``sentences`` are spans in its characters."""

    title: str
    text: str
    sentences: tuple[Span, ...]


class Texts:
    """As many texts as are asked for: the real ones first, then variations of them."""

    def __init__(self, real: Sequence[Text], *, seed: int) -> None:
        self._real = real
        self._seed = seed
        self._words: dict[int, list[str]] = defaultdict(list)
        self._han: list[str] = []
        for one in real[:_VOCABULARY_FROM]:
            for piece in _PIECE.findall(one.text):
                if piece.isascii():
                    self._words[len(piece)].append(piece.lower())
                else:
                    self._han.append(piece)

    def __len__(self) -> int:
        """How many are real."""
        return len(self._real)

    def text(self, number: int) -> Text:
        """The text ``number``, from 0; always the same one."""
        original = self._real[number % len(self._real)]
        if number < len(self._real):
            return original
        draw = random.Random(f"{self._seed}:{number}")

        def other(match: re.Match[str]) -> str:
            piece = match[0]
            if piece.isdigit():
                return draw.choice("0123456789")
            if draw.random() > _CHANGED:
                return piece
            if not piece.isascii():
                return draw.choice(self._han) if self._han else piece
            found = draw.choice(self._words[len(piece)] or [piece])
            return found.capitalize() if piece[0].isupper() else found

        changed = _PIECE.sub(other, original.text)
        return Text(title=original.title, text=changed, sentences=original.sentences)


def real_texts(data: Path, *, most: int, seed: int) -> list[Text]:
    """At most ``most`` chunks of the sets below ``data``, in turn from each set.

    Raises FileNotFoundError where no set has a corpus of text.
    """
    cut = [_cut(folder, random.Random(f"{seed}:{folder.name}")) for folder in text_sets(data)]
    return list(islice(_in_turn(cut), most))


def real_questions(data: Path, *, count: int, seed: int) -> list[str]:
    """``count`` questions of the sets below ``data``, in turn from each, or all there are.

    Raises FileNotFoundError where there is none.
    """
    asked = []
    for folder in text_sets(data):
        file = stored(folder, QUESTIONS)
        own = [row.text("question") for row in json_rows(file)] if file else []
        random.Random(f"{seed}:{folder.name}").shuffle(own)
        asked.append(iter(own))
    found = list(islice(dict.fromkeys(_in_turn(asked)), count))
    if not found:
        raise FileNotFoundError(f"no {QUESTIONS} beside a {CORPUS} below {data}")
    return found


def text_sets(data: Path) -> list[Path]:
    """The folders below ``data``, or itself, that hold a corpus of text, by name."""
    found = sorted({path.parent for path in data.rglob(f"{CORPUS}*")})
    if not found:
        raise FileNotFoundError(f"no {CORPUS} below {data}: give --data a folder of question sets")
    return found


def _in_turn(sources: Sequence[Iterator[Item]]) -> Iterator[Item]:
    """One from each, until all have ended."""
    waiting = list(sources)
    while waiting:
        for source in list(waiting):
            one = next(source, None)
            if one is None:
                waiting.remove(source)
            else:
                yield one


def _cut(folder: Path, draw: random.Random) -> Iterator[Text]:
    """The sentences of a corpus, 4 to 8 a chunk, fewer of long ones; a short rest is left out."""
    file = stored(folder, CORPUS)
    held: list[str] = []
    title, want = "", draw.randint(FEWEST, MOST)
    for row in json_rows(file) if file else ():
        whole = row.text("text", optional=True)
        chinese = language_of(whole) == "zh"
        budget = _HAN_BUDGET if chinese else _LATIN_BUDGET
        for span in sentence_spans(whole):
            title = title or row.text("title", optional=True) or folder.name
            held.append(whole[span.start : span.end])
            full = sum(map(len, held)) >= budget and len(held) >= FEWEST
            if full or len(held) == want:
                yield _joined(title, held, "" if chinese else " ")
                held, title, want = [], "", draw.randint(FEWEST, MOST)


def _joined(title: str, sentences: Sequence[str], blank: str) -> Text:
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start=start, end=start + len(sentence)))
        start += len(sentence) + len(blank)
    return Text(title=title, text=blank.join(sentences), sentences=tuple(spans))
