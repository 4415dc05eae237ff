"""What collections are called."""

from __future__ import annotations

import pytest

from rag.errors import InvalidCollectionName
from vectorstore.collection_names import collection_name, folded, index_name


@pytest.mark.parametrize(
    ("given", "kept"), [(" Handbook ", "Handbook"), ("制度", "制度"), ("e\u0301tat", "état")]
)
def test_names_are_trimmed_and_composed(given: str, kept: str) -> None:
    assert collection_name(given) == kept


@pytest.mark.parametrize("bad", ["", "  ", "a\nb", "\u202ename", "x" * 101])
def test_names_that_cannot_be_used(bad: str) -> None:
    with pytest.raises(InvalidCollectionName):
        collection_name(bad)


def test_names_are_compared_whatever_their_case_and_width() -> None:
    assert folded("ＨＲ Guide") == folded("hr guide")
    assert folded("制度") != folded("制度二")


def test_each_generation_of_an_index_has_a_name_of_its_own() -> None:
    assert index_name("ab", 0) == "ab"
    assert index_name("ab", 1) == "ab.1"
