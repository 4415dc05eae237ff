"""Samples vote while a reader looks on, and how a model is asked is chosen beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Screenshot, running_app
from tests.openai_server import ServerProcess

pytestmark = pytest.mark.browser

QUESTIONS = {
    "en": "How often does the diaphragm of an X-200 pump need replacing?",
    "zh": "报销单逾期多少天后不再受理？",
}
SCRIPT = {
    QUESTIONS["en"]: {
        "behaviour": "votes",
        "votes": [
            ["The diaphragm must be replaced every 8,000 operating hours.", "8,000 hours"],
            ["The diaphragm must be replaced every 90 days.", "90 days"],
            ["Every 8,000 operating hours the diaphragm must be replaced.", "8000 h"],
        ],
        "evidence": ["The diaphragm must be replaced every 8,000 operating hours or every 24"],
    },
    QUESTIONS["zh"]: {
        "behaviour": "votes",
        "votes": [["超过 60 天的不再受理。", "60 天"], ["超过 15 天的不再受理。", "15 天"]]
        + [["超过六十天的不再受理。", "六十天"]] * 3,
        "evidence": ["逾期提交的须由部门经理书面说明原因，超过 60 天的不再受理。"],
    },
}
SEEN = [
    ("en", 1280, "light", "samples agree", "90 days"),
    ("zh", 400, "dark", "次采样中", "15 天"),
]


@pytest.fixture(scope="module")
def address(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an app listens whose model is of several minds."""
    folder = tmp_path_factory.mktemp("voting")
    shutil.copytree(sample_data, folder / "data")
    script = folder / "script.json"
    script.write_text(json.dumps(SCRIPT, ensure_ascii=False), "utf-8")
    with (
        ServerProcess(script) as server,
        running_app(
            folder / "data", folder / "app.log", OPENAI_BASE_URL=server.url("scripted")
        ) as url,
    ):
        yield url


def ask(page: Page, question: str) -> None:
    page.locator("textarea").last.fill(question)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("case", SEEN, ids=["English", "Chinese"])
def test_samples_vote_and_the_minority_can_be_read(
    open_page: OpenPage, screenshot: Screenshot, case: tuple[str, int, str, str, str]
) -> None:
    language, width, scheme, agree, minority = case
    visit = open_page(f"/?lang={language}", width=width, scheme=scheme)
    page = visit.page
    ask(page, QUESTIONS[language])
    headline = page.locator("summary.headline").first
    headline.wait_for()
    expect(headline).to_contain_text(agree)
    headline.click()
    expect(page.locator(".group").filter(has_text=minority).first).to_be_visible()
    assert "SHORT ANSWER" not in page.locator("body").inner_text()
    screenshot(page, f"voted-{language}")
    page.reload()
    page.locator("summary.headline").first.wait_for()
    expect(page.locator("summary.headline").first).to_contain_text(agree)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.foreign() == []


@pytest.mark.parametrize(
    "case",
    [
        ("en", "5 samples vote", "Ask once", "Library", "Ask"),
        ("zh", "5 次采样投票", "只问一次", "文档库", "提问"),
    ],
    ids=["English", "Chinese"],
)
def test_how_a_model_is_asked_is_chosen_beside_it_and_kept(
    open_page: OpenPage, screenshot: Screenshot, case: tuple[str, ...]
) -> None:
    language, votes, once, library, back = case
    page = open_page(f"/?lang={language}").page
    page.get_by_role("button", name=votes).click()
    page.get_by_role("slider").wait_for()
    screenshot(page, f"ways-{language}")
    page.get_by_text(once, exact=True).click()
    chosen = page.get_by_role("button", name=once)
    chosen.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("link", name=library, exact=True).click()
    expect(chosen).to_have_count(0)
    page.get_by_role("link", name=back, exact=True).click()
    chosen.wait_for()
    ask(page, QUESTIONS[language])
    page.locator("button.chip").first.wait_for()
    expect(page.locator("summary.headline")).to_have_count(0)
