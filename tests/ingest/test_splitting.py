from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.loaders.blocks import Block, assemble
from ingest.splitting import SentenceChunker
from rag.types import Chunk, Document, Page

Counter = Callable[[str], int]

CHINESE = "水泵每天检查一次。压力不得超过三百千帕！出口阀关闭时，不得运行；否则密封会干磨。"
ENGLISH = "Check the pump daily. Dr. Smith said so. It stays below 300 kPa, always. "
PIECES = st.sampled_from(
    ["Check the pump daily. ", "压力不得超过三百千帕。", "水泵", "a ", "\n", "\n\n", "  ",
     "300 kPa", "1. ", "👩🏽‍🔧", "🇨🇳", "e\u0301", "नमस्ते ", "x" * 70, "U.S. GAAP ",
     "a | b | c\n", ";;,,..", "？！", "Same line.\n", "\u3000"]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=60).map("".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120),
)


def count_words(text: str) -> int:
    """A WordPiece-like count: a word, a Han character and a sign each are a token."""
    return len(re.findall(r"[a-zA-Z0-9]+|[^\sa-zA-Z0-9]", text))


def count_bytes(text: str) -> int:
    return len(text.encode())


def count_runs(text: str) -> int:
    """A tokenizer that gives up: whatever stands between blanks is one unknown token."""
    return len(text.split())


COUNTERS: tuple[Counter, ...] = (count_words, count_bytes, count_runs, len)


def document(*pages: str | list[Block]) -> Document:
    made = []
    for number, page in enumerate(pages, 1):
        text, headings = (page, ()) if isinstance(page, str) else assemble(page)
        made.append(Page(number=number, text=text, headings=headings))
    return Document(
        name="a", version="0", media_type="text/plain", title="a", pages=tuple(made), paginated=True
    )


def split(source: Document, counter: Counter = count_words, max_tokens: int = 20) -> list[Chunk]:
    return SentenceChunker(counter, max_tokens=max_tokens).split(source)


def check(source: Document, chunks: list[Chunk], counter: Counter, max_tokens: int) -> None:
    """Everything that a splitter promises."""
    assert [chunk.sequence for chunk in chunks] == list(range(len(chunks)))
    assert [c.page for c in chunks] == sorted(c.page for c in chunks)
    for page in source.pages:
        position = 0
        for chunk in (c for c in chunks if c.page == page.number):
            assert page.text[chunk.start : chunk.end] == chunk.text == chunk.text.strip()
            assert not page.text[position : chunk.start].strip()
            assert chunk.start >= position
            position = chunk.end
            assert counter(chunk.text) <= max_tokens or len(chunk.text) == 1
            assert len(chunk.text) <= 8 * max_tokens
            reached = chunk.start
            for span in chunk.sentences:
                assert reached <= span.start < span.end <= chunk.end
                assert chunk.quote(span) == page.text[span.start : span.end]
                assert chunk.quote(span) == chunk.quote(span).strip()
                reached = span.end
        assert not page.text[position:].strip()


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(COUNTERS), st.integers(1, 60))
def test_any_text_is_covered_once(texts: list[str], counter: Counter, max_tokens: int) -> None:
    source = document(*texts)
    check(source, split(source, counter, max_tokens), counter, max_tokens)


BLOCKS = st.lists(
    st.builds(Block, text=TEXTS.map(lambda t: t[:200]), level=st.integers(0, 3)), max_size=6
)


@settings(max_examples=80, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=3), st.sampled_from(COUNTERS), st.integers(4, 60))
def test_sections_are_not_mixed(pages: list[list[Block]], counter: Counter, size: int) -> None:
    source = document(*pages)
    chunks = split(source, counter, size)
    check(source, chunks, counter, size)
    for page in source.pages:
        for chunk in (c for c in chunks if c.page == page.number):
            quoted = [s for s in chunk.sentences for h in page.headings
                      if s.start < h.span.end and h.span.start < s.end]  # fmt: skip
            assert not quoted
            for heading in page.headings:
                before = any(span.end <= heading.span.start for span in chunk.sentences)
                after = any(span.start >= heading.span.end for span in chunk.sentences)
                assert not (before and after)


def test_repeated_text_is_never_misplaced() -> None:
    row = "Pump P-200 | 300 kPa | in stock\n"
    source = document("Start here.\n" + row * 40 + "In the end.")
    chunks = split(source, count_words, 24)
    check(source, chunks, count_words, 24)
    assert len({chunk.start for chunk in chunks}) == len(chunks)


def test_llama_index_misplaces_repeated_text_and_we_do_not() -> None:
    from llama_index.core import Document as LlamaDocument
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.schema import TextNode

    text = " ".join(["same same same"] * 30) + " other"
    parser = SentenceSplitter(
        chunk_size=5, chunk_overlap=0, tokenizer=str.split, include_metadata=False
    )
    nodes = parser.get_nodes_from_documents([LlamaDocument(text=text)])
    theirs = [node.start_char_idx for node in nodes if isinstance(node, TextNode)]
    lengths = [len(node.get_content()) for node in nodes]
    overlaps = [
        (start or 0) + length > (after or 0)
        for start, length, after in zip(theirs, lengths, theirs[1:], strict=False)
    ]
    assert any(overlaps), "LlamaIndex now finds the right place: use its offsets"
    source = document(text)
    chunks = split(source, count_runs, 5)
    check(source, chunks, count_runs, 5)
    assert [chunk.text for chunk in chunks] == [node.get_content() for node in nodes]
    assert all(a.end <= b.start for a, b in pairwise(chunks))


