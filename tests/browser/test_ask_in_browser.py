import json
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, OpenPage, Screenshot, open_source

FEATURED = json.loads((ROOT / "samples" / "featured.json").read_text(encoding="utf-8"))
FIRST_PAINT_S = 2.0
ANSWER_S = 2.0

pytestmark = pytest.mark.browser


def check_cited_answer(page: Page, question: str) -> float:
    """Click ``question``; every sentence of the answer has a chip. Gives the seconds it took."""
    offered = page.locator(".st-key-welcome").get_by_role("button", name=question)
    offered.wait_for()
    started = time.perf_counter()
    offered.click()
    page.locator(".claim").first.wait_for()
    took = time.perf_counter() - started
    claims = page.locator(".claim")
    assert claims.count() >= 1
    for number in range(claims.count()):
        assert claims.nth(number).locator("button.chip").count() >= 1
        assert claims.nth(number).locator(".flag").count() == 0
    return took


def open_first_chip(page: Page) -> str:
    """Click the first chip; the marked text that appears is the sentence cited."""
    sentence = page.locator(".claim .text").first.inner_text()
    page.locator("button.chip").first.click()
    mark = open_source(page).locator("mark")
    mark.wait_for()
    marked = mark.inner_text()
    assert "".join(marked.split()) == "".join(sentence.split())
    assert marked in page.locator(".source.open .text").inner_text()
    return page.locator(".source.open .head").inner_text()


def quickest(measure: Callable[[], float], limit_s: float, what: str) -> None:
    """Measure until it is quick enough, five times at most: other work may share the machine."""
    times: list[float] = []
    while len(times) < 5 and min(times, default=limit_s + 1) > limit_s:
        times.append(measure())
    print(what, "after", ", ".join(f"{one:.2f} s" for one in times))
    assert min(times) <= limit_s


@pytest.mark.alone
def test_the_first_paint_is_quick(open_page: OpenPage) -> None:
    def paint() -> float:
        visit = open_page("/")
        visit.page.get_by_text("Ask your documents").wait_for()
        return time.perf_counter() - visit.opened_at

    quickest(paint, FIRST_PAINT_S, "first paint")


CASES = [
    ("/", "en", 1, "x200-operating-manual.pdf", "p. 4"),
    ("/?lang=zh", "zh", 0, "信息安全管理规定.pdf", "第 "),
]


@pytest.mark.alone
@pytest.mark.parametrize("case", CASES, ids=["English", "Chinese"])
def test_an_offered_question_is_answered_and_its_citation_opens(
    open_page: OpenPage, screenshot: Screenshot, case: tuple[str, str, int, str, str]
) -> None:
    path, language, number, document, place = case
    visits = []

    def answer() -> float:
        visits.append(open_page(path))
        screenshot(visits[-1].page, f"welcome-{language}")
        return check_cited_answer(visits[-1].page, FEATURED[language][number])

    quickest(answer, ANSWER_S, f"answer ({language})")
    head = open_first_chip(visits[-1].page)
    assert document in head
    assert place in head
    screenshot(visits[-1].page, f"answer-{language}")
    assert [url for visit in visits for url in visit.foreign()] == []


def test_a_reload_keeps_the_conversation_and_its_citations(open_page: OpenPage) -> None:
    page = open_page("/").page
    check_cited_answer(page, FEATURED["en"][1])
    before = page.locator(".answer").inner_text()
    expect(page).to_have_url(re.compile("[?&]c="))
    page.reload()
    page.locator(".claim").first.wait_for()
    assert page.locator(".answer").inner_text() == before
    open_first_chip(page)


def test_a_citation_opens_from_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("/").page
    check_cited_answer(page, FEATURED["en"][1])
    chip = page.locator("button.chip").first
    assert (chip.get_attribute("aria-label") or "").startswith("Source 1: ")
    chip.focus()
    page.keyboard.press("Enter")
    page.locator(".source.open").wait_for()
    expect(page.locator("button.chip").first).to_be_focused()
    open_source(page).locator("mark").wait_for()


def test_on_a_phone_nothing_is_wider_than_the_screen(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page("/", width=400, scheme="dark", locale="zh-CN").page
    check_cited_answer(page, FEATURED["zh"][2])
    open_first_chip(page)
    screenshot(page, "phone-zh-dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    box = page.locator("button.chip").first.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24


def test_what_is_not_in_the_documents_is_said(open_page: OpenPage, screenshot: Screenshot) -> None:
    page = open_page("/").page
    page.get_by_placeholder("Ask a question about your documents").fill(
        "Who won the football world cup in 1998?"
    )
    page.keyboard.press("Enter")
    page.get_by_text("The documents do not say.").wait_for()
    page.locator("button.head").first.click()
    open_source(page).locator(".passage").wait_for()
    screenshot(page, "not-in-documents")


def test_the_language_can_be_switched_and_stays(open_page: OpenPage) -> None:
    page = open_page("/", locale="de-DE").page
    page.get_by_text("Ask your documents").wait_for()
    page.get_by_role("radio", name="中文").click()
    page.get_by_text("向您的文档提问").wait_for()
    expect(page).to_have_url(re.compile("[?&]lang=zh"))
    page.get_by_role("link", name="文档库", exact=True).click()
    page.get_by_text("文档按文档集存放").wait_for()
    page.reload()
    page.get_by_text("文档按文档集存放").wait_for()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
