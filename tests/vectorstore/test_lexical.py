"""BM25 over words: both languages, no query syntax, several processes, damaged folders."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.errors import IndexInUse
from tests.fakes import a_chunk
from tests.vectorstore.shelf import Shelf, names
from vectorstore.lexical import LexicalIndex
from vectorstore.spelling import LexicalQuery
from vectorstore.wording import context_of

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {
    "pump.txt": "The X-200B pump weighs 4 kg and costs 120 euros.",
    "valve.txt": "The valves of the Y-7 series close within two seconds.",
    "leave.txt": "员工每年享有十五天带薪假期，病假另计。",
    "warranty.txt": "产品保修期为两年，自购买之日起计算。",
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
        ("How heavy is the x200b?", "pump.txt"),
        ("X-200B", "pump.txt"),
        ("Ｘ－２００Ｂ", "pump.txt"),
        ("valve closing", "valve.txt"),
        ("PUMPS", "pump.txt"),
        ("y7", "valve.txt"),
        ("带薪假期有几天？", "leave.txt"),
        ("保修多久", "warranty.txt"),
        ("产品的保修期", "warranty.txt"),
    ],
)
def test_words_are_found_in_both_languages(
    index: LexicalIndex, question: str, document: str
) -> None:
    assert found(index, question)[0] == document


@pytest.mark.parametrize("question", ["", "the of", "的 了", "unheardof", "量子力学", "?!"])
def test_no_word_in_common_is_no_hit(index: LexicalIndex, question: str) -> None:
    assert found(index, question) == []


@pytest.mark.parametrize(
    "question",
    [
        'pump" AND (',
        "chunk_id:pump OR *:*",
        "pump*",
        "+pump -pump",
        "pump~2^9",
        "[pump TO *]",
        "body:pump version:1",
        "/pump.*/",
        "pump\\",
        "{pump}",
    ],
)
def test_query_syntax_is_inert(index: LexicalIndex, question: str) -> None:
    plain = index.search("pump", collections=["c"], top_k=10)[0]
    hits = index.search(question, collections=["c"], top_k=10)
    assert names(hits)[0] == "pump.txt"
    assert hits[0].score >= plain.score or "version" not in question
    assert "leave.txt" not in names(hits)


def test_title_and_headings_help_but_are_not_quoted(shelf: Shelf, index: LexicalIndex) -> None:
    hit = index.search("valve.txt", collections=["c"], top_k=1)[0]
    assert hit.passage.document == "valve.txt"
    chunk = a_chunk("text")
    assert context_of("Title", chunk) == "Title"
    assert context_of("", chunk) == ""


def test_a_removed_version_is_not_found(shelf: Shelf, index: LexicalIndex) -> None:
    collection = shelf.collection("c")
    version = shelf.add("c", "extra.txt", "Extraordinary gadgets.", "More gadgets.")
    index.add(collection.id, shelf.entries(version))
    assert found(index, "gadgets") == ["extra.txt", "extra.txt"]
    index.remove(collection.id, version)
    assert found(index, "gadgets") == []
    assert index.count(collection.id) == len(TEXTS)


def test_adding_a_version_twice_keeps_it_once(shelf: Shelf, index: LexicalIndex) -> None:
    version = shelf.add("c", "extra.txt", "Extraordinary gadgets.")
    for _ in range(2):
        index.add(shelf.collection("c").id, shelf.entries(version))
    assert found(index, "gadgets") == ["extra.txt"]
    assert index.count(shelf.collection("c").id) == len(TEXTS) + 1


def test_several_versions_go_in_at_once(shelf: Shelf) -> None:
    index = shelf.lexical()
    versions = [shelf.add("c", name, text) for name, text in TEXTS.items()]
    index.add(shelf.collection("c").id, shelf.entries(*versions))
    assert index.count(shelf.collection("c").id) == len(TEXTS)
    assert found(index, "保修期") == ["warranty.txt"]


def test_scores_agree_with_the_ranking(shelf: Shelf, index: LexicalIndex) -> None:
    collection = shelf.collection("c")
    query = index.query_of("pump and valves 保修", [collection])
    best = index.best(query, [collection], 10)
    assert [score for _, score in best] == sorted((score for _, score in best), reverse=True)
    around = index.best_in_context(query, [collection], 10)
    some = [match.chunk_id for match in around[1:]]
    again = index.in_context(query, [collection], some)
    assert {match.chunk_id: match.score for match in again} == pytest.approx(
        {match.chunk_id: match.score for match in around[1:]}
    )
    assert index.in_context(query, [collection], []) == []
    (nothing_asked,) = index.in_context(LexicalQuery(), [collection], [best[0][0]])
    assert (nothing_asked.chunk_id, nothing_asked.score) == (best[0][0], 0.0)


def test_rare_words_weigh_more(shelf: Shelf, index: LexicalIndex) -> None:
    index.add(
        shelf.collection("c").id,
        shelf.entries(*(shelf.add("c", f"{n}.txt", f"A pump, number {n}.") for n in range(5))),
    )
    chosen = [shelf.collection("c")]
    weights = index.rarity(index.query_of("pump valve unheard", chosen), chosen)
    assert 0 < weights["pump"] < weights["valv"] < weights["unheard"]


def test_another_instance_sees_every_commit(shelf: Shelf, index: LexicalIndex) -> None:
    other = shelf.lexical()
    assert found(other, "gadgets") == []
    index.add(shelf.collection("c").id, shelf.entries(shelf.add("c", "extra.txt", "Many gadgets.")))
    assert found(other, "gadgets") == ["extra.txt"]


def test_an_open_index_follows_when_another_makes_the_folder_anew(
    shelf: Shelf, index: LexicalIndex
) -> None:
    collection, other = shelf.collection("c"), shelf.lexical()
    assert found(index, "pump") == ["pump.txt"]
    other.drop(collection.id)
    other.add(collection.id, shelf.entries(shelf.add("c", "extra.txt", "Many gadgets.")))
    assert found(index, "gadgets") == ["extra.txt"]
    assert found(index, "pump") == []


@pytest.mark.parametrize("damage", ["empty meta", "garbage meta", "no meta", "all gone"])
def test_a_damaged_folder_is_made_anew(shelf: Shelf, index: LexicalIndex, damage: str) -> None:
    collection = shelf.collection("c")
    folder = shelf.folder / "lexical" / collection.id
    if damage == "empty meta":
        (folder / "meta.json").write_bytes(b"")
    elif damage == "garbage meta":
        (folder / "meta.json").write_bytes(b"\xff{]")
    elif damage == "no meta":
        (folder / "meta.json").unlink()
    else:
        for file in folder.iterdir():
            file.unlink()
    fresh = shelf.lexical()
    assert fresh.count(collection.id) == 0
    fresh.add(collection.id, shelf.entries(shelf.add("c", "new.txt", "Many gadgets.")))
    assert found(fresh, "gadgets") == ["new.txt"]


@pytest.mark.parametrize("how", ["missing", "empty", "half"])
def test_a_torn_segment_is_made_anew(shelf: Shelf, index: LexicalIndex, how: str) -> None:
    collection = shelf.collection("c")
    folder = shelf.folder / "lexical" / collection.id
    kinds = (".term", ".store", ".idx")
    segments = sorted(file for file in folder.iterdir() if file.suffix in kinds)
    assert segments
    for file in segments:
        content = file.read_bytes()
        file.unlink()
        if how != "missing":
            file.write_bytes(content[: len(content) // 2] if how == "half" else b"")
    fresh = shelf.lexical()
    assert fresh.count(collection.id) == 0
    assert found(fresh, "pump") == []


def test_drop_and_keep_only(shelf: Shelf, index: LexicalIndex) -> None:
    other = shelf.collection("d")
    index.add(other.id, shelf.entries(shelf.add("d", "a.txt", "gadgets")))
    index.keep_only({other.id})
    assert [folder.name for folder in (shelf.folder / "lexical").iterdir()] == [other.id]
    assert found(index, "pump") == []
    index.drop(other.id)
    assert index.count(other.id) == 0
    shelf.lexical().keep_only(set())
    LexicalIndex(shelf.record, shelf.folder / "nowhere").keep_only(set())
    assert not (shelf.folder / "nowhere").exists()


HOLD_THE_WRITER = """
import sys, tantivy
builder = tantivy.SchemaBuilder()
index = tantivy.Index.open(sys.argv[1])
writer = index.writer(heap_size=15_000_000, num_threads=1)
print("held", flush=True)
sys.stdin.readline()
"""


def held_by_another_process(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_WRITER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writing_process_waits_and_then_says_who_is_in_the_way(
    shelf: Shelf, index: LexicalIndex
) -> None:
    collection = shelf.collection("c")
    version = shelf.add("c", "extra.txt", "Many gadgets.")
    with held_by_another_process(shelf.folder / "lexical" / collection.id) as other:
        started = time.monotonic()
        with pytest.raises(IndexInUse, match=collection.id):
            shelf.lexical(wait_s=0.2).add(collection.id, shelf.entries(version))
        assert 0.2 <= time.monotonic() - started < 2
        assert found(index, "pump") == ["pump.txt"]
        threading.Timer(0.3, lambda: other.stdin and other.stdin.close()).start()
        shelf.lexical(wait_s=20).add(collection.id, shelf.entries(version))
        assert other.wait(10) == 0
    assert found(index, "gadgets") == ["extra.txt"]


def test_the_writers_lock_ends_with_its_process(shelf: Shelf, index: LexicalIndex) -> None:
    collection = shelf.collection("c")
    version = shelf.add("c", "extra.txt", "Many gadgets.")
    with held_by_another_process(shelf.folder / "lexical" / collection.id) as other:
        other.kill()
    shelf.lexical(wait_s=0.5).add(collection.id, shelf.entries(version))
    assert found(index, "gadgets") == ["extra.txt"]


def test_a_commit_that_was_killed_half_way_stands_in_nobodys_way(shelf: Shelf) -> None:
    first = shelf.add("c", "a.txt", "alpha one", "beta two")
    second = shelf.add("c", "b.txt", "gamma three")
    collection = shelf.collection("c")
    index = shelf.lexical()
    index.add(collection.id, [*shelf.entries(first), *shelf.entries(second)])
    (meta,) = shelf.folder.rglob("meta.json")
    committed = meta.read_bytes()
    index.remove(collection.id, first)
    assert any(meta.parent.glob("*.del"))
    meta.write_bytes(committed)  # the files of the commit are there, the commit is not
    again = shelf.lexical()
    assert again.count(collection.id) == 3
    again.remove(collection.id, first)
    assert again.count(collection.id) == 1
