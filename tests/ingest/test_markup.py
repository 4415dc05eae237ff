from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders.blocks import assemble
from ingest.loaders.markup import read_markup


def text_of(markup: str) -> str:
    return assemble(read_markup(markup).blocks)[0]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hello\n  <b>big</b> world<br>next", "Hello big world\nnext"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<ul><li>a<li><p>b</p><ul><li>c</ul></ul>d", "- a\n- b\n- c\n\nd"),
        ("<ol start=3><li>x</li><li>y</li></ol>", "3. x\n4. y"),
        ("<table><tr><th>Part<th>Price<tr><td>Seal<p>set</p></td><td>4<br>EUR</table>",
         "Part | Price\nSeal set | 4 EUR"),
        ("<table><tr><td><h1>Title</h1><p>para</p></td><td>side</td></tr></table>tail",
         "Title\n\npara\n\nside\n\ntail"),
        ("<table><tr><td><table><tr><td>a<td>b</table></td><td>c</table>", "a | b\n\nc"),
        ("<pre>def f():\n    return 1\n</pre>", "def f():\n    return 1"),
        ("<p>第一行\n第二行 and\nmore</p>", "第一行第二行 and more"),
        ("<img src='http://x/y.png' onerror='alert(1)' alt='A pump'>", "A pump"),
        ("<a href='javascript:alert(1)'>press</a>", "press"),
        ("not/a/file.html", "not/a/file.html"),
        ("<dl><dt>Bar<dd>A unit</dl>", "Bar\nA unit"),
        ("<p>&lt;script&gt; &amp;nbsp;", "<script> &nbsp;"),
        ("<ul><li></li><li>x</li></ul>", "- x"),
    ],
)  # fmt: skip
def test_what_a_reader_reads(markup: str, text: str) -> None:
    assert text_of(markup) == text


def test_scripts_hidden_elements_and_furniture_are_left_out() -> None:
    page = """<html><head><title>T</title><style>.x{}</style></head><body>
      <header>Site <a>Login</a></header><nav>Home</nav><form>Search <input value=q></form>
      <main><header><p>By the author</p></header><p>Body</p><aside>Related</aside>
      <script>steal()</script><noscript>enable</noscript><template>tpl</template>
      <svg><text>shape</text></svg><iframe src="http://x">frame</iframe>
      <p hidden>h1</p><p style="color:red; Display : none">h2</p><p aria-hidden="true">h3</p>
      <div role="navigation">menu</div><!-- comment --></main><footer>Imprint</footer></body>"""
    assert text_of(page) == "By the author\n\nBody"


def test_furniture_is_kept_when_nothing_else_is_there() -> None:
    assert text_of("<body><nav>Only a menu</nav><script>x</script></body>") == "Only a menu"


def test_headings_and_title() -> None:
    reading = read_markup(
        "<title> A \n title </title><h1>One <i>two</i></h1>x<h3><div>Deep</div></h3>"
    )
    text, headings = assemble(reading.blocks)
    assert reading.title == "A title"
    assert [(h.level, h.title) for h in headings] == [(1, "One two"), (3, "Deep")]
    assert text == "One two\n\nx\n\nDeep"
    assert read_markup("<h1>Head</h1>").title == "Head"


def test_depth_has_no_limit() -> None:
    assert text_of("<div>" * 5000 + "deep" + "</div>" * 5000 + "<p>after") == "deep\n\nafter"


def test_xhtml_is_read_like_html() -> None:
    assert (
        text_of('<?xml version="1.0" encoding="utf-8"?><html><body><p>x</p></body></html>') == "x"
    )


@given(st.text(st.sampled_from("<>/ab pdivtrulo=\"'&;\n\0"), max_size=200))
def test_any_soup_is_read(markup: str) -> None:
    text, headings = assemble(read_markup(markup).blocks)
    assert "\0" not in text
    assert all(text[h.span.start : h.span.end] == h.title for h in headings)


TAGS = st.sampled_from(
    ["<p>", "</p>", "<td>", "<tr>", "<table>", "</table>", "</tr>", "<li>", "<ul>", "</ul>", "<ol>",
     "<h1>", "</h1>", "<pre>", "</pre>", "<br>", "x", "<div>", "</div>"]
)  # fmt: skip


@given(st.lists(TAGS, max_size=40))
def test_any_order_of_tags_keeps_the_words(tags: list[str]) -> None:
    text = text_of("".join(tags))
    assert text.count("x") == tags.count("x")
