"""The Library in a browser: files handed in, watched over a reload, looked into, deleted."""

from __future__ import annotations

import html
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Screenshot

pytestmark = pytest.mark.browser


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the page says in a language, and a document in it."""

    language: str
    welcome: str
    new: str
    name: str
    use: str
    empty: str
    add: str
    hide: str
    cancel: str
    ready: str
    look: str
    read: str
    again: str
    replaced: str
    versions: str
    tick: str
    delete_many: str
    delete: str
    headings: tuple[str, str]
    text: str


EN = Words(
    language="en",
    welcome="Documents live in collections.",
    new="New collection",
    name="Name of the new collection",
    use="Use this name",
    empty="Nothing in this collection yet.",
    add="Add to the collection",
    hide="Hide this list",
    cancel="Cancel the rest",
    ready="Ready",
    look="Look into",
    read="How it was read",
    again="Read again",
    replaced="replaced",
    versions="Versions: 2",
    tick="Select",
    delete_many="Delete…",
    delete="Delete",
    headings=("Boiler room", "Valves"),
    text="The green valve opens at 3 bar. <b>Never</b> force it.",
)
ZH = Words(
    language="zh",
    welcome="文档按文档集存放。",
    new="新建文档集",
    name="新文档集的名称",
    use="使用此名称",
    empty="这个文档集里还没有内容。",
    add="添加到文档集",
    hide="收起此列表",
    cancel="取消其余文件",
    ready="可用",
    look="查看",
    read="读取情况",
    again="重新读取",
    replaced="已被替换",
    versions="版本：2 个",
    tick="选择",
    delete_many="删除……",
    delete="删除",
    headings=("锅炉房", "阀门"),
    text="绿色阀门在 3 巴时打开。<b>切勿</b>强行转动。",
)


def manual(folder: Path, words: Words) -> Path:
    first, second = words.headings
    path = folder / f"{first}.md"
    text = html.escape(words.text)
    path.write_text(f"# {first}\n\n{text}\n\n## {second}\n\n{text}\n", "utf-8")
    return path


def an_archive(folder: Path, words: Words, files: int) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(files):
            packed.writestr(f"{number:02d}.txt", f"{number}. {words.text}")
        packed.writestr("blank.txt", " ")
    return path


def open_collection(page: Page, words: Words, name: str) -> None:
    page.get_by_text(words.welcome).wait_for()
    page.get_by_role("button", name=words.new).click()
    page.get_by_label(words.name).fill(name)
    page.get_by_role("button", name=words.use).click()
    page.get_by_text(words.empty).wait_for()
    page.keyboard.press("Escape")


def hand_in(page: Page, words: Words, *files: Path) -> None:
    page.locator("input[type=file]").set_input_files([str(file) for file in files])
    page.locator('[data-testid="stFileChip"]').nth(len(files) - 1).wait_for()
    page.get_by_role("button", name=words.add).click()
    page.locator("li.file").first.wait_for()


def wait_until_taken(page: Page, words: Words) -> None:
    page.get_by_role("button", name=words.hide).first.wait_for(timeout=60_000)
    expect(page.get_by_role("button", name=words.cancel)).to_have_count(0, timeout=60_000)


def come_to_rest(page: Page) -> None:
    """Wait until the page is drawn; a dialog that is left before then comes back."""
    page.wait_for_timeout(300)
    page.locator('[data-test-script-state="notRunning"]').wait_for()


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return width <= 0


@pytest.mark.parametrize(
    ("words", "window"),
    [(EN, (1280, "light")), (EN, (400, "dark")), (ZH, (1280, "dark")), (ZH, (400, "light"))],
    ids=["en-wide", "en-phone", "zh-wide", "zh-phone"],
)
def test_a_document_is_handed_in_looked_into_read_again_and_deleted(
    open_page: OpenPage,
    screenshot: Screenshot,
    tmp_path: Path,
    words: Words,
    window: tuple[int, str],
) -> None:
    width, scheme = window
    visit = open_page(f"/library?lang={words.language}", width=width, height=900, scheme=scheme)
    page, place = visit.page, f"{words.language}-{'phone' if width < 500 else 'wide'}"
    open_collection(page, words, f"Boiler {place}")

    def take(name: str) -> None:
        if place in ("en-wide", "zh-phone"):
            screenshot(page, f"library-{name}-{place}")

    hand_in(page, words, manual(tmp_path, words), an_archive(tmp_path, words, 6))
    take("arriving")
    page.reload()
    page.get_by_text(words.welcome).wait_for()
    page.locator("li.file").first.wait_for()
    wait_until_taken(page, words)
    assert page.locator("li.file.ready").count() == 7
    assert page.locator("li.file.refused").count() == 1
    assert fits(page)

    document = f"{words.headings[0]}.md"
    page.get_by_role("button", name=document, exact=True).click()
    page.get_by_text(words.read).wait_for()
    passages = page.locator("li.passage")
    expect(passages.first).to_contain_text(words.text)
    assert page.locator("li.passage b").count() == 0
    expect(page.locator("li.passage .headings").last).to_contain_text(words.headings[1])
    assert fits(page)
    take("details")
    page.get_by_role("dialog").get_by_role("button", name=words.again).click()
    expect(page.get_by_role("button", name=words.hide)).to_have_count(2, timeout=60_000)
    page.get_by_role("button", name=document, exact=True).click()
    page.get_by_text(words.versions).wait_for()
    come_to_rest(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    for number in range(3):
        page.get_by_role("checkbox", name=f"{words.tick} all.zip/{number:02d}.txt").check()
    take("selected")
    page.get_by_role("button", name=words.delete_many, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=words.delete, exact=True).click()
    expect(page.locator("tr.ready")).to_have_count(4)
    assert visit.foreign() == []


def test_a_whole_folder_is_handed_in(open_page: OpenPage, tmp_path: Path) -> None:
    visit = open_page("/library")
    page = visit.page
    open_collection(page, EN, "A folder 文件夹")
    page.get_by_role("button", name="A whole folder").or_(
        page.get_by_role("radio", name="A whole folder")
    ).click()
    folder = tmp_path / "手册"
    (folder / "inner").mkdir(parents=True)
    for name, text in (("a.md", EN.text), ("inner/乙.txt", ZH.text), ("inner/film.mp4", "x")):
        (folder / name).write_text(text, "utf-8")
    page.locator("input[type=file][webkitdirectory]").set_input_files(str(folder))
    page.locator('[data-testid="stFileChip"]').nth(1).wait_for()
    page.get_by_role("button", name=EN.add).click()
    wait_until_taken(page, EN)
    names = page.locator("li.file.ready .name").all_inner_texts()
    assert sorted(names) == ["手册/a.md", "手册/inner/乙.txt"]
    assert visit.foreign() == []
