"""Near words for words that no passage holds: typing errors, never other codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.spelling import LexicalQuery, corrections, near_words, read_as, within_two_edits


class CountedWords:
    """A vocabulary with a frequency for each word."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words

    def frequency(self, word: str) -> int:
        return self._words.get(word, 0)

    def beginning_with(self, prefix: str) -> Iterable[tuple[str, int]]:
        return [(word, count) for word, count in self._words.items() if word.startswith(prefix)]


WORDS = CountedWords(
    {
        **{"quorum": 3, "receiv": 9, "warranti": 5, "architectur": 2, "müller": 1, "hous": 7},
        **{"hose": 2, "horse": 2, "host": 2, "x300b": 1, "x200b": 2, "quorum200": 1, "it": 40},
        **{"IT": 2, "保修": 4, "3.5": 1, "cat": 5},
    }
)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("quorom", ("quorum",)),
        ("reciev", ("receiv",)),
        ("receeiv", ("receiv",)),
        ("recev", ("receiv",)),
        ("warrnati", ("warranti",)),
        ("warrentti", ("warranti",)),
        ("uqorum", ("quorum",)),
        ("quor", ()),
        ("quorums", ()),
        ("quorun", ()),
        ("hosu", ("hous",)),
        ("hots", ("host",)),
        ("hosn", ()),
        ("ohst", ()),
        ("lose", ()),
        ("architecture", ("architectur",)),
        ("architektrur", ("architectur",)),
        ("muller", ("müller",)),
        ("quorom200", ("quorum200",)),
        ("quorum300", ()),
        ("x2oob", ("x200b",)),
        ("x2o0b", ("x200b",)),
        ("x400b", ()),
        ("x200d", ()),
        ("cst", ()),
        ("保休", ()),
        ("3.6", ()),
        ("", ()),
    ],
)
def test_what_is_near_a_word(typed: str, near: tuple[str, ...]) -> None:
    assert near_words(typed, WORDS) == near


def test_the_most_frequent_three_come_first_and_equals_by_name() -> None:
    # "hosse" becomes house (u for s), horse (r for s) and hose; hosses differs in its last letter
    assert near_words("hosse", CountedWords({"hose": 2, "horse": 2, "house": 5, "hosses": 2})) == (
        *("house", "horse", "hose"),
    )


def test_words_that_are_there_are_read_as_they_stand() -> None:
    assert read_as(["quorum", "保修", "x200b"], WORDS) == {}
    assert read_as([], WORDS) == {}
    assert read_as(["quorom", "quorum", "nowhere"], WORDS) == {"quorom": ("quorum",)}


def test_a_text_of_unseen_words_is_not_corrected() -> None:
    errors = ["quorom", "reciev", "hosee", "warrnati"]
    assert list(read_as(errors, WORDS)) == errors
    assert read_as([*errors, "zwischen"], WORDS) == {}
    assert list(read_as([*errors, "quorum", "hous"], WORDS)) == errors


def test_a_question_becomes_words_pairs_and_readings() -> None:
    query = LexicalQuery.of("Does Quorom, or Quorum, need IT? 保修期", WORDS)
    assert query.sequence[:4] == ("quorom", "quorum", "need", "IT")
    assert query.terms == tuple(dict.fromkeys(query.sequence))
    assert query.pairs == ("保修", "修期")
    assert query.read_as == {"quorom": ("quorum",)}


def test_an_emphasised_stop_word_that_nobody_wrote_so_is_no_word() -> None:
    assert LexicalQuery.of("Why is it NOT allowed?", WORDS).sequence == ("allow",)
    assert LexicalQuery.of("the of", WORDS) == LexicalQuery()


def test_corrections_are_told_as_they_are_written() -> None:
    question = "Does Quorom recieve 保修 notices?"
    query = LexicalQuery.of(question, WORDS)
    texts = ["Nothing here.", "Members receive letters.", "The Quorum received one."]
    assert corrections(query, question, texts) == {"Quorom": "Quorum", "recieve": "receive"}
    assert corrections(query, question, ["nothing"]) == corrections(query, question, []) == {}
    plain = "Quorum 保修"
    assert corrections(LexicalQuery.of(plain, WORDS), plain, texts) == {}


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("abcdefgh", "abcdefgh", True),
        ("abcdefgh", "abdcefhg", True),
        ("abcdefgh", "bcdefghi", True),
        ("abcdefgh", "abcdexyz", False),
        ("abcdefgh", "abcde", False),
        ("ab", "", True),
    ],
)
def test_two_edits(one: str, other: str, *, near: bool) -> None:
    assert within_two_edits(one, other) is near


@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7))
def test_two_edits_are_as_many_the_other_way(one: str, other: str) -> None:
    assert within_two_edits(one, other) == within_two_edits(other, one)
