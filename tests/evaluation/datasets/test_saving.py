from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.dataset import Dataset, Example, LibraryCorpus, Place
from evaluation.datasets.corpus import assembled, file_corpus, text_corpus
from evaluation.datasets.loading import collections_of, load
from evaluation.datasets.places import settle_pages
from evaluation.datasets.saving import save
from evaluation.errors import DatasetExists
from tests.evaluation.datasets.written import HERE, ROOT, write_files

SHELF = LibraryCorpus(collections=("手册", "rules"), documents=3, digest="d")
EXAMPLES = (
    Example(
        id="1",
        question="泵有多重？\n第二行\u2028",
        answers=("12 kg", "12 公斤"),
        gold=(Place(document="手册.pdf", page=3), Place(document="b.docx", relevance=2)),
        evidence=("该泵重 12 kg。",),
        tags={"language": "zh", "score": "0.5", "flag": "true"},
    ),
    Example(id="2", question="Both?", answers=("a, b",), required=(("a", "A"), ("b",))),
    Example(id="3", question="Who?", answerable=False, tags={"document": "手册.pdf"}),
)


def test_a_set_over_the_library_comes_back(tmp_path: Path) -> None:
    dataset = assembled(name="made", examples=EXAMPLES, corpus=SHELF, by_page=True, synthetic=True)
    save(dataset, tmp_path / "made")
    assert collections_of(tmp_path / "made") == SHELF.collections
    assert load(tmp_path / "made", library=SHELF) == dataset


def test_a_set_over_texts_comes_back(tmp_path: Path) -> None:
    corpus = text_corpus(HERE, [("手册.pdf", "题", "文\r\n\u2028本"), ("b.docx", "", "")])
    examples, by_page = settle_pages(EXAMPLES, corpus)
    dataset = assembled(name="texts", examples=examples, corpus=corpus, by_page=by_page)
    save(dataset, tmp_path / "texts")
    assert load(tmp_path / "texts") == dataset


def test_a_set_over_files_comes_back_with_them(tmp_path: Path) -> None:
    corpus = file_corpus(write_files(tmp_path / "from", "手册.pdf", "b.docx", "deep/c.md"))
    dataset = assembled(name="files", examples=EXAMPLES, corpus=corpus, by_page=True)
    save(dataset, tmp_path / "files")
    found = load(tmp_path / "files")
    assert found.digest == dataset.digest
    assert found.examples == EXAMPLES


def test_the_samples_come_back(tmp_path: Path) -> None:
    dataset = load(ROOT / "samples")
    save(dataset, tmp_path / "copy")
    found = load(tmp_path / "copy")
    assert (found.examples, found.digest) == (dataset.examples, dataset.digest)
    assert (found.name, found.by_page) == (dataset.name, dataset.by_page)


@pytest.mark.parametrize(
    "taken", ["questions.jsonl", "corpus.jsonl.gz", "meta.json", "documents/a", "pdfs/a"]
)
def test_a_set_is_not_written_over_another(tmp_path: Path, taken: str) -> None:
    write_files(tmp_path, taken)
    with pytest.raises(DatasetExists, match=taken.split("/", maxsplit=1)[0]):
        save(assembled(name="x", examples=EXAMPLES, corpus=SHELF), tmp_path)
    assert (tmp_path / taken).read_text(encoding="utf-8") == f"content of {taken}"


def test_a_tag_that_is_a_field_is_refused(tmp_path: Path) -> None:
    example = Example(id="1", question="?", tags={"answers": "x"})
    with pytest.raises(ValueError, match=r"\['answers'\] of example '1'"):
        save(assembled(name="x", examples=[example], corpus=SHELF), tmp_path / "x")
    assert not (tmp_path / "x").exists()


WORD = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=8).filter(str.strip)
PLACE = st.builds(
    Place,
    document=st.sampled_from(["手册.pdf", "a.pdf", "b.docx", "nowhere"]),
    page=st.none() | st.integers(1, 9),
    relevance=st.integers(1, 3),
)


def example_of(drawn: dict[str, Any]) -> Example:
    if not drawn["answerable"]:
        drawn |= {"answers": (), "gold": ()}
    return Example(**drawn)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": WORD,
                "question": WORD,
                "answers": st.lists(WORD, max_size=3).map(tuple),
                "gold": st.lists(PLACE, max_size=3).map(tuple),
                "evidence": st.lists(WORD, max_size=2).map(tuple),
                "answerable": st.booleans(),
                "tags": st.dictionaries(st.sampled_from(["kind", "语言"]), WORD, max_size=2),
            }
        ).map(example_of),
        min_size=1,
        max_size=5,
        unique_by=lambda one: one.id,
    )
)
def test_what_is_saved_is_loaded(drawn: list[Example]) -> None:
    examples, by_page = settle_pages(drawn, SHELF)
    dataset: Dataset = assembled(name="x", examples=examples, corpus=SHELF, by_page=by_page)
    with tempfile.TemporaryDirectory() as folder:
        save(dataset, Path(folder) / "set")
        assert load(Path(folder) / "set", library=SHELF) == dataset
