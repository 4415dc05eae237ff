"""How much of a claim's wording stands in a text."""

from __future__ import annotations

import pytest

from rag.checking.words_held import said_of, share_held, word_share


def test_the_share_of_words() -> None:
    assert word_share({"a", "b", "c", "d"}, {"a", "b", "x"}) == 0.5
    assert word_share(set(), {"a"}) == 0.0


@pytest.mark.parametrize(
    ("claim", "text", "share"),
    [
        ("The red kettle boils water.", "A kettle for water.", 0.5),
        ("红色水壶", "水壶是红色的", 1.0),
        ("It is not.", "So it is  NOT. He said so.", 1.0),
        ("It is not.", "So it was not.", 0.0),
        ("It opened on 4 March at 5 pm.", "It opened on 2025-03-04 at 17:00.", 1.0),
        ("", "anything", 0.0),
    ],
)
def test_what_stands_there(claim: str, text: str, share: float) -> None:
    assert share_held(claim, [text]) == pytest.approx(share)


def test_the_clauses_that_say_the_same() -> None:
    quote = "The gate is locked at night. The garden is open daily, but dogs stay outside."
    assert said_of("The garden is open.", [quote]).strip() == "The garden is open daily"
    assert said_of("狗留在外面。", ["花园每天开放，狗留在外面。"]) == "狗留在外面。"
    assert said_of("x", []) == ""
