from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders.blocks import Block, assemble

BLOCKS = st.lists(
    st.builds(
        Block,
        text=st.text(alphabet="ab 字\n\x00\t\u200b"),
        level=st.integers(0, 3),
        apart=st.booleans(),
    )
)


@given(BLOCKS)
def test_headings_stand_where_their_spans_say(blocks: list[Block]) -> None:
    text, headings = assemble(blocks)
    for heading in headings:
        assert text[heading.span.start : heading.span.end] == heading.title
    visible = [
        b for b in blocks if b.level and b.text.replace("\0", "").replace("\u200b", "").strip()
    ]
    assert [b.level for b in visible] == [h.level for h in headings]


def test_empty_line_before_blocks_apart() -> None:
    text, headings = assemble(
        [
            Block(text="Title", level=1),
            Block(text="First row", apart=False),
            Block(text=" ", apart=True),
            Block(text="Second row", apart=False),
        ]
    )
    assert text == "Title\nFirst row\n\nSecond row"
    assert [h.title for h in headings] == ["Title"]


def test_a_heading_is_one_line() -> None:
    text, headings = assemble([Block(text="1  Long\n title", level=2)])
    assert text == headings[0].title == "1 Long title"


def test_nothing_gives_nothing() -> None:
    assert assemble([Block(text="\u200b"), Block(text="  ", level=1)]) == ("", ())
