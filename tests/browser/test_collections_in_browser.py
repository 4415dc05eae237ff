"""Collections at a glance, their settings, and a move to another model, on the real app."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.wiring import Services
from ingest.sources import Source
from rag.settings import Settings
from tests.browser.conftest import Screenshot, running_app
from tests.conftest import SharedReader
from tests.vectorstore.tiny_bert import save_tiny_bert

pytestmark = pytest.mark.browser

LONG_S = 120_000
HOSTILE = "<img src=x onerror=alert(1)>"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the page says in a language."""

    locale: str
    well: str
    settings: str
    length: str
    save: str
    delete: str
    typed: str
    sure: str
    indexes: str
    rebuild: str
    rebuilt: str
    model: str
    move: str
    moved: str


EN = Words(
    locale="en-US",
    well="Everything can be found",
    settings="Settings of this collection",
    length="Longest passage, in tokens",
    save="Save settings",
    delete="Delete collection…",
    typed="Type the collection's name to confirm",
    sure="Delete collection",
    indexes="Index and embedding model, for all collections",
    rebuild="Rebuild the index",
    rebuilt="The index has been rebuilt.",
    model="Another embedding model",
    move="Move to this model",
    moved="Moved to the model tiny-two.",
)
ZH = Words(
    locale="zh-CN",
    well="全部内容均可检索",
    settings="文档集设置",
    length="段落的最大长度（token）",
    save="保存设置",
    delete="删除文档集……",
    typed="输入文档集的名称以确认",
    sure="删除文档集",
    indexes="索引与向量模型（用于全部文档集）",
    rebuild="重建索引",
    rebuilt="索引已重建。",
    model="换用其他向量模型",
    move="换用此模型",
    moved="已换用模型 tiny-two。",
)

Visit = Callable[..., Page]


@pytest.fixture
def address(sample_data: Path, tmp_path: Path, reader: SharedReader) -> Iterator[str]:
    """An app over the samples and two small collections."""
    data = tmp_path / "data"
    shutil.copytree(sample_data, data)
    opened = Services(Settings(data_dir=data))
    opened.reader = reader
    for name in ("制度", HOSTILE):
        path = tmp_path / "note.md"
        path.write_text("The pump is blue. 水泵是蓝色的。", "utf-8")
        report = opened.ingestion.add(Source(path=path, name="note.md"), name)
        assert report.error is None
    opened.close()
    with running_app(data, tmp_path / "app.log") as url:
        yield url


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Opens the Library."""
    contexts = []

    def open_(words: Words, *, width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=words.locale,
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.goto(address + "/library")
        page.locator(".tile").first.wait_for()
        return page

    yield open_
    for one in contexts:
        one.close()


def tile(page: Page, name: str) -> str:
    return page.locator(".tile", has_text=name).inner_text()


@pytest.mark.parametrize(("words", "scheme"), [(EN, "light"), (ZH, "dark")], ids=["en", "zh"])
def test_an_admin_looks_after_collections(
    visit: Visit, screenshot: Screenshot, tmp_path: Path, words: Words, scheme: str
) -> None:
    page = visit(words, scheme=scheme)
    assert page.locator(".tile").count() == 3
    assert words.well in tile(page, "制度")
    assert page.locator(".tile img").count() == 0
    screenshot(page, f"collections-{words.locale[:2]}")

    page.locator(".tile", has_text=HOSTILE).press("Enter")
    expect(page.locator(".tile[aria-current] .name")).to_have_text(HOSTILE)
    page.get_by_text(words.settings, exact=True).click()
    page.get_by_label(words.length, exact=True).fill("64")
    page.get_by_role("button", name=words.save).click()
    expect(page.get_by_label(words.length, exact=True)).to_have_value("64")
    page.get_by_role("button", name=words.delete, exact=True).click()
    page.get_by_label(words.typed, exact=True).fill(HOSTILE)
    page.get_by_role("button", name=words.sure, exact=True).click()
    expect(page.locator(".tile")).to_have_count(2)

    page.get_by_text(words.indexes, exact=True).click()
    page.get_by_role("button", name=words.rebuild, exact=True).click()
    expect(page.get_by_text(words.rebuilt)).to_be_visible(timeout=LONG_S)
    other = save_tiny_bert(tmp_path / "tiny-two", seed=2)
    page.get_by_label(words.model, exact=True).fill(str(other))
    page.get_by_role("button", name=words.move, exact=True).click()
    expect(page.get_by_text(words.moved, exact=True)).to_be_visible(timeout=LONG_S)
    expect(page.get_by_text("tiny-two").first).to_be_visible()
    screenshot(page, f"moved-{words.locale[:2]}")


def test_the_page_fits_a_phone(visit: Visit, screenshot: Screenshot) -> None:
    page = visit(ZH, width=400, scheme="dark")
    page.get_by_text(ZH.settings, exact=True).click()
    page.get_by_text(ZH.indexes, exact=True).click()
    page.get_by_role("button", name=ZH.move, exact=True).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    screenshot(page, "collections-phone")
