"""Gold places as the product names them: which document a set means, and whether pages are ranked.

Knows names and pages, not files or formats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from evaluation.dataset import Example, Place, TextCorpus
from evaluation.datasets.corpus import Corpus, is_paginated, names_of
from evaluation.datasets.reading import Row
from ingest.sources import document_name


class DocumentNames:
    """The names that a set's documents go by, and what else they may be called in its questions.

    A document of a file may also be called by its path without the ending, by its file name, or by
    its file name without the ending. Without a corpus to look in, every name stands as it is given.
    """

    def __init__(self, corpus: Corpus | None) -> None:
        names = (names_of(corpus) if corpus else None) or frozenset()
        self._names = names
        self._by_path: dict[str, list[str]] = defaultdict(list)
        self._by_file: dict[str, list[str]] = defaultdict(list)
        if corpus and not isinstance(corpus, TextCorpus):
            for name in sorted(names):
                path = PurePosixPath(name)
                self._by_path[path.with_suffix("").as_posix()].append(name)
                for short in {path.name, path.stem}:
                    self._by_file[short].append(name)

    def resolve(self, given: str, row: Row) -> str:
        """The document that ``given`` names, ``given`` itself where the corpus has none.

        Raises DatasetUnreadable, naming ``row``, where it may be several.
        """
        name = document_name(given)
        if name in self._names:
            return name
        meant = self._by_path.get(name) or self._by_file.get(name) or [name]
        if len(meant) > 1:
            raise row.refused(
                f"the document {given!r} may be {' or '.join(map(repr, meant))}",
                "Write the name of the file with its ending.",
            )
        return meant[0]


def paired(documents: Sequence[str], pages: Sequence[int | None], row: Row) -> tuple[Place, ...]:
    """The places that ``documents`` and ``pages`` (from 1) name together.

    One document may have several pages; else there must be a page for each document, or none at
    all. Raises DatasetUnreadable, naming ``row``, where they cannot be paired.
    """
    if not pages:
        return tuple(Place(document=document) for document in documents)
    owners = [documents[0]] * len(pages) if len(documents) == 1 else list(documents)
    if len(owners) != len(pages):
        raise row.refused(
            f"{len(documents)} gold documents and {len(pages)} gold pages cannot be paired",
            'Give a page for each document; in questions.jsonl, write "gold_refs": '
            '[{"doc_id": …, "page": …}].',
        )
    return tuple(
        Place(document=document, page=page) for document, page in zip(owners, pages, strict=True)
    )


def settle_pages(examples: Iterable[Example], corpus: Corpus) -> tuple[tuple[Example, ...], bool]:
    """The examples with the places that can be ranked, and whether these are pages.

    Pages are ranked when every gold place in a paginated document names one; documents without
    pages are then ranked as a whole. Otherwise all places lose their page, so that ``Place.unit``
    is always what a ranking of this set names.
    """
    kept = tuple(examples)
    paged = not isinstance(corpus, TextCorpus)
    gold = [p for example in kept for p in example.gold if paged and is_paginated(p.document)]
    by_page = bool(gold) and all(place.page is not None for place in gold)
    return tuple(replace(one, gold=_settled(one.gold, by_page)) for one in kept), by_page


def _settled(gold: Sequence[Place], by_page: bool) -> tuple[Place, ...]:
    """Each place once, with its best grade, in order of first mention."""
    best: dict[str, Place] = {}
    for place in gold:
        page = place.page if by_page and is_paginated(place.document) else None
        one = replace(place, page=page)
        before = best.get(one.unit)
        if before is None or before.relevance < one.relevance:
            best[one.unit] = one
    return tuple(best.values())
