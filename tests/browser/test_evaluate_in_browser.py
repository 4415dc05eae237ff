"""Evaluate in a browser: the samples measured twice, looked at, compared, and taken along."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_findings
from tests.browser.conftest import OpenPage, Screenshot
from tests.browser.test_library_in_browser import fits

pytestmark = pytest.mark.browser

MEASURED_MS = 180_000
"""How long reading the sample documents and asking ten questions may take."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the page says in a language."""

    language: str
    questions: str
    more: str
    again: str
    start: str
    underway: str
    look: str
    interval: str
    charts: str
    seen: str
    all: str
    tick: str
    compare: str
    nothing: str
    html: str
    json: str
    title: str
    gone: str


EN = Words(
    language="en",
    questions="Questions",
    more="More",
    again="Measure again what was measured already",
    start="Start",
    underway="Measuring “samples”",
    look="Show the results",
    interval="Metrics with 95 % intervals",
    charts="Charts",
    seen="Quorum: half of the questions took up to",
    all="All runs",
    tick="Select samples, run",
    compare="Compare",
    nothing="No difference can be told with 10 questions.",
    html="Report (HTML)",
    json="Numbers (JSON)",
    title="Evaluation report",
    gone="There is no run 'nothere'",
)
ZH = Words(
    language="zh",
    questions="题数",
    more="更多",
    again="已评测过的也重新评测",
    start="开始评测",
    underway="正在评测“samples”",
    look="查看结果",
    interval="各项指标及 95% 区间",
    charts="图表",
    seen="Quorum 检索：半数问题的用时不超过",
    all="全部评测",
    tick="选择 samples",
    compare="比较",
    nothing="以 10 个问题看不出任何差异。",
    html="下载报告（HTML）",
    json="下载数据（JSON）",
    title="评测报告",
    gone="没有编号为“nothere”的评测",
)


def measure_again(page: Page, words: Words) -> None:
    """Order ten questions, whatever was measured before, and reload while they are asked."""
    page.get_by_role("spinbutton", name=words.questions).first.fill("10")
    page.keyboard.press("Tab")
    page.get_by_role("button", name=words.more, exact=True).click()
    box = page.get_by_text(words.again)
    box.wait_for()
    if not page.get_by_role("checkbox", name=words.again).is_checked():
        box.click()
        expect(page.get_by_role("checkbox", name=words.again)).to_be_checked()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=words.start, exact=True).click()
    page.get_by_text(words.underway).wait_for()


def save(page: Page, button: str, into: Path) -> str:
    """What the button of this name hands to the browser."""
    with page.expect_download() as started:
        page.get_by_role("button", name=button).click()
    path = into / started.value.suggested_filename
    started.value.save_as(path)
    return path.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "window"),
    [(EN, (1280, "light")), (ZH, (400, "dark"))],
    ids=["en-wide", "zh-phone"],
)
def test_the_samples_are_measured_looked_at_compared_and_taken_along(
    open_page: OpenPage,
    screenshot: Screenshot,
    tmp_path: Path,
    words: Words,
    window: tuple[int, str],
) -> None:
    width, scheme = window
    visit = open_page(f"/evaluate?lang={words.language}", width=width, height=900, scheme=scheme)
    page, place = visit.page, f"{words.language}-{'phone' if width < 500 else 'wide'}"
    page.get_by_role("button", name=words.start, exact=True).wait_for()
    page.wait_for_timeout(500)
    assert serious_findings(page) == []
    for number in range(2):
        measure_again(page, words)
        page.reload()
        if number == 0:
            page.get_by_text(words.underway).wait_for()
            screenshot(page, f"evaluate-underway-{place}")
        page.get_by_role("button", name=words.look).click(timeout=MEASURED_MS)
        page.get_by_role("heading", name=words.interval).wait_for()
        expect(page.locator("td .interval").first).to_contain_text("[")
        page.get_by_text(words.seen).wait_for()
        page.locator("[data-testid=stVegaLiteChart] :is(canvas, svg)").first.wait_for()
        assert fits(page)
        if number == 0:
            assert serious_findings(page) == []
            screenshot(page, f"evaluate-run-{place}")
            assert words.title in save(page, words.html, tmp_path)
            numbers = json.loads(save(page, words.json, tmp_path))
            assert (numbers["dataset"], numbers["questions"]) == ("samples", 10)
            assert set(numbers["systems"]["fused"]["hit@1"]) == {"value", "low", "high"}
        page.get_by_role("button", name=words.all).click()
        page.locator("tr.finished").nth(number).wait_for()

    for ticked in range(2):
        page.get_by_role("checkbox", name=words.tick).nth(ticked).check()
    page.locator("button.compare").click()
    page.get_by_text(words.nothing).wait_for()
    assert "with=" in page.url
    page.reload()
    page.get_by_text(words.nothing).wait_for()
    assert fits(page)
    base, asked = page.url.split("?")
    run = parse_qs(asked)["run"][0]
    address = f"{base}?lang={words.language}&run={run}"
    page.goto(f"{address}:fused&with={run}:dense")
    page.locator("summary").first.click()
    expect(page.locator("details[open] .side")).to_have_count(2)
    assert page.locator("details[open] .side .sources li").count() == 10
    assert fits(page)
    assert serious_findings(page) == []
    screenshot(page, f"evaluate-compare-{place}")

    page.goto(f"{base}?lang={words.language}&run=nothere")
    page.get_by_text(words.gone).wait_for()
    assert visit.foreign() == []
