"""What the inverted index finds: both scripts, all ways of writing, misspelt words, old indexes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tantivy

from tests.vectorstore.shelf import Shelf, names
from vectorstore.inverted import ALONE, BODY, NEAR_WEIGHT, IndexedWords, any_of, open_index
from vectorstore.lexical import LexicalIndex
from vectorstore.spelling import LexicalQuery
from vectorstore.synchroniser import Synchroniser

TEXTS = {
    "pump.txt": "The X-200B pump was delivered on 5 January 2024 and costs 1,200 euros.",
    "booster.txt": "The X-300B pump was delivered on 6 January 2024 and costs 1,300 euros.",
    "leave.txt": "员工每年享有十五天带薪假期，软件部门另计。",
    "warranty.txt": "產品保固期為兩年，自購買之日起計算；折扣為百分之五。",
    "it.txt": "The IT department answers calls when it can.",
    "quorum.txt": "Members receive letters before the Quorum meets; it is short.",
}


@pytest.fixture
def index(shelf: Shelf) -> LexicalIndex:
    made = shelf.lexical()
    for name, text in TEXTS.items():
        made.add(shelf.collection("c").id, shelf.entries(shelf.add("c", name, text)))
    return made


def found(index: LexicalIndex, question: str) -> list[str]:
    return names(index.search(question, collections=["c"], top_k=10))


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("X 200B", "pump.txt"),
        ("x200b", "pump.txt"),
        ("Ｘ－３００Ｂ", "booster.txt"),
        ("X\u2011300B", "booster.txt"),
        ("1200", "pump.txt"),
        ("一千三百", "booster.txt"),
        ("2024-01-06", "booster.txt"),
        ("二〇二四年一月五日", "pump.txt"),
        ("軟件部門", "leave.txt"),
        ("15天", "leave.txt"),
        ("产品保固期", "warranty.txt"),
        ("2年", "warranty.txt"),
        ("5%", "warranty.txt"),
        ("the IT calls", "it.txt"),
        ("Quorom", "quorum.txt"),
        ("Who recieves letters?", "quorum.txt"),
    ],
)
def test_however_it_is_written_it_is_found_first(
    index: LexicalIndex, question: str, document: str
) -> None:
    assert found(index, question)[0] == document


@pytest.mark.parametrize("question", ["x-400b", "Y-200C", "it", "NOT", "保险箱", "2023-07-09"])
def test_what_is_not_there_is_not_found(index: LexicalIndex, question: str) -> None:
    assert found(index, question) == []


def test_a_code_is_never_read_as_another(index: LexicalIndex, shelf: Shelf) -> None:
    query = index.query_of("Is the X-400B a pump?", [shelf.collection("c")])
    assert query.read_as == {}
    assert query.terms == ("x400b", "400b", "pump")


def test_a_misspelt_word_counts_a_little_less(index: LexicalIndex, shelf: Shelf) -> None:
    chosen = [shelf.collection("c")]
    typed, right = (index.query_of(word, chosen) for word in ("Quorom", "Quorum"))
    assert typed.read_as == {"quorom": ("quorum",)}
    ((one, less),) = index.best(typed, chosen, 5)
    ((other, more),) = index.best(right, chosen, 5)
    assert one == other
    assert less == pytest.approx(NEAR_WEIGHT * more, rel=1e-5)
    assert index.rarity(typed, chosen)["quorom"] == pytest.approx(
        NEAR_WEIGHT * index.rarity(right, chosen)["quorum"]
    )


def test_a_word_of_one_collection_is_not_corrected_by_another(
    index: LexicalIndex, shelf: Shelf
) -> None:
    other = shelf.collection("d")
    index.add(other.id, shelf.entries(shelf.add("d", "a.txt", "The quorom of old spelling.")))
    chosen = shelf.record.chosen(["c", "d"])
    assert index.query_of("quorom", chosen).read_as == {}
    assert index.query_of("quorom", chosen[:1]).read_as == {"quorom": ("quorum",)}


def test_words_of_several_indexes_are_counted_together(index: LexicalIndex, shelf: Shelf) -> None:
    folder = shelf.folder / "lexical" / shelf.collection("c").id
    searcher = open_index(folder).searcher()
    words = IndexedWords([searcher, searcher])
    assert words.frequency("pump") == 4
    assert words.frequency("nowhere") == 0
    assert dict(words.beginning_with("quor")) == {"quorum": 2, "quorumtxt": 2}
    assert IndexedWords([]).frequency("pump") == 0


def test_nothing_wanted_is_no_query(tmp_path: Path) -> None:
    assert any_of(open_index(tmp_path / "one").schema, LexicalQuery(), ALONE) is None


def with_other_words(folder: Path) -> None:
    """An index as it was before ``rag.words`` gave what it gives."""
    shutil.rmtree(folder)
    folder.mkdir()
    builder = tantivy.SchemaBuilder()
    for field in ("chunk_id", "version", BODY.partition("_")[0]):
        builder.add_text_field(field, stored=True, tokenizer_name="raw", index_option="basic")
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    for number in range(len(TEXTS)):
        writer.add_document(tantivy.Document(chunk_id=str(number), version="1"))
    writer.commit()
    writer.wait_merging_threads()


def test_an_index_of_other_words_is_made_anew_at_start(shelf: Shelf) -> None:
    first = Synchroniser(shelf.record, shelf.versions, shelf.lexical(), None)
    for name, text in TEXTS.items():
        shelf.put("c", name, text)
    first.recover()
    with_other_words(shelf.folder / "lexical" / shelf.collection("c").id)
    fresh = shelf.lexical()
    assert fresh.count(shelf.collection("c").id) == 0
    Synchroniser(shelf.record, shelf.versions, fresh, None).recover()
    assert fresh.count(shelf.collection("c").id) == len(TEXTS)
    assert found(fresh, "X 200B")[0] == "pump.txt"
