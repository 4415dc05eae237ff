"""A joined stretch of a page still cites the passage that holds each sentence."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import pytest

from rag.citations import cite
from rag.excerpt import Excerpt
from tests.fakes import a_passage

PAGE = "泵的型号是 X-200。外壳是蓝色的。\n\nIt weighs 4 kg. It needs 230 volts."
FIRST = a_passage(PAGE[:19], start=0)
SECOND = a_passage(PAGE[21:], start=21)
JOINED = Excerpt(passages=(FIRST, SECOND), text=PAGE)


def test_the_page_is_cut_where_the_test_says() -> None:
    assert FIRST.chunk.text == "泵的型号是 X-200。外壳是蓝色的。"
    assert SECOND.chunk.text == "It weighs 4 kg. It needs 230 volts."


def test_every_sentence_is_a_place_in_the_passage_that_holds_it() -> None:
    assert [(place.chunk_id, place.quote) for places in JOINED.places() for place in places] == [
        (FIRST.chunk_id, "泵的型号是 X-200。"),
        (FIRST.chunk_id, "外壳是蓝色的。"),
        (SECOND.chunk_id, "It weighs 4 kg."),
        (SECOND.chunk_id, "It needs 230 volts."),
    ]
    places = list(chain.from_iterable(JOINED.places()))
    assert all(PAGE[place.start : place.end] == place.quote for place in places)


@pytest.mark.parametrize(
    ("reply", "chunk_id", "quote"),
    [
        ("It needs 230 volts. [1]", SECOND.chunk_id, "It needs 230 volts."),
        ("外壳是蓝色的。[1]", FIRST.chunk_id, "外壳是蓝色的。"),
    ],
)
def test_a_claim_cites_the_member_that_holds_it(reply: str, chunk_id: str, quote: str) -> None:
    (claim,) = cite(reply, [JOINED]).claims
    assert [(one.chunk_id, one.quote) for one in claim.citations] == [(chunk_id, quote)]


def test_a_passage_without_sentences_is_cited_whole_only_where_none_has_any() -> None:
    bare = replace(FIRST, chunk=replace(FIRST.chunk, sentences=()))
    assert [[place.quote for place in places] for places in Excerpt.of(bare).places()] == [
        [FIRST.chunk.text]
    ]
    mixed = Excerpt(passages=(bare, SECOND), text=PAGE)
    assert [places[0].chunk_id for places in mixed.places()] == [SECOND.chunk_id]


def test_text_that_does_not_fit_its_passages_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[0, 56\) does not fit its text of 3"):
        Excerpt(passages=(FIRST, SECOND), text="abc")


@pytest.mark.parametrize(
    ("texts", "claim"),
    [
        (("The sign says 4 kg.", "The X-200 pump of the north hall weighs 4 kg."), "4 kg. [1]"),
        (("牌子上写着 4 公斤。", "北厅的 X-200 型水泵重 4 公斤。"), "4 公斤。[1]"),
    ],
)
def test_of_passages_that_hold_a_claim_alike_the_most_important_is_cited(
    texts: tuple[str, str], claim: str
) -> None:
    first, second = a_passage(texts[0]), a_passage(texts[1], start=len(texts[0]))
    for ranks, cited in (((3, 0), second), ((0, 3), first), ((), first)):
        joined = Excerpt(passages=(first, second), text="".join(texts), ranks=ranks)
        (found,) = cite(claim, [joined]).claims
        assert [place.chunk_id for place in found.citations] == [cited.chunk_id]


def test_a_passage_that_holds_more_of_a_claim_is_cited_whatever_its_rank() -> None:
    first, second = a_passage("It is a pump."), a_passage("It weighs 4 kg.", start=13)
    joined = Excerpt(passages=(first, second), text="It is a pump.It weighs 4 kg.", ranks=(0, 1))
    (found,) = cite("It weighs 4 kg. [1]", [joined]).claims
    assert [place.quote for place in found.citations] == ["It weighs 4 kg."]
