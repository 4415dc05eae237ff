from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.dataset import Dataset, Example, FileCorpus, LibraryCorpus, Place
from evaluation.datasets.corpus import Corpus, assembled
from evaluation.datasets.sampling import part_of, retrievable, sample
from evaluation.errors import UnknownPart
from tests.evaluation.datasets.written import HERE

PARTS = ("train", "dev", "test")
SHELF = LibraryCorpus(collections=("shelf",), documents=1, digest="d")


def example(qid: str, *documents: str, answerable: bool = True) -> Example:
    gold = tuple(Place(document=document) for document in documents)
    return Example(id=qid, question="?", gold=gold, answerable=answerable)


def dataset(corpus: Corpus) -> Dataset:
    examples = [
        example("none"),
        example("one", "a.pdf"),
        example("both", "a.pdf", "规定.docx"),
        example("half", "a.pdf", "lost.pdf"),
        example("lost", "lost.pdf"),
        example("not", answerable=False),
    ]
    return assembled(name="x", examples=examples, corpus=corpus)


def test_retrievable_are_those_whose_gold_is_there() -> None:
    files = FileCorpus(files=(("a.pdf", HERE), ("规定.docx", HERE)), digest="d")
    assert [one.id for one in retrievable(dataset(files))] == ["one", "both"]
    assert [one.id for one in retrievable(dataset(SHELF))] == ["one", "both", "half", "lost"]


def test_a_sample_is_the_one_of_the_standard_library() -> None:
    examples = [example(str(number)) for number in range(50)]
    expected = random.Random(7).sample(range(50), 10)
    assert [int(one.id) for one in sample(examples, 10, 7)] == expected
    assert sample(examples, 10, 8) != sample(examples, 10, 7)
    assert sample(examples, 0, 7) == sample([], 5, 7) == []


def test_a_sample_of_more_than_there_are_is_all() -> None:
    examples = [example(str(number)) for number in range(5)]
    assert Counter(one.id for one in sample(examples, 9, 0)) == Counter("01234")


def test_parts_are_pinned() -> None:
    """Where these documents go was written down once: a change would mix train and test."""
    pinned = {
        "manual": "train",
        "handbook": "train",
        "差旅制度": "train",
        "rules": "test",
        "notes": "dev",
        "minutes": "dev",
    }
    for name, part in pinned.items():
        assert part_of([example("q", name)], part, seed=0), name


def test_the_shares_are_60_20_20() -> None:
    examples = [example(str(number), f"doc-{number}") for number in range(3000)]
    sizes = {part: len(part_of(examples, part, seed=3)) for part in PARTS}
    assert sum(sizes.values()) == 3000
    assert sizes["train"] == pytest.approx(1800, abs=108)  # four standard deviations of 27
    assert sizes["dev"] == pytest.approx(600, abs=88)
    assert sizes["test"] == pytest.approx(600, abs=88)


@given(
    st.lists(st.sampled_from(["a", "b", "手册", "d", "e", "f"]), max_size=20),
    st.lists(st.text(max_size=4), max_size=5),
    st.integers(0, 5),
)
def test_documents_stay_together_and_additions_move_nothing(
    documents: list[str], added: list[str], seed: int
) -> None:
    before = [example(str(number), name) for number, name in enumerate(documents)]
    after = [example(f"+{number}", name) for number, name in enumerate(added)] + before
    parts = {part: part_of(before, part, seed) for part in PARTS}
    homes = [{one.cluster for one in parts[part]} for part in PARTS]
    assert sum(map(len, homes)) == len(set(documents))
    assert sorted(one.id for part in PARTS for one in parts[part]) == sorted(
        one.id for one in before
    )
    for part in PARTS:
        kept = [one for one in part_of(after, part, seed) if not one.id.startswith("+")]
        assert kept == parts[part]


def test_unanswerable_questions_go_with_their_document() -> None:
    tagged = Example(id="u", question="?", answerable=False, tags={"document": "a"})
    for seed in range(8):
        homes = [
            part for part in PARTS if len(part_of([example("g", "a"), tagged], part, seed)) == 2
        ]
        assert len(homes) == 1


def test_another_part_is_refused() -> None:
    with pytest.raises(UnknownPart, match=r"no part 'valid' .* train, dev, test"):
        part_of([], "valid", seed=0)
