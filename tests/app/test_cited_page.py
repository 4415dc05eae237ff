"""What stands around an open source: its page's text, cut at lines, and the way to the Library."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from app.cited_page import AROUND_CHARS, CitedPage, cited_page, library_link
from app.page_pictures import Leaf
from rag.types import Span
from tests.fakes import OpenServices, WordEmbedder, a_document

LINES = "".join(f"Line {n} of the manual.\n" for n in range(1_000))


def page_of(services: OpenServices, text: str, quote: str) -> CitedPage | None:
    opened = services(embedder=WordEmbedder())
    opened.ingestion.add_documents([a_document("a.txt", text)], "c")
    (entry,) = opened.record.documents(opened.record.collection("c").id)
    start = text.index(quote)
    span = Span(start=start, end=start + len(quote))
    leaf = Leaf(document_id=entry.id, document="a.txt", version=entry.version, page=1, span=span)
    return cited_page(leaf, opened.record)


@pytest.mark.parametrize(
    ("text", "quote"),
    [("Before. Here it is. After.", "Here it is."), ("之前。在此。之后。", "在此。")],
)
def test_a_short_page_is_shown_whole(services: OpenServices, text: str, quote: str) -> None:
    page = page_of(services, text, quote)
    assert page is not None
    assert page.before + page.marked + page.after == text
    assert page.marked == quote
    assert page.table is None


def test_a_long_page_is_cut_between_lines(services: OpenServices) -> None:
    page = page_of(services, LINES, "Line 500 of the manual.")
    assert page is not None
    assert page.before.startswith("…Line ")
    assert page.after.endswith("of the manual.…")
    assert AROUND_CHARS - 100 < len(page.before) <= AROUND_CHARS + 1
    assert AROUND_CHARS - 100 < len(page.after) <= AROUND_CHARS + 1
    assert page.before[1:] + page.marked + page.after[:-1] in LINES


def test_a_page_in_one_line_is_cut_at_the_length(services: OpenServices) -> None:
    text = "水泵" * 5_000 + "在此" + "阀门" * 5_000
    page = page_of(services, text, "在此")
    assert page is not None
    assert (len(page.before), len(page.after)) == (AROUND_CHARS + 1, AROUND_CHARS + 1)


def test_what_is_no_longer_kept_has_no_page(services: OpenServices) -> None:
    opened = services(embedder=WordEmbedder())
    gone = Leaf(document_id="d", document="a", version="v", page=1, span=Span(start=0, end=1))
    assert cited_page(gone, opened.record) is None


def test_a_link_names_document_and_page() -> None:
    leaf = Leaf(document_id="a b&c", document="名.pdf", version="v", page=7)
    link = urlsplit(library_link(leaf, "zh"))
    assert (link.scheme, link.netloc, link.path) == ("", "", "library")
    assert parse_qs(link.query) == {"doc": ["a b&c"], "page": ["7"], "lang": ["zh"]}
