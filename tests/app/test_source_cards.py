"""A card shows the cited words in their paragraph and no more than is read at a glance."""

from __future__ import annotations

import pytest

from app.page_pictures import Leaf
from app.passages import Source
from app.source_cards import AROUND_CHARS, LONGEST_QUOTE, card_of
from rag.types import Span


def source(before: str, marked: str, after: str, *, missing: bool = False) -> Source:
    leaf = Leaf(document_id="d", document="a.md", version="v", page=1, span=Span(start=0, end=1))
    return Source(
        key=1,
        number=1,
        document="a.md",
        page="page 1",
        headings=(),
        before=before,
        marked=marked,
        after=after,
        leaf=leaf,
        missing=missing,
    )


def test_the_paragraph_stands_around_the_cited_words() -> None:
    card = card_of(
        source("Another matter.\n\nFirst, close it. ", "Open valve 3.", " Wait.\n\nThen go.")
    )
    assert (card.before, card.marked, card.after) == (
        "First, close it. ",
        "Open valve 3.",
        " Wait.",
    )
    assert (card.document, card.page, card.missing) == ("a.md", "page 1", False)


def test_what_is_long_is_cut_between_words() -> None:
    card = card_of(source("before " * 100, "quoted " * 100, " after" * 100))
    assert card.before.startswith("…before ")
    assert card.before.endswith("before ")
    assert card.marked.endswith("quoted…")
    assert card.after.endswith("after…")
    assert len(card.before) <= AROUND_CHARS + 1
    assert len(card.marked) <= LONGEST_QUOTE + 1
    assert len(card.after) <= AROUND_CHARS + 1


@pytest.mark.parametrize("text", ["水泵每八千小时更换隔膜" * 60, "x" * 2_000])
def test_text_without_blanks_is_cut_at_the_length(text: str) -> None:
    card = card_of(source(text, text, text))
    assert card.before == "…" + text[-AROUND_CHARS:]
    assert card.marked == text[:LONGEST_QUOTE] + "…"
    assert card.after == text[:AROUND_CHARS] + "…"


def test_a_quotation_without_its_text_stands_alone() -> None:
    card = card_of(source("", "Open valve 3.", "", missing=True))
    assert (card.before, card.marked, card.after, card.missing) == ("", "Open valve 3.", "", True)
