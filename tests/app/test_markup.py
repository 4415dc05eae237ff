"""Hostile text stays text for every reader of Markdown."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from app.markup import as_text

HOSTILE = (
    "![x](http://e.example/a.png)",
    "[阀门](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "# not a heading",
    "1. no list",
    "+ no list",
    "http://e.example and www.e.example and a@e.example",
    "**bold** _it_ `code` ~~gone~~ $x^2$ :red[z]",
    "two\nlines\n\n    no code",
    "&lt;b&gt; \\[x](y)",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_it_is_markup(text: str) -> None:
    (opens, inline, closes) = MarkdownIt("commonmark", {"html": True}).parse(as_text(text))
    assert (opens.type, closes.type) == ("paragraph_open", "paragraph_close")
    assert {one.type for one in inline.children or ()} <= {"text", "text_special"}
    assert "".join(one.content for one in inline.children or ()) == " ".join(text.split())


@pytest.mark.parametrize("text", ["How heavy is an X-200?", "阀门（2025 版）有多重？", ""])
def test_ordinary_questions_stay_as_they_are(text: str) -> None:
    assert as_text(text) == text
