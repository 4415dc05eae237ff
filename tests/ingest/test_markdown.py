from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loaders.markdown import MarkdownLoader
from rag.errors import NoText
from rag.types import Document


def load(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "readme.md"
    path.write_text(text, encoding="utf-8")
    return MarkdownLoader().load(path, name="readme.md")


def test_marks_and_addresses_vanish(tmp_path: Path) -> None:
    document = load(
        tmp_path,
        "# The *pump*\n\nSome **bold** [link](http://evil/?q) ![a picture](http://evil/x.png)\n"
        "and ~~old~~ `code`.\n\n- a\n- b\n  - c\n\n| Part | Price |\n|---|--:|\n| Seal | 4 |\n\n"
        "```python\nx = 1\n```\n\n[ref]: http://evil/ref\n",
    )
    page = document.pages[0]
    assert page.text == (
        "The pump\n\nSome bold link a picture and old code.\n\n- a\n- b\n- c\n\n"
        "Part | Price\nSeal | 4\n\nx = 1"
    )
    assert [(h.level, h.title) for h in page.headings] == [(1, "The pump")]
    assert document.title == "The pump"


def test_raw_html_is_inert(tmp_path: Path) -> None:
    text = load(
        tmp_path, "Before <script>steal()</script>\n\n<img src=x onerror=y>\n\nAfter"
    ).pages[0]
    assert text.text == "Before\n\nAfter"


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_front_matter_gives_the_title(tmp_path: Path, quote: str) -> None:
    header = f"---\nlanguage: zh\ntitle: {quote}员工手册{quote}\ntags: [a]\n---\n"
    document = load(tmp_path, f"{header}# 年假\n\n每年\n十五天。")
    assert document.title == "员工手册"
    assert document.pages[0].text == "年假\n\n每年十五天。"


def test_a_rule_is_not_front_matter(tmp_path: Path) -> None:
    assert load(tmp_path, "---\n\nText\n\n---\n\nMore").pages[0].text == "Text\n\nMore"


def test_title_falls_back_to_the_name(tmp_path: Path) -> None:
    assert load(tmp_path, "Just text.").title == "readme"


def test_only_marks_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(NoText, match=r"readme\.md"):
        load(tmp_path, "![](picture.png)\n\n<!-- comment -->\n\n---\n")
