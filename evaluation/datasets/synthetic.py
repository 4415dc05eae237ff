"""Question sets made by rule from the library's own documents, without a model.

They tell whether the product finds and cites what stands in *these* documents. People ask
otherwise, so they are marked as synthetic wherever they are reported. Three kinds: cloze questions
(``cloze.py``), questions for a section (``sections.py``, without a gold answer: for searches), and
ones that the documents do not answer (``absent.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import cycle
from random import Random
from typing import Final, TypeVar

from evaluation.dataset import Dataset, Example, Place
from evaluation.datasets import sections
from evaluation.datasets.absent import Vocabulary, absent_topics, with_absent_key
from evaluation.datasets.cloze import Fact, SentencePool, asked, facts_of, sentences_of
from evaluation.datasets.corpus import assembled
from evaluation.datasets.library import library_corpus, library_passages
from evaluation.datasets.sections import Section, sections_of
from evaluation.errors import NothingToAsk
from rag.language import Language, language_of
from rag.types import Passage
from vectorstore.record import Record

NAME: Final = "synthetic"
"""Of every such set."""

Made = TypeVar("Made")


class Kind(StrEnum):
    """How a question was made."""

    CLOZE = "cloze"
    HEADING = "heading"
    UNANSWERABLE = "unanswerable"


ROUND: Final = (Kind.CLOZE, Kind.HEADING, Kind.CLOZE, Kind.UNANSWERABLE, Kind.CLOZE)
"""The kinds in the order in which they are taken; one that runs out leaves its turns to others."""


def synthesise(record: Record, collections: Sequence[str], *, count: int, seed: int) -> Dataset:
    """At most ``count`` questions about the documents of ``collections``, the same for a ``seed``.

    They are spread over the documents: none gives a second question of a kind before each that can
    has given its first. Raises CollectionNotFound, and NothingToAsk where nothing can be made.
    """
    passages = library_passages(record, collections)
    makers = _makers(passages, Random(seed))  # noqa: S311
    examples: dict[str, Example] = {}
    for kind in cycle(ROUND):
        if len(examples) >= count or not makers:
            break
        if kind not in makers:
            continue
        example = next(makers[kind], None)
        if example is None:
            del makers[kind]
        else:
            examples.setdefault(example.id, example)
    if not examples:
        raise NothingToAsk(
            dataset=NAME,
            kind="synthetic run",
            detail=f"no sentence or heading of the {len(passages)} passages can be asked about",
            expected="Name a collection with running text: sentences with numbers, dates or codes.",
        )
    made = tuple(examples.values())
    return assembled(
        name=NAME,
        examples=made,
        corpus=library_corpus(collections, passages),
        by_page=any(place.page is not None for one in made for place in one.gold),
        synthetic=True,
    )


def _makers(passages: Sequence[Passage], chance: Random) -> dict[Kind, Iterator[Example]]:
    """For each kind, its examples; those of a kind come from the documents in turn."""
    sentences = sentences_of(passages)
    facts = [found for sentence in sentences if (found := facts_of(sentence))]
    titled = sections_of(passages)
    pool, vocabulary = SentencePool(sentences), Vocabulary(passages)

    def cloze(choice: list[Fact]) -> Example | None:
        return _cloze(chance.choice(choice), pool)

    def altered(choice: list[Fact]) -> Example | None:
        return _about_absent_key(chance.choice(choice), vocabulary, chance)

    def by_document(choice: list[Fact]) -> str:
        return choice[0].sentence.passage.document_id

    topics = {language: absent_topics(vocabulary, language) for language in ("en", "zh")}
    untitled = [(one, topic) for one in titled for topic in topics[one.language]]
    return {
        Kind.CLOZE: _in_turn(facts, by_document, cloze, chance),
        Kind.HEADING: _in_turn(titled, lambda one: one.document, _about_section, chance),
        Kind.UNANSWERABLE: _alternating(
            _in_turn(facts, by_document, altered, chance),
            _in_turn(untitled, lambda one: one[0].document, _about_absent_topic, chance),
        ),
    }


def _in_turn(
    choices: Iterable[Made],
    document_of: Callable[[Made], str],
    make: Callable[[Made], Example | None],
    chance: Random,
) -> Iterator[Example]:
    """What ``make`` makes of ``choices``: one of each document, then a second one of each."""
    of_document: dict[str, list[Made]] = {}
    for choice in choices:
        of_document.setdefault(document_of(choice), []).append(choice)
    waiting = list(of_document.values())
    chance.shuffle(waiting)
    for held in waiting:
        chance.shuffle(held)
    while waiting:
        for held in waiting:
            while held:
                if (example := make(held.pop())) is not None:
                    yield example
                    break
        waiting = [held for held in waiting if held]


def _alternating(*sources: Iterator[Example]) -> Iterator[Example]:
    left = list(sources)
    while left:
        for source in tuple(left):
            example = next(source, None)
            if example is None:
                left.remove(source)
            else:
                yield example


def _cloze(fact: Fact, pool: SentencePool) -> Example | None:
    gold = pool.places_of(fact)
    if not gold:
        return None
    return _example(
        Kind.CLOZE,
        asked(fact.kind, fact.blanked),
        answers=fact.answers,
        gold=gold,
        evidence=(fact.sentence.text,),
    )


def _about_section(section: Section) -> Example:
    question = sections.asked(section.title, section.heading, section.language)
    return _example(Kind.HEADING, question, gold=section.places)


def _about_absent_key(fact: Fact, vocabulary: Vocabulary, chance: Random) -> Example | None:
    altered = with_absent_key(fact.blanked, vocabulary, chance)
    if altered is None:
        return None
    document = fact.sentence.passage.document
    return _example(Kind.UNANSWERABLE, asked(fact.kind, altered), document=document)


def _about_absent_topic(choice: tuple[Section, str]) -> Example:
    section, topic = choice
    question = sections.asked(section.title, topic, section.language)
    return _example(Kind.UNANSWERABLE, question, document=section.document)


def _example(
    kind: Kind,
    question: str,
    *,
    answers: tuple[str, ...] = (),
    gold: tuple[Place, ...] = (),
    evidence: tuple[str, ...] = (),
    document: str | None = None,
) -> Example:
    language: Language = language_of(question)
    tags = {"synthetic": kind.value, "kind": kind.value, "language": language}
    if document is not None:
        tags["document"] = document
    return Example(
        id=f"{kind}-{hashlib.sha256(question.encode()).hexdigest()[:12]}",
        question=question,
        answers=answers,
        gold=gold,
        evidence=evidence,
        answerable=kind is not Kind.UNANSWERABLE,
        tags=tags,
    )