@pytest.mark.parametrize("text", [CHINESE * 5, ENGLISH * 5, (CHINESE + ENGLISH) * 5])
def test_cuts_at_sentences_in_both_languages(text: str) -> None:
    source = document(text)
    chunks = split(source, count_words, 40)
    check(source, chunks, count_words, 40)
    assert len(chunks) >= 3
    assert all(chunk.text[-1] in ".。！；" for chunk in chunks)


def test_chunks_are_filled() -> None:
    sizes = [count_words(chunk.text) for chunk in split(document(ENGLISH * 20), count_words, 60)]
    assert min(sizes[:-1]) > 40


def test_heading_path_is_carried_over_pages() -> None:
    source = document(
        [Block(text="Preface."), Block(text="Pump", level=1), Block(text="Valve", level=2),
         Block(text="Open it.")],
        [Block(text="Close it."), Block(text="Seal", level=2), Block(text="Oil it.")],
        [Block(text="Motor", level=1), Block(text="Start it."), Block(text="Noise", level=3)],
        [Block(text="Hear it.")],
    )  # fmt: skip
    assert [(c.page, c.text, c.heading_path) for c in split(source)] == [
        (1, "Preface.", ()),
        (1, "Pump\n\nValve\n\nOpen it.", ("Pump", "Valve")),
        (2, "Close it.", ("Pump", "Valve")),
        (2, "Seal\n\nOil it.", ("Pump", "Seal")),
        (3, "Motor\n\nStart it.\n\nNoise", ("Motor",)),
        (4, "Hear it.", ("Motor", "Noise")),
    ]


def test_headings_are_not_quoted() -> None:
    source = document([Block(text="Pump", level=1), Block(text="Stop it. Clean it.")])
    (chunk,) = split(source)
    assert [chunk.quote(span) for span in chunk.sentences] == ["Stop it.", "Clean it."]


def test_a_heading_is_alone_only_if_it_is_all_there_is() -> None:
    long_sentence = "word " * 17 + "end."
    source = document(
        [Block(text="The heading here", level=1), Block(text=long_sentence)],
        [Block(text=long_sentence), Block(text="The last heading", level=1)],
        [Block(text="Only a heading", level=1)],
    )
    chunks = split(source, count_words, 20)
    check(source, chunks, count_words, 20)
    assert chunks[0].text.startswith("The heading here\n\nword")
    assert [c.text for c in chunks if c.page == 2][-1].endswith("end.\n\nThe last heading")
    assert [(c.text, c.sentences) for c in chunks if c.page == 3] == [("Only a heading", ())]


def test_rows_of_a_table_are_sentences() -> None:
    (chunk,) = split(document("Part | Price\nSeal | 4\nValve | 9"))
    assert [chunk.quote(s) for s in chunk.sentences] == ["Part | Price", "Seal | 4", "Valve | 9"]


def test_a_giant_word_is_cut() -> None:
    source = document("before " + "x" * 5000 + " after")
    chunks = split(source, count_runs, 20)
    check(source, chunks, count_runs, 20)
    assert max(len(chunk.text) for chunk in chunks) == 160


def test_marks_stay_with_their_letters() -> None:
    source = document("e\u0301" * 400 + "👩🏽" * 100)
    chunks = split(source, count_runs, 5)
    check(source, chunks, count_runs, 5)
    assert all(chunk.text[0] in "e👩" for chunk in chunks)


def test_one_character_may_exceed_the_limit() -> None:
    source = document("水 a 泵")
    chunks = split(source, count_bytes, 2)
    assert [chunk.text for chunk in chunks] == ["水", "a", "泵"]


def test_long_texts_are_cut_in_good_time() -> None:
    source = document(ENGLISH * 4000, "字" * 200_000)
    chunks = split(source, count_words, 200)
    check(source, chunks, count_words, 200)


def test_blank_pages_have_no_chunks() -> None:
    assert split(document("", " \n ", "x")) == split(document("", "\n", "x"))
    assert [chunk.page for chunk in split(document("", " \n ", "x"))] == [3]


def test_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="max_tokens=0"):
        SentenceChunker(len, max_tokens=0)


ROWS = ["Part | Note | Price", *(f"Seal {n} | Worn. Old. To be changed. | {n}" for n in range(12))]


def test_rows_are_never_cut_and_go_on_under_their_columns_names() -> None:
    chunks = split(document("\n".join(["Prices of parts.", "", *ROWS])), max_tokens=40)
    assert len(chunks) > 3
    for chunk in chunks:
        assert set(chunk.text.split("\n")) <= {"Prices of parts.", "", *ROWS}
        assert ("Part | Note" in chunk.text) != (chunk.header == ROWS[0])
    assert "".join(chunk.header for chunk in chunks[:1]) == ""


def test_a_row_that_is_too_long_alone_is_cut_at_its_cells() -> None:
    row = " | ".join(f"cell number {n}" for n in range(30))
    chunks = split(document(f"Short | row\n{row}\nLast | row"), max_tokens=20)
    assert all(re.match(r"cell|Short|Last", chunk.text) for chunk in chunks)
    assert all(chunk.text.split(" | ")[-1] for chunk in chunks)
    assert " ".join(chunk.text for chunk in chunks).replace(" |", "").count("cell number") == 30


def test_a_table_that_fits_is_not_parted_by_what_stands_before_it() -> None:
    table = "\n".join(ROWS[:3])
    prose = " ".join(f"This is sentence number {n}." for n in range(4))
    chunks = split(document(f"{prose}\n\n{table}"), max_tokens=45)
    assert [chunk.text for chunk in chunks] == [prose, table]
