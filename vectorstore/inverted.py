"""The inverted index of one collection: its fields, how it is opened, the queries to it.

Who writes it and what is searched for are ``vectorstore/lexical.py`` and
``vectorstore/spelling.py``.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rag.protocols import Vectors
from rag.words import han_pairs
from vectorstore.passages import unpack
from vectorstore.sentences import pack_sentences
from vectorstore.spelling import LexicalQuery
from vectorstore.wording import PassageWords

if TYPE_CHECKING:
    import tantivy

    from vectorstore.entries import IndexEntry

CHUNK: Final = "chunk_id"
VERSION: Final = "version"
BODY: Final = "words_2"
"""The content words. The name changes whenever ``rag.words`` gives other words: an index with
another name is made anew when it is opened."""

PAIRS: Final = "pairs_2"
"""The pairs of Han characters."""

AROUND: Final = "around_2"
"""The content words of the passage and of the passages around it on its page."""

AROUND_PAIRS: Final = "around_pairs_2"
"""The pairs of Han characters there."""

PACKED: Final = "packed_2"
"""The words sentence by sentence (``vectorstore.wording.PassageWords.packed``)."""

SENTENCES: Final = "sentences_2"
"""The sentences' vectors (``vectorstore.sentences.pack_sentences``); without any, the passage's."""

PAIRS_WEIGHT: Final = 0.3
"""What a pair of Han characters counts beside a word (chosen on training sets)."""

AROUND_WEIGHT: Final = 0.8
"""What a passage's surroundings count where it is read in context (chosen on training sets)."""

NEIGHBOURS: Final = 2
"""Passages before and after one that are read with it (chosen on training sets)."""

ALONE: Final[Mapping[str, float]] = {BODY: 1.0, PAIRS: PAIRS_WEIGHT}
"""The fields, with their weights, of a passage by itself."""

IN_CONTEXT: Final[Mapping[str, float]] = {
    BODY: 1 - AROUND_WEIGHT,
    PAIRS: (1 - AROUND_WEIGHT) * PAIRS_WEIGHT,
    AROUND: AROUND_WEIGHT,
    AROUND_PAIRS: AROUND_WEIGHT * PAIRS_WEIGHT,
}
"""The same of a passage with what stands around it."""

NEAR_WEIGHT: Final = 0.8
"""What a word counts that is a near spelling of the one typed: a little less than that one."""


def open_index(folder: Path) -> tantivy.Index:
    """Open the index in ``folder``, or make it anew where there is none that can be read."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field(CHUNK, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(VERSION, stored=False, tokenizer_name="raw", index_option="basic")
    for field in IN_CONTEXT:
        builder.add_text_field(field, stored=False, tokenizer_name="words", index_option="freq")
    for field in (PACKED, SENTENCES):
        builder.add_bytes_field(field, stored=True, indexed=False)
    schema = builder.build()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        index = tantivy.Index(schema, path=str(folder))
    except ValueError:
        shutil.rmtree(folder)
        folder.mkdir(parents=True)
        index = tantivy.Index(schema, path=str(folder))
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", analyser)
    return index


def entry_rows(entries: Sequence[IndexEntry]) -> Iterator[dict[str, list[Any]]]:
    """What is written for each entry; ``entries`` hold whole versions."""
    words = [PassageWords.of(entry.title, entry.chunk) for entry in entries]
    pairs = [han_pairs(entry.chunk.text) for entry in entries]
    pages: dict[tuple[int, int], list[int]] = {}
    for at, entry in enumerate(entries):
        pages.setdefault((entry.version_id, entry.chunk.page), []).append(at)
    for page in pages.values():
        page.sort(key=lambda at: entries[at].chunk.sequence)
        for place, at in enumerate(page):
            around = page[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1]
            context = words[at].context
            within = chain.from_iterable(words[near].inside() for near in around)
            yield {
                CHUNK: [entries[at].chunk_id],
                VERSION: [str(entries[at].version_id)],
                BODY: [" ".join(chain(context, words[at].inside()))],
                PAIRS: [" ".join(pairs[at])],
                AROUND: [" ".join(chain(context, within))],
                AROUND_PAIRS: [" ".join(chain.from_iterable(pairs[near] for near in around))],
                PACKED: [words[at].packed()],
                SENTENCES: [pack_sentences(_sentence_vectors(entries[at]))],
            }


def _sentence_vectors(entry: IndexEntry) -> Vectors:
    """Those of its sentences (n, d), its own (1, d) where it has none."""
    if not entry.sentences:
        return entry.vector[None, :]
    return unpack(entry.sentences, len(entry.vector))


def any_of(
    schema: tantivy.Schema, wanted: LexicalQuery, fields: Mapping[str, float]
) -> tantivy.Query | None:
    """Entries with any word or pair of ``wanted``, by the weighted sum of their BM25 in ``fields``.

    A misspelt term counts as the best of its readings. None where nothing is wanted.
    """
    import tantivy

    def holds(field: str, word: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(schema, field, word, "freq")
        return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

    queries: list[tantivy.Query] = []
    for field, weight in fields.items():
        if field in (PAIRS, AROUND_PAIRS):
            queries.extend(holds(field, pair, weight) for pair in wanted.pairs)
            continue
        for term in wanted.terms:
            if near := wanted.read_as.get(term):
                readings = [holds(field, word, weight * NEAR_WEIGHT) for word in near]
                queries.append(tantivy.Query.disjunction_max_query(readings))
            else:
                queries.append(holds(field, term, weight))
    if not queries:
        return None
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def among(
    schema: tantivy.Schema, query: tantivy.Query, field: str, values: Sequence[str]
) -> tantivy.Query:
    """``query`` for the entries whose ``field`` is one of ``values``, scored as before."""
    import tantivy

    must = tantivy.Occur.Must
    return tantivy.Query.boolean_query([(must, query), (must, _one_of(schema, field, values))])


def every_one_of(
    schema: tantivy.Schema, query: tantivy.Query | None, chunk_ids: Sequence[str]
) -> tantivy.Query:
    """The entries of these chunks, by ``query``; those it does not match score 0."""
    import tantivy

    those = [(tantivy.Occur.Must, _one_of(schema, CHUNK, chunk_ids))]
    ranked = [(tantivy.Occur.Should, query)] if query is not None else []
    return tantivy.Query.boolean_query([*those, *ranked])


def _one_of(schema: tantivy.Schema, field: str, values: Sequence[str]) -> tantivy.Query:
    import tantivy

    those = tantivy.Query.term_set_query(schema, field, list(values))
    return tantivy.Query.const_score_query(those, 0.0)


class IndexedWords:
    """The words of several indexes together; see ``vectorstore.spelling.Vocabulary``."""

    def __init__(self, searchers: Sequence[tantivy.Searcher]) -> None:
        self._searchers = searchers

    def frequency(self, word: str) -> int:
        """Entries that hold ``word``."""
        return sum(searcher.doc_freq(BODY, word) for searcher in self._searchers)

    def beginning_with(self, prefix: str) -> Iterable[tuple[str, int]]:
        """The words that begin so, each with the entries that hold it."""
        found = Counter[str]()
        for searcher in self._searchers:
            found.update(dict(searcher.terms_with_prefix(BODY, prefix)))
        return found.items()
